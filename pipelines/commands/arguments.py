"""Arguments that several commands take."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from pipelines.errors import UsageError
from pipelines.exit_codes import explained_errors


def brought_here(corpus: Path) -> Path:
    """Return the folder of a corpus that is to be read, one in a bucket brought up to date."""
    from pipelines.corpus_store.place import open_for_reading

    with explained_errors():
        return open_for_reading(corpus)


def _ledger_brought_here(corpus: Path) -> Path:
    """Return the folder of a corpus of which the receipts are to be read."""
    from pipelines.corpus_store.place import open_for_reading
    from pipelines.corpus_store.working_folder import ledger_alone

    with explained_errors():
        return open_for_reading(corpus, ledger_alone)


CORPUS_HELP = "The corpus: a directory, or s3://BUCKET/FOLDER."

CorpusArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help=CORPUS_HELP, callback=brought_here)]
LedgerArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help=CORPUS_HELP, callback=_ledger_brought_here)]


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
