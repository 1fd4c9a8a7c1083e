"""The place of every document in the order of preference, for steps that keep the first copy of something."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

ORDER = pa.schema([("order", pa.uint64())])

_GENERATION_SHIFT = 56  # a later generation comes behind all of an earlier one


def document_order(
    connection: duckdb.DuckDBPyConnection,
    paths: Mapping[str, Sequence[str]],
    columns: Mapping[str, Sequence[str]],
    order: str,
) -> "list[npt.NDArray[np.int64]]":
    """Return the place of each document in the order of preference, 0 first, for each shard in the order of its rows.

    Args:
        connection: DuckDB.
        paths: The files of each table, shard by shard; `documents` among them.
        columns: The columns of each table that `order` reads.
        order: An ORDER BY clause that tells any two documents apart.
    """
    joins, selected = [], [f"documents.{name}" for name in columns.get("documents", ())]
    for table, files in paths.items():
        if table != "documents" and columns[table]:
            alias = table.replace("/", "_")
            joins.append(f"JOIN read_parquet({_list(files)}) AS {alias} USING (id)")
            selected += [f"{alias}.{name}" for name in columns[table]]
    connection.execute("CREATE TABLE shard_files (number INTEGER, path VARCHAR)")
    connection.executemany("INSERT INTO shard_files VALUES (?, ?)", list(enumerate(paths["documents"])))
    found = connection.sql(
        f"""
        WITH candidates AS (
            SELECT id, shard_files.number AS shard_number, documents.file_row_number AS shard_row
                   {"".join(f", {name}" for name in selected)}
            FROM read_parquet({_list(paths["documents"])}, filename = true, file_row_number = true) AS documents
            JOIN shard_files ON shard_files.path = documents.filename
            {" ".join(joins)}
        )
        SELECT shard_number, row_number() OVER (ORDER BY {order}) - 1 AS place
        FROM candidates ORDER BY shard_number, shard_row
        """  # noqa: S608 -- paths of this corpus and checked expressions
    ).to_arrow_table()
    numbers, places = found["shard_number"].to_numpy(), found["place"].to_numpy()
    bounds = np.searchsorted(numbers, np.arange(len(paths["documents"]) + 1))
    return [places[begin:end] for begin, end in pairwise(bounds)]


def write_order(path: Path, places: "npt.NDArray[np.int64]", generation: int) -> None:
    """Write the places of a shard's documents (Arrow IPC); those of a later generation come behind an earlier one."""
    order = places.astype(np.uint64) | np.uint64(generation << _GENERATION_SHIFT)
    with pa.ipc.new_file(str(path), ORDER) as file:
        file.write_batch(pa.record_batch([pa.array(order)], schema=ORDER))


def read_order(path: Path) -> "npt.NDArray[np.uint64]":
    """Return the places of a shard's documents, comparable across generations."""
    with pa.memory_map(str(path)) as file:
        order: npt.NDArray[np.uint64] = pa.ipc.open_file(file).get_batch(0)["order"].to_numpy()
    return order


def _list(paths: Sequence[str]) -> str:
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"[{quoted}]"
