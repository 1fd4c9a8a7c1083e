"""The command `loam publish`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.arguments import NamedCorpusArgument, brought_here
from pipelines.exit_codes import explained_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.releasing.contents import ReleasedFile

_MEGABYTE = 10**6


def publish(
    corpus: NamedCorpusArgument,
    to: Annotated[str, typer.Option(metavar="TARGET", help="A folder, or hf://datasets/OWNER/NAME.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would go, and send nothing.")] = False,
    private: Annotated[bool, typer.Option("--private", help="A repository that is made is private.")] = False,
    revision: Annotated[str | None, typer.Option(help="Branch of the repository, made where there is none.")] = None,
) -> None:
    """Check a corpus, and put its card and tables where others find them. What stands there is not sent again.

    For example: loam publish corpora/demo --to release --dry-run
    """
    from pipelines.corpus_store.place import name_of
    from pipelines.errors import UsageError
    from pipelines.releasing import folder, hub
    from pipelines.releasing.contents import contents

    with explained_errors():
        repository = hub.repository_of(to) if "://" in to else None
        if repository is None and (private or revision is not None):
            raise UsageError(f"--private and --revision are of repositories: {to} is a folder; leave them out")
        files = contents(brought_here(corpus), name_of(corpus))
        if repository is None:
            new, gone = folder.changes(files, Path(to))
            _tell(new, gone, len(files), dry_run)
            if not dry_run:
                folder.write(files, Path(to))
                typer.echo(f"{to}: {len(files):,} files stand")
            return
        api = hub.open_api()
        new, gone = hub.changes(files, api, repository, revision)
        _tell(new, gone, len(files), dry_run)
        if not dry_run:
            hub.prepare(api, repository, revision, private=private)
            for done in hub.write(new, gone, api, repository, revision):
                typer.echo(f"{done:,} of {len(new) + len(gone):,} changes made")
            typer.echo(f"{to}: {len(files):,} files stand")


def _tell(new: "Sequence[ReleasedFile]", gone: "Sequence[str]", files: int, dry_run: bool) -> None:
    for file in new if dry_run else ():
        typer.echo(f"+ {file.path} ({file.bytes:,} bytes)")
    for path in gone if dry_run else ():
        typer.echo(f"- {path}")
    size = sum(file.bytes for file in new) / _MEGABYTE
    typer.echo(f"{len(new):,} of {files:,} files to send, {size:,.1f} MB; {len(gone):,} to delete")
