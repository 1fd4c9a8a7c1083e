"""SQL over a corpus: one query, or an interactive prompt."""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Literal

import duckdb
from rich.console import Console
from rich.table import Table

import signals
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.views import connect_views
from pipelines.errors import LoamError
from pipelines.tokens.blend import MIXTURE
from pipelines.tokens.provenance import PROVENANCE

Format = Literal["table", "csv", "json"]

VIEWS = "documents, signals, edits, duplicates, licences, decisions, sequences, mixture, ledger"
SHOWN_ROWS = 200
SHOWN_CHARACTERS = 200


def open_corpus(root: Path) -> duckdb.DuckDBPyConnection:
    """Open DuckDB in memory with the views of a corpus.

    Raises:
        CorpusError: The directory is no corpus, or a receipt in it is damaged.
    """
    read_corpus_identity(root)
    schemas = {group: signals.schema(group) for group in signals.groups()}
    return connect_views(root, list(read_receipts(root)), schemas, PROVENANCE, MIXTURE)


def run_query(connection: duckdb.DuckDBPyConnection, query: str, form: Format, out: IO[str]) -> None:
    """Run one query and write its result.

    Raises:
        LoamError: DuckDB refuses the query; the message is its own.
    """
    try:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description or []]
        rows = _rows(cursor)
        if form == "csv":
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(rows)
        elif form == "json":
            for row in rows:
                out.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=str) + "\n")
        else:
            _print_table(names, rows, out)
    except duckdb.Error as error:
        raise LoamError(f"sql: {error}") from None


def prompt(connection: duckdb.DuckDBPyConnection) -> None:
    """Ask for queries until end of file; a query ends with a semicolon."""
    interactive = sys.stdin.isatty()
    if interactive:
        sys.stdout.write(f"views: {VIEWS}\nEnd a query with `;`, leave with Ctrl-D.\n")
    pending = ""
    while True:
        if interactive:
            sys.stdout.write("...> " if pending else "loam> ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        pending += line
        if pending.strip() and (pending.rstrip().endswith(";") or not line):
            try:
                run_query(connection, pending, "table", sys.stdout)
            except LoamError as error:
                sys.stderr.write(f"{error}\n")
            pending = ""
        if not line:
            return


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterable[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(1024):
        yield from chunk


def _print_table(names: list[str], rows: Iterable[tuple[Any, ...]], out: IO[str]) -> None:
    table = Table(*names)
    more = 0
    for number, row in enumerate(rows):
        if number < SHOWN_ROWS:
            table.add_row(*(_shown(value) for value in row))
        else:
            more += 1
    console = Console(file=out, width=None if out.isatty() else 10_000, highlight=False, markup=False)
    console.print(table)
    if more:
        console.print(f"… and {more} more rows: add a LIMIT, or take --format csv for all")


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
