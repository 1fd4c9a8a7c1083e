"""A file in a store, read like one on disk: from any place, going on where a connection was cut."""

import io
from collections.abc import Callable, Generator
from typing import Protocol

from pipelines.downloads.exchange import ATTEMPTS, TryAgainError, pause_after
from pipelines.downloads.kept import DownloadError

BUFFER_BYTES = 2**20
SKIP_BYTES = 2**19  # a gap so small is read over: a new request takes longer

Chunks = Generator[bytes, None, None]


class Opener(Protocol):
    """Opens a file in a store at one of its bytes."""

    def __call__(self, start: int) -> Chunks:
        """Yield the bytes from there on, in chunks of any length.

        Raises:
            DownloadError: It cannot be had.
            TryAgainError: That may go right later.
        """


def open_stream(url: str, size: int, opener: Opener, sleep: Callable[[float], None]) -> io.BufferedReader:
    """Return a file in a store as a file.

    Args:
        url: Where it is, for messages.
        size: Bytes.
        opener: Opens it.
        sleep: Waits between attempts.
    """
    return io.BufferedReader(_Stream(url, size, opener, sleep), BUFFER_BYTES)


class _Stream(io.RawIOBase):
    """Reads on from where it is; asks anew after a jump, and, after a pause, after a failure."""

    def __init__(self, url: str, size: int, opener: Opener, sleep: Callable[[float], None]) -> None:
        self._url, self._size, self._opener, self._sleep = url, size, opener, sleep
        self._place = 0
        self._chunks: Chunks | None = None
        self._rest = memoryview(b"")  # of the chunk that is being read, from `_place` on

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._go_to(max(0, base + offset))
        return self._place

    def _go_to(self, place: int) -> None:
        gap = place - self._place
        self._place = place
        if 0 <= gap <= len(self._rest):
            self._rest = self._rest[gap:]
        elif self._chunks is not None and 0 < gap <= SKIP_BYTES:
            self._skip(gap)
        elif gap:
            self._let_go()

    def _skip(self, gap: int) -> None:
        """Read over what lies before the new place; a failure there is met when that is read."""
        gap -= len(self._rest)
        self._rest = memoryview(b"")
        try:
            while gap and self._chunks is not None:
                chunk = memoryview(next(self._chunks))
                self._rest = chunk[gap:]
                gap -= min(gap, len(chunk))
        except (TryAgainError, StopIteration):
            self._let_go()

    def readinto(self, buffer: "io.ReadableBuffer", /) -> int:  # type: ignore[name-defined]  # the stubs' own name
        view = memoryview(buffer).cast("B")
        if self._place >= self._size or not len(view):
            return 0
        if not len(self._rest):
            self._rest = memoryview(self._next_chunk())
        count = min(len(view), len(self._rest), self._size - self._place)
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._place += count
        return count

    def _next_chunk(self) -> bytes:
        for number in range(1, ATTEMPTS + 1):
            try:
                return self._one_chunk()
            except TryAgainError as error:
                self._let_go()
                if number == ATTEMPTS:
                    raise DownloadError(
                        f"{self._url}: failed {ATTEMPTS} times at byte {self._place:,}: {error}; run again"
                    ) from None
                self._sleep(pause_after(number, error))
        raise AssertionError("the last attempt returns or raises")

    def _one_chunk(self) -> bytes:
        if self._chunks is None:
            self._chunks = self._opener(self._place)
        for chunk in self._chunks:
            if chunk:
                return chunk
        raise TryAgainError(f"cut off after {self._place:,} of {self._size:,} bytes")

    def _let_go(self) -> None:
        if self._chunks is not None:
            self._chunks.close()
        self._chunks, self._rest = None, memoryview(b"")

    def close(self) -> None:
        self._let_go()
        super().close()
