"""Arguments that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.exit_codes import explained_errors


def brought_here(corpus: Path) -> Path:
    """Return the folder of a corpus that is to be read, one in a bucket brought up to date."""
    from pipelines.corpus_store.place import open_for_reading

    with explained_errors():
        return open_for_reading(corpus)


def _ledger_brought_here(corpus: Path) -> Path:
    """Return the folder of a corpus of which the receipts are to be read."""
    from pipelines.corpus_store.choices import ledger_alone
    from pipelines.corpus_store.place import open_for_reading

    with explained_errors():
        return open_for_reading(corpus, ledger_alone)


def tables_brought_here(corpus: Path) -> Path:
    """Return the folder of a corpus of which the tables are to be read."""
    from pipelines.corpus_store.choices import tables_alone
    from pipelines.corpus_store.place import open_for_reading

    with explained_errors():
        return open_for_reading(corpus, tables_alone)


CORPUS_HELP = "The corpus: a directory, or s3://BUCKET/FOLDER."

NamedCorpusArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help=CORPUS_HELP)]  # as the user names it
CorpusArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help=CORPUS_HELP, callback=brought_here)]
TablesArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help=CORPUS_HELP, callback=tables_brought_here)]
LedgerArgument = Annotated[Path, typer.Argument(metavar="CORPUS", help=CORPUS_HELP, callback=_ledger_brought_here)]
