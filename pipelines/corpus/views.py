"""`loam sql`: DuckDB in memory, with a view for every table of a corpus."""

import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.corpus.receipts import Receipt
from pipelines.corpus.schemas import (
    ANY_LANGUAGE,
    CONTAMINATED,
    CONTAMINATION,
    DECISIONS,
    DOCUMENTS,
    DUPLICATES,
    EDITS,
    JOINT_CHANGES,
    LICENCES,
    QUARANTINE,
    THRESHOLDS,
    TRANSLATIONS,
)
from pipelines.corpus.sql import NO_PROGRESS_BAR

LEDGER_COLUMNS = (
    "stage VARCHAR, unit VARCHAR, generation INTEGER, rows_in BIGINT, rows_out BIGINT, "
    "dropped MAP(VARCHAR, BIGINT), bytes_in BIGINT, counts MAP(VARCHAR, BIGINT)"
)

# What the view of quarantine has beside `QUARANTINE`.
_SOURCE = pa.field("source", pa.string(), metadata={"comment": "the source it came from"})
_ROWS = pa.field("rows", pa.int64(), metadata={"comment": "how many records are lost with it"})


def connect_views(
    root: Path,
    receipts: Sequence[Receipt],
    signal_schemas: dict[str, pa.Schema],
    sequences: pa.Schema,
    mixture: pa.Schema,
) -> duckdb.DuckDBPyConnection:
    """Open DuckDB in memory with the views of a corpus; afterwards it can read nothing but this corpus.

    Args:
        root: The corpus.
        receipts: What stands: only files that a receipt names are seen.
        signal_schemas: The declared columns of each group of signals; their comments become column comments.
        sequences: Columns of the provenance of token shards.
        mixture: Columns of the mixture.
    """
    standing = sorted({path for receipt in receipts for path in receipt.outputs if path.endswith(".parquet")})
    connection = duckdb.connect()
    connection.execute(NO_PROGRESS_BAR)
    for name, schema in (
        ("documents", DOCUMENTS),
        ("duplicates", DUPLICATES),
        ("joint_changes", JOINT_CHANGES),
        ("contamination", CONTAMINATION),
        ("contaminated", CONTAMINATED),
        ("licences", LICENCES),
        ("decisions", DECISIONS),
        ("edits", EDITS),
        ("translations", TRANSLATIONS),
    ):
        _create_view(connection, root, name, [path for path in standing if path.startswith(f"{name}/")], schema)
    _create_quarantine(connection, root, [path for path in standing if path.startswith("quarantine/")])
    _create_view(connection, root, "sequences", [p for p in standing if p.endswith(".provenance.parquet")], sequences)
    _create_view(connection, root, "mixture", [p for p in standing if p == "mixture/mixture.parquet"], mixture)
    groups = sorted(signal_schemas)
    for group in groups:
        paths = [path for path in standing if path.startswith(f"signals/{group}/")]
        schema = pa.schema([pa.field("id", pa.string()), *signal_schemas[group]])
        _create_view(connection, root, f"signals_{group}", paths, schema)
    joined = " ".join([f"signals_{groups[0]}", *(f"JOIN signals_{group} USING (id)" for group in groups[1:])])
    signals = f"SELECT * FROM {joined}"  # noqa: S608 -- names of declared groups
    for path in standing:
        if path.startswith(f"{THRESHOLDS}/"):
            signals = _with_thresholds(connection, root, path, signals)
    connection.execute(f"CREATE VIEW signals AS {signals}")
    for group in groups:
        _comment(connection, "signals", signal_schemas[group])
    _create_ledger(connection, receipts)
    folder = _quoted(f"{root.resolve()}/")
    connection.execute(f"SET temp_directory = {_quoted(str(Path(tempfile.gettempdir()) / 'loam-sql'))}")
    connection.execute(f"SET allowed_directories = [{folder}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _with_thresholds(connection: duckdb.DuckDBPyConnection, root: Path, path: str, signals: str) -> str:
    """Return a query for signals and, beside them, the figures of a table by language; and make a view of that."""
    view = path.removesuffix(".parquet").replace("/", "_")
    _create_view(connection, root, view, [path], pa.schema([]))
    names = [name for name in connection.sql(f"FROM {view}").columns if name != "language"]
    figures = ", ".join(f"coalesce(own.{name}, any_language.{name}) AS {name}" for name in names)
    return f"""
        SELECT found.*, {figures} FROM ({signals}) AS found LEFT JOIN {view} AS own USING (language)
        LEFT JOIN {view} AS any_language ON any_language.language = {_quoted(ANY_LANGUAGE)}
    """  # noqa: S608 -- tables and columns of this corpus


def _create_view(
    connection: duckdb.DuckDBPyConnection, root: Path, name: str, paths: Sequence[str], schema: pa.Schema
) -> None:
    if paths:
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {_read(root, paths)}")  # noqa: S608 -- paths that receipts name, quoted
    else:
        connection.register(f"no_{name}", schema.empty_table())
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM no_{name}")  # noqa: S608 -- a name of this module
    _comment(connection, name, schema)


def _create_quarantine(connection: duckdb.DuckDBPyConnection, root: Path, paths: Sequence[str]) -> None:
    """Make the view of records set aside, each beside its source.

    Those of benchmarks have no source but `benchmarks`, and are one record each.
    """
    schema = pa.schema([_SOURCE, *QUARANTINE, _ROWS])
    if not paths:
        _create_view(connection, root, "quarantine", (), schema)
        return
    names = ", ".join(f'"{name}"' for name in QUARANTINE.names)
    tables = [
        f"SELECT {_quoted(source)} AS source, {names}, {rows} FROM {_read(root, list(some))}"  # noqa: S608 -- paths that receipts name, quoted
        for (source, rows), some in groupby(paths, _source_of_quarantine)
    ]
    connection.execute(f"CREATE VIEW quarantine AS {' UNION ALL '.join(tables)}")
    _comment(connection, "quarantine", schema)


def _source_of_quarantine(path: str) -> tuple[str, str]:
    """Return the source of a table such as `quarantine/ingest/SOURCE/SHARD.parquet`, and its column `rows`."""
    folders = path.split("/")[1:-1]
    return (folders[1], '"rows"') if folders[0] == "ingest" else (folders[0], '1 AS "rows"')


def _read(root: Path, paths: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(_quoted(str(root.resolve() / path)) for path in paths)}])"


def _comment(connection: duckdb.DuckDBPyConnection, view: str, schema: pa.Schema) -> None:
    for field in schema:
        metadata = field.metadata or {}
        comment = (metadata.get(b"comment") or metadata.get(b"description") or b"").decode()
        if comment:
            connection.execute(f'COMMENT ON COLUMN {view}."{field.name}" IS {_quoted(comment)}')


def _create_ledger(connection: duckdb.DuckDBPyConnection, receipts: Sequence[Receipt]) -> None:
    connection.execute(f"CREATE TABLE ledger ({LEDGER_COLUMNS})")
    rows = [
        (
            receipt.stage,
            receipt.name,
            receipt.generation,
            receipt.outcome.rows_in,
            receipt.outcome.rows_out,
            dict(receipt.outcome.dropped),
            receipt.outcome.bytes_in,
            dict(receipt.outcome.counts),
        )
        for receipt in receipts
    ]
    if rows:
        connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
