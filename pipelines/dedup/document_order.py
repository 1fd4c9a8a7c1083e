"""The place of every document in the order of preference, for steps that keep the first copy of something."""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

ORDER = pa.schema([("order", pa.uint64())])

_NUMBER = "row_of_all"
_ROWS_AT_A_TIME = 1 << 16
_GENERATION_SHIFT = 56  # a later generation comes behind all of an earlier one


def document_order(
    connection: duckdb.DuckDBPyConnection, shards: Iterable[pa.Table], order: str
) -> "list[npt.NDArray[np.int64]]":
    """Return the place of each document in the order of preference, 0 first, for each shard in the order of its rows.

    It takes 8 bytes a document beside what DuckDB sorts.

    Args:
        connection: DuckDB.
        shards: One table a shard, at least one, with `id` and every column that `order` reads; all of one schema.
        order: An ORDER BY clause that tells any two documents apart.
    """
    ends = [0]
    numbered = _numbered(shards, ends)
    begun = next(numbered)
    rows = pa.RecordBatchReader.from_batches(begun.schema, chain([begun], numbered))
    connection.register("candidates", rows)
    ordered = connection.sql(f"SELECT {_NUMBER} FROM candidates ORDER BY {order}")  # noqa: S608 -- a checked clause
    placed = 0
    places = np.empty(0, np.int64)
    for batch in ordered.to_arrow_reader(_ROWS_AT_A_TIME):
        if not placed:  # what is sorted has been read to its end
            places = np.empty(ends[-1], np.int64)
        places[batch[_NUMBER].to_numpy()] = np.arange(placed, placed + batch.num_rows)
        placed += batch.num_rows
    return [places[begin:end] for begin, end in pairwise(ends)]


def _numbered(shards: Iterable[pa.Table], ends: list[int]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of all shards with a number each, and note how many there are up to the end of each shard."""
    for table in shards:
        begin = ends[-1]
        ends.append(begin + table.num_rows)
        numbers = pa.array(np.arange(begin, ends[-1]), pa.int64())
        yield from table.append_column(_NUMBER, numbers).combine_chunks().to_batches() or [
            pa.RecordBatch.from_pylist([], table.schema.append(pa.field(_NUMBER, pa.int64())))
        ]


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
