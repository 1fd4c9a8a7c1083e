"""The commands `loam export …`: a corpus in the form in which others write theirs."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.arguments import CorpusArgument
from pipelines.exit_codes import explained_errors

export = typer.Typer(help="Write what a corpus publishes in the form of other projects.", no_args_is_help=True)


@export.callback()
def _forms() -> None:
    """Keep the name of the form in the command line, though there is one only."""


@export.command()
def ccnet(
    corpus: CorpusArgument,
    to: Annotated[Path, typer.Option(help="The folder that receives SOURCE/SHARD/LANGUAGE_BUCKET.json.gz.")],
) -> None:
    """Write CCNet's JSON Lines, which sources of kind ccnet read: published documents, by language and bucket.

    For example: loam export ccnet corpora/ccnet --to mined/
    """
    from pipelines.ccnet_export import export_ccnet

    with explained_errors():
        written = export_ccnet(corpus, to)
        typer.echo(f"{to}: {written.documents:,} documents in {written.files:,} files")
