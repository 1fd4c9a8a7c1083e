"""Lines of a file, plain or compressed, whole or a byte range of it; damage ends the reading, not the program."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias, cast

import fsspec
import pyarrow as pa

from pipelines.sources.record import MAX_RAW_BYTES, InputFile, Part

if TYPE_CHECKING:
    from io import IOBase

CHUNK_BYTES = 2**20
MAX_LINE_BYTES = 128 * 2**20

Codec: TypeAlias = Literal["gzip", "zstd", "bz2"]
_CODECS: dict[str, Codec] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bz2"}


@dataclass(frozen=True)
class Lines:
    """Consecutive lines without their line feeds, and where the first begins in the decompressed file."""

    offset: int
    lines: list[bytes]


@dataclass(frozen=True)
class Damage:
    """A stretch that gives no line: cut off, damaged, or longer than any record may be."""

    offset: int
    reason: str
    detail: str
    raw: bytes


class DamagedStreamError(Exception):
    """Raised by `chunks` after the last sound byte of a compressed stream."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def compression_of(path: str) -> Codec | None:
    """Return the codec that a file's suffix names, None for a plain file."""
    return _CODECS.get(PurePosixPath(path).suffix.lower())


def open_binary(file: InputFile) -> BinaryIO:
    """Open a file, local or remote, as stored."""
    return cast("BinaryIO", fsspec.open(file.path, "rb").open())


def open_arrow(file: InputFile) -> pa.NativeFile:
    """Open a file, local or remote, as stored, for pyarrow."""
    if "://" not in file.path:
        return pa.OSFile(file.path, "r")
    return pa.PythonFile(cast("IOBase", open_binary(file)), "r")


def chunks(file: InputFile, start: int = 0) -> Iterator[bytes]:
    """Yield a file's decompressed bytes.

    Args:
        file: The file; its suffix tells the compression.
        start: First byte, for plain files only.

    Raises:
        DamagedStreamError: The compressed stream is cut off or damaged; all bytes before that have been yielded.
    """
    codec = compression_of(file.relative)
    if codec is None:
        with open_binary(file) as stream:
            stream.seek(start)
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
        return
    delivered = 0
    try:
        for chunk in _decompressed(file, codec, CHUNK_BYTES):
            delivered += len(chunk)
            yield chunk
    except OSError as error:
        # The failed read took sound bytes with it; read up to the damage again, byte by byte.
        yield from _sound_rest(file, codec, delivered)
        reason = "truncated" if "Truncated" in str(error) else "damaged_compression"
        raise DamagedStreamError(reason, str(error)) from None


def _decompressed(file: InputFile, codec: Codec, size: int) -> Iterator[bytes]:
    with open_arrow(file) as stored, pa.CompressedInputStream(stored, codec) as stream:
        while chunk := stream.read(size):
            yield chunk


def _sound_rest(file: InputFile, codec: Codec, delivered: int) -> Iterator[bytes]:
    with open_arrow(file) as stored, pa.CompressedInputStream(stored, codec) as stream:
        for _ in range(delivered // CHUNK_BYTES):
            stream.read(CHUNK_BYTES)
        rest = bytearray()
        try:
            while byte := stream.read(1):
                rest += byte
        except OSError:
            if rest:
                yield bytes(rest)


def line_blocks(part: Part) -> Iterator[Lines | Damage]:
    """Yield the lines whose first byte lies in a part, in blocks, with damaged stretches among them.

    Parts that meet share no line and lose none: a line belongs to the part in which it begins.
    """
    splitter = _LineSplitter(part)
    try:
        for chunk in chunks(part.file, splitter.offset):
            yield from splitter.feed(chunk)
            if splitter.is_done():
                return
    except DamagedStreamError as error:
        yield splitter.damage(error.reason, str(error))
        return
    yield from splitter.end()


class _LineSplitter:
    """Cuts a stream into the lines that begin in a part."""

    def __init__(self, part: Part) -> None:
        self.offset = max(part.start - 1, 0)  # the byte before tells whether a line begins with the part
        self._stop = part.stop
        self._within = part.start == 0  # until the first line feed, the line belongs to the part before
        self._tail = b""  # the line that is not finished, or the beginning of one that is too long
        self._skipped = 0  # bytes of a line that is too long

    def is_done(self) -> bool:
        """Tell whether the next line begins after the part."""
        return self._stop is not None and self.offset >= self._stop

    def feed(self, chunk: bytes) -> Iterator[Lines | Damage]:
        """Take bytes in, and yield the lines that they finish."""
        if self._skipped:
            head, line_feed, chunk = chunk.partition(b"\n")
            self._skipped += len(head) + len(line_feed)
            if not line_feed:
                return
            yield from self._end_long_line()
        lines = (self._tail + chunk).split(b"\n")
        self._tail = lines.pop()
        if lines and not self._within:
            self.offset += len(lines.pop(0)) + 1
            self._within = True
        if lines and not self.is_done():
            lines = _begun_before(self._stop, self.offset, lines)
            yield Lines(self.offset, lines)
            self.offset += sum(map(len, lines)) + len(lines)
        if len(self._tail) > MAX_LINE_BYTES:
            self._skipped, self._tail = len(self._tail), self._tail[:MAX_RAW_BYTES]

    def _end_long_line(self) -> Iterator[Damage]:
        if self._within:
            yield self.damage("too_large", f"a line of {self._skipped:,} bytes; at most {MAX_LINE_BYTES:,} are read")
        self.offset += self._skipped
        self._skipped, self._tail, self._within = 0, b"", True

    def end(self) -> Iterator[Lines | Damage]:
        """Yield the last line, which need not end with a line feed."""
        if self._skipped:
            yield from self._end_long_line()
        elif self._tail and self._within and not self.is_done():
            yield Lines(self.offset, [self._tail])

    def damage(self, reason: str, detail: str) -> Damage:
        """Return what is left unread from here."""
        return Damage(self.offset, reason, detail, self._tail[:MAX_RAW_BYTES])


def _begun_before(stop: int | None, offset: int, lines: list[bytes]) -> list[bytes]:
    if stop is None or offset + sum(map(len, lines)) + len(lines) <= stop:
        return lines
    for number, line in enumerate(lines):
        if offset >= stop:
            return lines[:number]
        offset += len(line) + 1
    return lines


def line_feeds_before(part: Part) -> int:
    """Return how many lines of a plain file begin before a part."""
    if part.start == 0:
        return 0
    count, left = 0, part.start - 1
    for chunk in chunks(part.file):
        count += chunk[:left].count(b"\n")
        left -= len(chunk)
        if left <= 0:
            break
    return count + 1
