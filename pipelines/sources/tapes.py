"""The bytes of a tar archive on their way to `tarfile`, which stops at damage: reading goes on at the next header."""

import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from pipelines.sources.decompressed import Gap, pieces
from pipelines.sources.record import InputFile
from pipelines.sources.stored import CHUNK_BYTES, open_binary

_KEPT_BYTES = 2**16  # behind the place that was reached: `tarfile` reads 10 KiB ahead of a header that it finds bad
_MAGIC, _MAGIC_AT = b"ustar", 257  # of a header (POSIX.1-1988)
_XZ = b"\xfd7zXZ\0"
_SUFFIXES = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\x28\xb5\x2f\xfd": ".zst"}


class GapError(Exception):
    """Raised by `Tape.read` where bytes are missing."""


class Tape:
    """A stream that can go a little way back, and on to the next header of a tar archive.

    Attributes:
        position: Of the next byte, among those that could be decompressed.
    """

    def __init__(self, source: Iterator[bytes | Gap]) -> None:
        self.position = 0
        self._source = source
        self._held = b""  # bytes around the position …
        self._begin = 0  # … and where they begin
        self._gap: Gap | None = None  # behind what is held

    def read(self, size: int) -> bytes:
        """Return the next bytes: fewer before a gap and at the end, and there none.

        Raises:
            GapError: Bytes are missing right here; the next call returns those behind.
        """
        while len(self._held) - (self.position - self._begin) < size and self._gap is None and self._fetch():
            pass
        at = self.position - self._begin
        taken = self._held[at : at + size]
        self.position += len(taken)
        if self._gap is not None and not taken:
            gap, self._gap = self._gap, None
            raise GapError(f"{gap.reason}: {gap.detail}")
        return taken

    def _fetch(self) -> bool:
        piece = next(self._source, None)
        if isinstance(piece, Gap):
            self._gap = piece
        elif piece is not None:
            surplus = max(0, self.position - self._begin - _KEPT_BYTES)
            self._held = self._held[surplus:] + piece
            self._begin += surplus
        return piece is not None

    def go_back(self, position: int) -> None:
        """Go to a place, as far back as bytes are held."""
        self.position = max(position, self._begin)

    def is_at_end(self) -> bool:
        """Tell whether the archive ends here as it should: with a block of zeros, or with the stream."""
        block = self.read(tarfile.BLOCKSIZE)
        self.position -= len(block)
        return not block.strip(b"\0")

    def find_header(self) -> bool:
        """Go on to the next place at which a member may begin; tell whether there is one.

        Raises:
            GapError: Bytes are missing before one was found.
        """
        while True:
            ahead = self.read(CHUNK_BYTES)
            if not ahead:
                return False
            begin = self.position - len(ahead)
            at = ahead.find(_MAGIC)
            if at < 0:
                self.position -= len(_MAGIC) if len(ahead) == CHUNK_BYTES else 0
                continue
            header = begin + at - _MAGIC_AT
            self.go_back(header)
            if self.position == header and self._is_header():
                return True
            self.position = begin + at + 1

    def _is_header(self) -> bool:
        block = self.read(tarfile.BLOCKSIZE)
        self.position -= len(block)
        try:
            tarfile.TarInfo.frombuf(block, tarfile.ENCODING, "surrogateescape")
        except tarfile.TarError:
            return False
        return True


def tape_of(file: InputFile) -> Tape:
    """Return the bytes of a tar archive, which says itself how it is compressed."""
    with open_binary(file) as stored:
        beginning = stored.read(len(_XZ))
    if beginning == _XZ:
        return Tape(_xz_pieces(file))
    suffix = next((suffix for magic, suffix in _SUFFIXES.items() if beginning.startswith(magic)), "")
    return Tape(pieces(replace(file, relative=f"archive.tar{suffix}")))


def _xz_pieces(file: InputFile) -> Iterator[bytes | Gap]:
    with open_binary(file) as stored, lzma.LZMAFile(stored) as decompressed:
        yield from stream_pieces(decompressed)


def stream_pieces(decompressed: BinaryIO | lzma.LZMAFile) -> Iterator[bytes | Gap]:
    """Yield the bytes of a stream, and a gap where it fails."""
    try:
        while chunk := decompressed.read(CHUNK_BYTES):
            yield chunk
    except (lzma.LZMAError, EOFError, OSError, ValueError) as error:
        yield Gap("damaged_compression", " ".join(str(error).split()) or type(error).__name__)
