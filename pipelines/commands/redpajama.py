"""The commands `loam redpajama …`: RedPajama-V2's own files."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.arguments import CorpusArgument
from pipelines.exit_codes import explained_errors

redpajama = typer.Typer(help="Write and read RedPajama-V2's signal files (*.signals.json.gz).", no_args_is_help=True)


@redpajama.command("export")
def export_redpajama(
    corpus: CorpusArgument,
    to: Annotated[Path, typer.Option(help="The folder that receives SOURCE/SHARD.signals.json.gz.")],
) -> None:
    """Write a corpus's signals as RedPajama-V2's files, and its minhash_redpajama_v2 as SOURCE/SHARD.minhash.parquet.

    For example: loam redpajama export corpora/demo --to signals/
    """
    from pipelines.redpajama_signals import export_signals

    with explained_errors():
        moved = export_signals(corpus, to)
        typer.echo(f"{to}: {moved.documents:,} documents in {moved.files:,} signal files")
        if moved.signatures:
            typer.echo(f"{to}: {moved.signatures:,} documents in MinHash files")


@redpajama.command("import")
def import_redpajama(
    source: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="A signal file, or a folder that holds some.")],
    to: Annotated[Path, typer.Option(help="The folder that receives a Parquet file for each.")],
) -> None:
    """Read RedPajama-V2's signal and MinHash files into tables: Loam's columns, a row a document, ids first.

    Lines that are no records, and files that cannot be read, are counted, and kept in quarantine.parquet.
    """
    from pipelines.redpajama_signals import QUARANTINE_FILE, import_signals

    with explained_errors():
        moved = import_signals(source, to)
        told = f", and signatures of {moved.signatures:,}" if moved.signatures else ""
        typer.echo(f"{to}: signals of {moved.documents:,} documents{told} in {moved.files:,} tables")
        if moved.broken:
            typer.echo(f"{to / QUARANTINE_FILE}: {moved.broken:,} lines that are no records", err=True)
