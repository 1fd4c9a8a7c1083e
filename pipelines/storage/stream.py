"""A file in a store, read like one on disk: from any place, going on where a connection was cut."""

import io
from collections import OrderedDict
from collections.abc import Callable, Generator
from typing import Protocol

from pipelines.downloads.exchange import ATTEMPTS, TryAgainError, pause_after
from pipelines.downloads.kept import DownloadError

BLOCK_BYTES = 2**22
BLOCKS_KEPT = 16  # readers of columns go to and fro between several places
BUFFER_BYTES = 2**16

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
    return io.BufferedReader(_Stream(_Blocks(url, size, opener, sleep), size), BUFFER_BYTES)


class _Blocks:
    """The blocks of a file, the last ones kept: one after the other over one connection, after a jump over another."""

    def __init__(self, url: str, size: int, opener: Opener, sleep: Callable[[float], None]) -> None:
        self._url, self._size, self._opener, self._sleep = url, size, opener, sleep
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._chunks: Chunks | None = None
        self._place = 0  # of the next byte that the connection gives
        self._surplus = b""  # of its last chunk, from `_place` on

    def block(self, number: int) -> bytes:
        """Return a block.

        Raises:
            DownloadError: It cannot be had, also after some attempts.
        """
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        found = self._fetched(number * BLOCK_BYTES, min((number + 1) * BLOCK_BYTES, self._size))
        self._kept[number] = found
        if len(self._kept) > BLOCKS_KEPT:
            self._kept.popitem(last=False)
        return found

    def _fetched(self, start: int, stop: int) -> bytes:
        if start != self._place:
            self.let_go()
            self._place = start
        block = bytearray()
        failures = 0
        while self._place < stop:
            try:
                chunk = self._next_chunk()
                failures = 0
            except TryAgainError as error:
                failures += 1
                self.let_go()
                if failures == ATTEMPTS:
                    raise DownloadError(
                        f"{self._url}: failed {ATTEMPTS} times at byte {self._place:,}: {error}; run again"
                    ) from None
                self._sleep(pause_after(failures, error))
                continue
            taken = chunk[: stop - self._place]
            self._surplus = chunk[len(taken) :]
            self._place += len(taken)
            block += taken
        return bytes(block)

    def _next_chunk(self) -> bytes:
        if self._surplus:
            return self._surplus
        if self._chunks is None:
            self._chunks = self._opener(self._place)
        for chunk in self._chunks:
            if chunk:
                return chunk
        raise TryAgainError(f"cut off after {self._place:,} of {self._size:,} bytes")

    def let_go(self) -> None:
        """End the connection."""
        if self._chunks is not None:
            self._chunks.close()
        self._chunks, self._surplus = None, b""


class _Stream(io.RawIOBase):
    """The blocks of a file as one."""

    def __init__(self, blocks: _Blocks, size: int) -> None:
        self._blocks, self._size, self._place = blocks, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # any writable buffer
        view = memoryview(buffer).cast("B")
        if self._place >= self._size or not len(view):
            return 0
        number, within = divmod(self._place, BLOCK_BYTES)
        found = memoryview(self._blocks.block(number))[within : within + len(view)]
        view[: len(found)] = found
        self._place += len(found)
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._blocks.let_go()
        super().close()
