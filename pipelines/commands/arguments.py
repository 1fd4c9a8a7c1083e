"""Arguments that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import UsageError

CorpusArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help="The corpus directory.")]


def key_and_value(setting: str) -> tuple[str, str]:
    """Return the two sides of KEY=VALUE.

    Raises:
        UsageError: It is no such pair.
    """
    key, separator, value = setting.partition("=")
    if not separator or not key:
        raise UsageError(f"--set {setting}: expected KEY=VALUE")
    return key, value
