"""A file's bytes, decompressed. A damaged gzip member, zstd frame or bz2 stream is stepped over, the rest is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

import pyarrow as pa

from pipelines.sources import bz2_streams
from pipelines.sources.record import InputFile
from pipelines.sources.stored import CHUNK_BYTES, compression_of, open_arrow, open_binary
from pipelines.sources.web.decoders import FrameDamage, magic_offsets
from pipelines.sources.web.stream import DecodedStream

_PROVING_BYTES = 2**14  # decoded; by chance no data that follow a magic number give as many


@dataclass(frozen=True)
class Gap:
    """Where decompressed bytes are missing: `truncated` or `damaged_compression`, and what is damaged."""

    reason: str
    detail: str


class DamagedStreamError(Exception):
    """Raised by `chunks` after the last sound byte of a compressed stream."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def chunks(file: InputFile, start: int = 0) -> Iterator[bytes]:
    """Yield a file's decompressed bytes, up to the first damage.

    Args:
        file: The file; its suffix tells the compression.
        start: First byte, for plain files only.

    Raises:
        DamagedStreamError: The compressed stream is cut off or damaged; all bytes before that have been yielded.
    """
    for piece in pieces(file, start):
        if isinstance(piece, Gap):
            raise DamagedStreamError(piece.reason, piece.detail)
        yield piece


def pieces(file: InputFile, start: int = 0) -> Iterator[bytes | Gap]:
    """Yield a file's decompressed bytes, and a gap wherever some are missing.

    Args:
        file: The file; its suffix tells the compression.
        start: First byte, for plain files only.
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
        with open_arrow(file) as stored, pa.CompressedInputStream(stored, codec) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                delivered += len(chunk)
                yield chunk
    except OSError as error:
        # The failed read took sound bytes with it, and does not say where in the file it failed: read with more care.
        is_cut = "Truncated" in str(error)
        yield from _without(delivered, _bz2_pieces(file) if codec == "bz2" else _careful_pieces(file, codec, is_cut))


def _without(count: int, read: Iterator[bytes | Gap]) -> Iterator[bytes | Gap]:
    """Leave out the first bytes."""
    for piece in read:
        if isinstance(piece, bytes) and count > 0:
            rest = piece[count:]
            count -= len(piece) - len(rest)
            if rest:
                yield rest
        else:
            yield piece


def _bz2_pieces(file: InputFile) -> Iterator[bytes | Gap]:
    for piece in bz2_streams.pieces(file):
        yield piece.data if isinstance(piece, bz2_streams.Piece) else Gap(piece.reason, piece.detail)


def _careful_pieces(file: InputFile, codec: Literal["gzip", "zstd"], is_cut: bool) -> Iterator[bytes | Gap]:
    with open_binary(file) as stored:
        start: int | None = 0
        while start is not None:
            stream = DecodedStream(stored, codec, start)
            while chunk := stream.take(CHUNK_BYTES):
                yield chunk
            if stream.damage is None:
                return
            start = _next_sound(stored, codec, stream.damage.offset + 1)
            reason = "truncated" if is_cut and start is None else stream.damage.reason
            yield Gap(reason, _told(stream.damage, start))


def _told(damage: FrameDamage, start: int | None) -> str:
    after = "nothing behind it can be read" if start is None else f"reading goes on at byte {start:,}"
    return f"{damage.detail}, which begins at byte {damage.offset:,} of the file as stored; {after}"


def _next_sound(stored: BinaryIO, codec: Literal["gzip", "zstd"], offset: int) -> int | None:
    """Return where the next member or frame begins that can be decoded."""
    for candidate in magic_offsets(stored, codec, offset, None):
        stream = DecodedStream(stored, codec, candidate)
        if len(stream.peek(_PROVING_BYTES)) == _PROVING_BYTES or stream.damage is None:
            return candidate
    return None
