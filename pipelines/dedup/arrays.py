"""Columns of numbers on disk, which steps of deduplication hand to each other (Arrow IPC)."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Array = npt.NDArray[Any]


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write columns of one length."""
    _write(path, [pa.record_batch({name: pa.array(array) for name, array in arrays.items()})])


def write_parts(path: Path, name: str, parts: Iterable[Array]) -> None:
    """Write one column part by part; at least one part."""
    _write(path, (pa.record_batch({name: pa.array(part)}) for part in parts))


def read_array(path: Path, name: str) -> Array:
    """Return one column: a view of the mapped file, of which only what is looked at is read."""
    return next(read_parts(path, name))


def read_parts(path: Path, name: str) -> Iterator[Array]:
    """Yield one column part by part, as it was written."""
    with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as file:
        for part in range(file.num_record_batches):
            yield file.get_batch(part)[name].to_numpy()


def write_lists(path: Path, rows: Array, until: npt.NDArray[np.int64], values: npt.NDArray[np.uint64]) -> None:
    """Write a list of numbers for each of some rows."""
    ends: Any = pa.array(until)
    elements: Any = pa.array(values)
    lists = pa.LargeListArray.from_arrays(ends, elements)
    _write(path, [pa.record_batch({"row": pa.array(rows), "values": lists})])


def read_lists(path: Path) -> tuple[Array, npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Return the rows, where each list ends in the values (a zero first), and the values: views of the mapped file."""
    with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as file:
        batch = file.get_batch(0)
        lists: Any = batch["values"]
        return batch["row"].to_numpy(), lists.offsets.to_numpy(), lists.values.to_numpy()


def distinct(parts: Iterable[Array]) -> Array:
    """Return all numbers of some arrays of one type, at least one array, sorted, each once.

    NumPy's own `unique` is ten times slower on pairs.
    """
    values: Array = np.concatenate(list(parts))
    values.sort()
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def indices(rows: Array) -> "pa.Array[Any]":
    """Return numbers of rows as Arrow takes them."""
    found: pa.Array[Any] = pa.array(rows, pa.int64())
    return found


def _write(path: Path, batches: Iterable[pa.RecordBatch]) -> None:
    writer = None
    for batch in batches:
        writer = writer or pa.ipc.new_file(str(path), batch.schema)
        writer.write_batch(batch)
    if writer is None:
        raise ValueError(f"{path}: nothing to write")
    writer.close()
