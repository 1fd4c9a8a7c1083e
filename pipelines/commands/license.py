"""The commands `loam license`: what a licence statement means, and whether a corpus keeps to its licences."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.commands.arguments import CorpusArgument
from pipelines.exit_codes import EXIT_FAILED, explained_errors
from pipelines.terminal import printable

license_commands = typer.Typer(
    help="Explain licence statements; check a corpus against its licences.", no_args_is_help=True
)


@license_commands.command("explain")
def explain(
    statement: Annotated[str, typer.Argument(metavar="STRING", help="A licence statement as found anywhere.")],
    evidence: Annotated[str, typer.Option(metavar="CLASS", help="E1 (strong) to E6 (weak).")] = "E2",
    reviews: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Reviews and overrides, as a recipe names them.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where the text stands: reviews may be of it.")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="The recipe's source that it is from.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Say what a licence statement means, and what each profile lets be done under it.

    For example: loam license explain "GPL-2+ or CC BY-SA 3.0"
    """
    from pipelines.errors import UsageError
    from pipelines.licensing.conclude import EVIDENCE_CLASSES
    from pipelines.licensing.explanation import explain_statement
    from pipelines.licensing.review_files import load_reviews
    from pipelines.licensing.reviewed import reviews_about

    with explained_errors():
        if evidence not in EVIDENCE_CLASSES:
            raise UsageError(f"--evidence: {evidence!r} is none of {', '.join(EVIDENCE_CLASSES)}")
        known = load_reviews([str(path) for path in reviews or ()], (Path.cwd(),))
        explained = explain_statement(statement, evidence, reviews_about(known, url, source))
    if as_json:
        sys.stdout.write(json.dumps(explained, indent=1, ensure_ascii=False) + "\n")
    else:
        _show(explained)


@license_commands.command("check")
def check(
    corpus: CorpusArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Check that nothing leaves a corpus against its licence; exit with 1 if something does."""
    from pipelines.license_check import check_licences

    with explained_errors():
        found = list(check_licences(corpus))
    if as_json:
        sys.stdout.write(json.dumps({"problems": found}, indent=1, ensure_ascii=False) + "\n")
    else:
        for problem in found:
            sys.stderr.write(f"{printable(problem)}\n")
        sys.stdout.write(f"problems: {len(found)}\n" if found else "every output keeps to its licences\n")
    if found:
        raise typer.Exit(EXIT_FAILED)


@license_commands.command("page")
def page(
    documents: Annotated[
        Path | None, typer.Argument(metavar="DOCUMENTS", help="Parquet whose licence statements are shown too.")
    ] = None,
    column: Annotated[str, typer.Option(metavar="COLUMN", help="Its column of licences.")] = "license",
) -> None:
    """Write the reference page: every profile cell by cell, and how the statements in a file are read."""
    from pipelines.licensing.page import licences_page

    with explained_errors():
        counts = None if documents is None else _statement_counts(documents, column)
    sys.stdout.write(licences_page(counts))


def _statement_counts(documents: Path, column: str) -> dict[str, int]:
    """Return how many documents of a Parquet file have each licence statement.

    Raises:
        UsageError: It cannot be read, or has no such column.
    """
    from collections import Counter

    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipelines.errors import UsageError

    try:
        values = pq.read_table(documents, columns=[column])[column].to_pylist()
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise UsageError(f"{documents}: column {column}: {error}") from None
    return dict(Counter(str(value or "") for value in values))


def _show(explained: dict[str, Any]) -> None:
    candidates = f"may mean {', '.join(explained['candidates'])}" if explained["candidates"] else None
    reviews = [
        f"{review['kind']} by {review['by']}, {review['date']}: {review['license']} ({review['place']})"
        for review in explained["reviews"]
    ]
    concluded = f"concluded: {explained['concluded']}" if reviews else None
    for line in (explained["spdx"], candidates, explained["note"], *reviews, concluded):
        if line:
            sys.stdout.write(f"{line}\n")
    for name, row in explained["profiles"].items():
        allowed = [operation for operation, status in row["status"].items() if status.startswith("allow")]
        chosen = "" if row["license"] == explained["spdx"] else f" as {row['license']}"
        lines = [
            f"{name}: {row['status']['keep_whole'].replace('_', ' ')}{chosen}",
            *([f"why: {row['why']}"] if row["why"] else []),
            f"allows: {', '.join(allowed)}",
            *([f"owed: {', '.join(row['obligations'])}"] if row["obligations"] else []),
        ]
        sys.stdout.write("\n" + "\n  ".join(lines) + "\n")
