"""The command `loam forget`: documents leave a corpus and stay out of it."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.commands.arguments import NamedCorpusArgument
from pipelines.errors import UsageError
from pipelines.exit_codes import explained_errors
from pipelines.terminal import printable

if TYPE_CHECKING:
    from pipelines.forget import Forgetting
    from pipelines.removals.tombstones import Kind, Tombstone
    from pipelines.run import PassReport

_SHOWN = 50


def forget(
    corpus: NamedCorpusArgument,
    ids: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="A document, by its id or the beginning of it.")
    ] = None,
    urls: Annotated[
        list[str] | None, typer.Option("--url", metavar="URL", help="Every document with this address.")
    ] = None,
    hosts: Annotated[
        list[str] | None, typer.Option("--host", metavar="HOST", help="Every document of this host and those below it.")
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="LIST", help="A list of ids, addresses and hosts, one a line; a tab, a reason."),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept, and published with the card.")] = None,
    date: Annotated[
        str | None, typer.Option(metavar="DATE", help="When, such as 2026-11-24; by default the recipe's build_date.")
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(metavar="RECIPE", help="The recipe's file, if it names models or lists relative to its folder."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Units side by side; one a core by default.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would go, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, and no word of what went.")] = False,
) -> None:
    """Remove documents, with their translations and tokens, and keep them out of every later build.

    Sources are not read. What is not in the corpus is written down for later builds. Tokenizer and figures derived
    from the corpus stay as they are.

    For example: loam forget corpora/demo --url https://example.org/page --reason "asked for by its author"
    """
    from pipelines.corpus_store.place import brought_others, open_for_reading, open_for_run
    from pipelines.executors import open_executor
    from pipelines.forget import forget as forget_documents
    from pipelines.forget import look_up
    from pipelines.summary import ProgressBars, Silence

    with explained_errors():
        asked = _asked(ids or (), urls or (), hosts or (), files or ())
        reports = None
        if dry_run:
            found = look_up(open_for_reading(corpus), asked, reason, _checked(date))
        else:
            directory = Path.cwd() if recipe is None else recipe.resolve().parent
            pool = open_executor("local", workers)
            try:
                with open_for_run(corpus, partial(typer.echo, err=True), whole=True) as place:
                    found = look_up(place.root, asked, reason, _checked(date))
                    with Silence() if quiet or as_json else ProgressBars() as bars:
                        others = brought_others(found.recipe)
                        reports = forget_documents(found, directory, pool, place.observing(bars), others)
            finally:
                pool.close()
        if as_json:
            typer.echo(json.dumps(_told(found, reports), indent=1, ensure_ascii=False))
        elif not quiet:
            for line in _lines(found, reports):
                typer.echo(printable(line))


def _asked(ids: Sequence[str], urls: Sequence[str], hosts: Sequence[str], files: Sequence[Path]) -> "list[Tombstone]":
    from pipelines.removals.lists import read_list, tombstone_of

    given: list[tuple[Kind, Sequence[str]]] = [("id", ids), ("url", urls), ("host", hosts)]
    asked = []
    for kind, values in given:
        for value in values:
            try:
                asked.append(tombstone_of(value, kind, abridged=True))
            except ValueError as error:
                raise UsageError(f"--{kind}: {error}") from None
    return [*asked, *(tombstone for path in files for tombstone in read_list(path, UsageError))]


def _checked(date: str | None) -> str | None:
    try:
        return None if date is None else dt.date.fromisoformat(date).isoformat()
    except ValueError:
        raise UsageError(f"--date: expected a date such as 2026-11-24, got {date!r}") from None


def _lines(found: "Forgetting", reports: "Sequence[PassReport] | None") -> Iterator[str]:
    """Yield what is told on a terminal."""
    reasons = {tombstone.value: tombstone.reason for tombstone in found.tombstones}
    for document in found.going[:_SHOWN]:
        made_from = f", made from {document.derived_from}" if document.derived_from else ""
        reason = reasons[document.id]
        yield f"{document.id}  {document.source}{made_from}{f': {reason}' if reason else ''}"
        for publication in document.publications:
            where = "" if publication.sequence is None else f", sequence {publication.sequence}"
            yield f"  was published: {publication.file}{where}"
        if document.copies:
            yield f"  stays: {len(document.copies)} copies or near copies, such as {document.copies[0]}"
    if len(found.going) > _SHOWN:
        yield f"… and {len(found.going) - _SHOWN:,} more: --json lists all"
    for tombstone in found.known:
        yield f"{tombstone.value}: was removed before"
    for tombstone in found.unknown:
        yield f"{tombstone.value}: not in this corpus; written down for later builds"
    published = sum(bool(document.publications) for document in found.going)
    counted = f"{len(found.going):,} documents, {published:,} of them published before"
    if reports is None:
        yield f"would be removed: {counted}"
        return
    done = sum(len(report.timings) for report in reports)
    standing = sum(len(report.receipts) for report in reports)
    yield f"removed: {counted}; {done:,} of {standing:,} units of work were done anew"


def _told(found: "Forgetting", reports: "Sequence[PassReport] | None") -> dict[str, Any]:
    return {
        "removed" if reports is not None else "would_be_removed": [asdict(document) for document in found.going],
        "removed_before": [tombstone.value for tombstone in found.known],
        "not_in_this_corpus": [tombstone.value for tombstone in found.unknown],
        "tombstones": [json.loads(tombstone.to_json()) for tombstone in found.tombstones],
    }
