"""SQL over a corpus: one query, or an interactive prompt."""

import contextlib
import csv
import importlib
import itertools
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

import signals
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import Receipt, read_receipts
from pipelines.corpus.views import connect_views
from pipelines.errors import CorpusError, LoamError
from pipelines.terminal import printable
from pipelines.tokens.blend import MIXTURE
from pipelines.tokens.provenance import PROVENANCE
from pipelines.view_names import TOLD_VIEWS

Format = Literal["table", "csv", "json"]

SHOWN_ROWS = 200
SHOWN_CHARACTERS = 200


def open_corpus(root: Path) -> duckdb.DuckDBPyConnection:
    """Open DuckDB in memory with the views of a corpus.

    Raises:
        CorpusError: The directory is no corpus, or a receipt or a table in it is damaged.
    """
    read_corpus_identity(root)
    receipts = list(read_receipts(root))
    try:
        return connect_views(root, receipts, _signal_schemas(root, receipts), PROVENANCE, MIXTURE)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise CorpusError(f"{root}: a table cannot be read ({first}); `loam verify {root}` tells which") from None


def _signal_schemas(root: Path, receipts: Sequence[Receipt]) -> dict[str, pa.Schema]:
    """Return the columns of each group of signals that stands, and of those that every corpus has."""
    schemas = {group: signals.schema(group) for group in ("core", "language")}
    for path in sorted(path for receipt in receipts for path in receipt.outputs if path.startswith("signals/")):
        group = path.split("/")[1]
        if group not in schemas and (root / path).is_file():
            columns = [field for field in pq.read_schema(root / path) if field.name != "id"]
            schemas[group] = pa.schema(columns)
    return schemas


def run_query(connection: duckdb.DuckDBPyConnection, query: str, form: Format, out: IO[str]) -> None:
    """Run a query, or several with semicolons between them, and write what they give.

    Raises:
        LoamError: DuckDB refuses a query, with its own message, or it would do more than read.
    """
    try:
        statements = connection.extract_statements(query)
        for statement in statements:
            _refuse_writing(connection, statement.query)
        for statement in statements:
            cursor = connection.execute(statement)
            names = _distinct([column[0] for column in cursor.description or []])
            _WRITERS[form](names, _rows(cursor), out)
    except duckdb.Error as error:
        raise LoamError(f"sql: {error}") from None


def prompt(connection: duckdb.DuckDBPyConnection, form: Format) -> None:
    """Ask for queries until end of file; a query ends with a semicolon.

    Raises:
        LoamError: A query fails, and nobody is there to mend it: queries come from a file or a pipe.
    """
    interactive = sys.stdin.isatty()
    if interactive:
        sys.stdout.write(f"views: {TOLD_VIEWS}\nEnd a query with `;`, leave with Ctrl-D.\n")
    for query in _queries(_typed_lines() if interactive else iter(sys.stdin)):
        try:
            run_query(connection, query, form, sys.stdout)
        except LoamError as error:
            if not interactive:
                raise
            sys.stderr.write(f"{error}\n")


def _typed_lines() -> Iterator[str]:
    with contextlib.suppress(ImportError):
        importlib.import_module("readline")  # where there is one, it lets `input` edit and remember lines
    with contextlib.suppress(EOFError):
        while True:
            yield input("loam> ") + "\n"


def _queries(lines: Iterable[str]) -> Iterator[str]:
    """Yield what ends with a semicolon at the end of a line, and what is left at the end."""
    pending = ""
    for line in lines:
        pending += line
        if pending.rstrip().endswith(";"):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


def _refuse_writing(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Let a query read; files it must not write, not even in the corpus that it may read.

    Raises:
        LoamError: It is no SELECT through and through. (`WITH t AS (COPY …) SELECT …` is one, and writes.)
    """
    explained = _EXPLAIN.sub("", query, count=1)  # EXPLAIN ANALYZE runs what it explains
    row = connection.execute("SELECT json_serialize_sql(?)", [explained]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree["error"] or not _READING_NODES.issuperset(_query_nodes(tree)):
        raise LoamError("sql: only what reads is run: SELECT, DESCRIBE, SUMMARIZE, SHOW; --format csv saves a result")


def _query_nodes(tree: Any) -> Iterator[str]:  # noqa: ANN401 -- JSON
    """Yield the kinds of all queries in a syntax tree as DuckDB serialises it, and the functions that run others."""
    if isinstance(tree, dict):
        if str(tree.get("type")).endswith("_NODE"):
            yield tree["type"]
        if str(tree.get("function_name")).lower() in _RUNNING_FUNCTIONS:
            yield tree["function_name"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from _query_nodes(part)


_EXPLAIN = re.compile(r"\s*EXPLAIN(\s+ANALYZE)?(\s*\([^()]*\))?\s", re.IGNORECASE)
_READING_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_RUNNING_FUNCTIONS = frozenset({"query", "json_execute_serialized_sql"})


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(1024):
        yield from chunk


def _distinct(names: Sequence[str]) -> list[str]:
    """Return column names made different: `SELECT a.id, b.id` has `id` and `id_1`."""
    found: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in itertools.count(1))
        found.append(name if name not in found else next(other for other in numbered if other not in found))
    return found


def _write_csv(names: list[str], rows: Iterable[tuple[Any, ...]], out: IO[str]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_safe(_cell(value), out) for value in row] for row in rows)


def _write_json(names: list[str], rows: Iterable[tuple[Any, ...]], out: IO[str]) -> None:
    for row in rows:
        values = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        out.write(json.dumps(values, ensure_ascii=out.isatty(), allow_nan=False) + "\n")


def _write_table(names: list[str], rows: Iterable[tuple[Any, ...]], out: IO[str]) -> None:
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


_WRITERS: Mapping[Format, Callable[[list[str], Iterable[tuple[Any, ...]], IO[str]], None]] = {
    "csv": _write_csv,
    "json": _write_json,
    "table": _write_table,
}


def _plain(value: object) -> object:
    """Return a value as JSON can say it: no bytes, no NaN, no dates."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _cell(value: object) -> object:
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else plain


def _safe(cell: object, out: IO[str]) -> object:
    """Return a cell as it is for a file, and as a terminal may show it for one."""
    return printable(cell) if isinstance(cell, str) and out.isatty() else cell


def _shown(value: object) -> str:
    cell = _cell(value)
    text = "" if cell is None else printable(str(cell))
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
