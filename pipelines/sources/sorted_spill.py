"""Rows put in order when they do not fit in memory: sorted runs in one temporary file, merged on the way out."""

import heapq
import pickle
import tempfile
from collections.abc import Iterator
from operator import itemgetter
from types import TracebackType
from typing import Any, Self, TypeAlias

RUN_BYTES = 64 * 2**20
CHUNK_BYTES = 2**16

Row: TypeAlias = tuple[tuple[int, ...], Any]
_key = itemgetter(0)


class SortedSpill:
    """Takes rows in any order and gives them back in the order of their keys.

    An external merge sort: the rows of a run lie in memory until they are `run_bytes`, then sorted in a temporary file
    without a name, which is gone with the process however that ends. What is in memory while runs are merged is one
    chunk of each: of 100 GB of rows, some 100 MB.

    Args:
        run_bytes: From which size on a run is written out.
    """

    def __init__(self, run_bytes: int = RUN_BYTES) -> None:
        self._run_bytes = run_bytes
        self._rows: list[Row] = []
        self._size = 0
        self._runs: list[tuple[int, int]] = []  # where each begins in the file and ends
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, key: tuple[int, ...], row: object, size: int) -> None:
        """Take a row in.

        Args:
            key: Its place; of rows with one key, the first stays first.
            row: Anything that can be pickled.
            size: About how many bytes it takes.
        """
        self._rows.append((key, row))
        self._size += size
        if self._size >= self._run_bytes:
            self._write_run()

    def _write_run(self) -> None:
        self._rows.sort(key=_key)
        begin = self._file.seek(0, 2)
        each = max(len(self._rows) * CHUNK_BYTES // max(self._size, 1), 1)
        for at in range(0, len(self._rows), each):
            pickle.dump(self._rows[at : at + each], self._file, pickle.HIGHEST_PROTOCOL)
        self._runs.append((begin, self._file.tell()))
        self._rows, self._size = [], 0

    def in_order(self) -> Iterator[Any]:
        """Yield the rows in the order of their keys; nothing may be added from here on."""
        self._rows.sort(key=_key)
        for _, row in heapq.merge(*(self._run(*run) for run in self._runs), self._rows, key=_key):
            yield row

    def _run(self, begin: int, end: int) -> Iterator[Row]:
        while begin < end:
            self._file.seek(begin)
            chunk = pickle.load(self._file)  # noqa: S301 -- what this very object wrote
            begin = self._file.tell()
            yield from chunk
