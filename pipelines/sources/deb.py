"""Debian binary packages (deb(5)): an ar archive of two compressed tar archives, opened without unpacking anything."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import pyarrow as pa

if TYPE_CHECKING:
    from io import IOBase

DATA, CONTROL = "data.tar", "control.tar"

_MAGIC = b"!<arch>\n"
_HEADER_BYTES = 60
_SIZE = slice(48, 58)
_END = b"`\n"
_MOST_MEMBERS = 16  # a package has three
_MAX_XZ_MEMORY = 256 * 2**20  # what Debian's strongest setting takes to decode is 65 MiB
_CHUNK = 2**18


class DebError(Exception):
    """The file is no Debian package."""


def open_member(stored: BinaryIO, name: str) -> BinaryIO:
    """Return a tar archive of a package as a decompressed stream.

    Args:
        stored: The package, seekable.
        name: DATA or CONTROL.

    Raises:
        DebError: There is none, or it is compressed in an unknown way.
    """
    for found, start, size in _members(stored):
        if found == name or found.startswith(f"{name}."):
            suffix = found.removeprefix(name)
            if suffix not in _DECODERS:
                raise DebError(f"{found} is compressed in an unknown way")
            return _DECODERS[suffix](cast("BinaryIO", io.BufferedReader(_Slice(stored, start, size))))
    raise DebError(f"no member {name}")


def _members(stored: BinaryIO) -> Iterator[tuple[str, int, int]]:
    """Yield name, first byte and size of each member of an ar archive."""
    if stored.read(len(_MAGIC)) != _MAGIC:
        raise DebError("no ar archive")
    place = len(_MAGIC)
    for _ in range(_MOST_MEMBERS):
        stored.seek(place)
        header = stored.read(_HEADER_BYTES)
        if not header:
            return
        if len(header) < _HEADER_BYTES or header[-2:] != _END or not header[_SIZE].strip().isdigit():
            raise DebError(f"byte {place}: no header of a member of an ar archive")
        size = int(header[_SIZE])
        yield header[:16].decode("ascii", "replace").rstrip().rstrip("/"), place + _HEADER_BYTES, size
        place += _HEADER_BYTES + size + size % 2


class _Slice(io.RawIOBase):
    """A stretch of a file."""

    def __init__(self, stored: BinaryIO, start: int, size: int) -> None:
        self._stored, self._left = stored, size
        stored.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer will do
        content = self._stored.read(min(len(buffer), self._left))
        buffer[: len(content)] = content
        self._left -= len(content)
        return len(content)


class _Decoded(io.RawIOBase):
    """The decoded form of a stream of xz or bz2, one or more one behind the other."""

    def __init__(self, stored: BinaryIO, decoder: Callable[[], lzma.LZMADecompressor | bz2.BZ2Decompressor]) -> None:
        self._stored, self._new = stored, decoder
        self._decoder = decoder()
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer will do
        while True:
            if self._decoder.eof:
                self._waiting = self._decoder.unused_data or self._stored.read(_CHUNK)
                if not self._waiting.strip(b"\0"):  # padding
                    return 0
                self._decoder = self._new()
            elif self._decoder.needs_input and not self._waiting:
                self._waiting = self._stored.read(_CHUNK)
                if not self._waiting:
                    raise EOFError("the compressed stream is cut off")
            content = self._decoder.decompress(self._waiting, len(buffer))
            self._waiting = b""
            if content:
                buffer[: len(content)] = content
                return len(content)


def _xz(stored: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Decoded(stored, lambda: lzma.LZMADecompressor(memlimit=_MAX_XZ_MEMORY)), _CHUNK)


def _bz2(stored: BinaryIO) -> BinaryIO:
    return io.BufferedReader(_Decoded(stored, bz2.BZ2Decompressor), _CHUNK)


def _zstd(stored: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(cast("IOBase", stored), "r"), "zstd"))


_DECODERS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    "": lambda stored: stored,
    ".gz": lambda stored: cast("BinaryIO", gzip.GzipFile(fileobj=stored)),
    ".xz": _xz,
    ".bz2": _bz2,
    ".zst": _zstd,
}
