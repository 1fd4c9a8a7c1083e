"""Arguments that several commands take."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

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


def engine_arguments(given: list[str]) -> dict[str, Any]:
    """Return the arguments of an engine of translation, their values read as YAML: numbers, booleans, lists and texts.

    Raises:
        UsageError: One is no NAME=VALUE.
    """
    arguments = {}
    for text in given:
        name, mark, value = text.partition("=")
        if not mark:
            raise UsageError(f"--arg {text}: expected NAME=VALUE")
        try:
            arguments[name] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise UsageError(f"--arg {text}: the value is no YAML") from None
    return arguments
