"""Streams of a multistream .bz2 file: each can be read on its own, so that a file can be read in parts."""

import bz2
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipelines.sources.record import InputFile
from pipelines.sources.stored import CHUNK_BYTES, open_binary

# The header of a stream and the magic number of its first block, or of its end: 80 bits that no data hold by chance.
_STREAM = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_HEADER_BYTES = 10
_READ_BYTES = 2**18


@dataclass(frozen=True)
class Piece:
    """Decompressed bytes, and where in the file the stream begins that they are of."""

    stream: int
    data: bytes


@dataclass(frozen=True)
class BrokenStream:
    """A stream that is cut off or damaged: what came before was given, what comes after it in the file follows."""

    stream: int
    reason: str
    detail: str


def pieces(file: InputFile, start: int = 0) -> Iterator[Piece | BrokenStream]:
    """Yield the contents of all streams that begin at a byte of the file or behind it.

    Args:
        file: A .bz2 file of one stream or many.
        start: First byte; it need not be the first of a stream.
    """
    with open_binary(file) as stored:
        at, is_told = start, start > 0  # a part may begin within a stream of the part before
        while (stream := _next_stream(stored, at)) is not None:
            if stream > at and not is_told:
                yield BrokenStream(at, "damaged_compression", f"no bz2 stream begins at byte {at}")
            is_told = False
            try:
                at = yield from _contents(stored, stream)
            except EOFError:
                yield BrokenStream(stream, "truncated", f"the file ends within the bz2 stream at byte {stream}")
                return
            except OSError as error:
                yield BrokenStream(stream, "damaged_compression", f"{error} in the bz2 stream at byte {stream}")
                at, is_told = stream + 1, True
        stored.seek(at)
        if stored.read(1) and not is_told:
            yield BrokenStream(at, "damaged_compression", f"no bz2 stream begins at byte {at}")


def _next_stream(stored: BinaryIO, at: int) -> int | None:
    """Return where the first stream begins from a byte on."""
    stored.seek(at)
    held = stored.read(_HEADER_BYTES)
    while True:
        found = _STREAM.search(held)
        if found is not None:
            return at + found.start()
        chunk = stored.read(_READ_BYTES)
        if not chunk:
            return None
        kept = held[1 - _HEADER_BYTES :]
        at += len(held) - len(kept)
        held = kept + chunk


def _contents(stored: BinaryIO, stream: int) -> Generator[Piece, None, int]:
    """Yield what a stream holds, and return where it ends."""
    stored.seek(stream)
    decompressor = bz2.BZ2Decompressor()
    end = stream
    while not decompressor.eof:
        chunk = stored.read(_READ_BYTES) if decompressor.needs_input else b""
        if decompressor.needs_input and not chunk:
            raise EOFError
        end += len(chunk)
        data = decompressor.decompress(chunk, CHUNK_BYTES)
        if data:
            yield Piece(stream, data)
    return end - len(decompressor.unused_data)
