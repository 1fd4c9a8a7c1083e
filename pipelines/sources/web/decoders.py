"""Decoders of crawl archives, which are compressed record by record: each gzip member, zstd or lz4 frame begins one.

Bytes come in pieces, each of which tells where its member or frame is stored. One that is damaged ends the pieces;
what stood before the damage is delivered, but for what of a gzip member was given to the decoder together with it.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Literal, Protocol, TypeAlias

from fastwarc.stream_io import Lz4Reader, ZstdReader

from pipelines.sources.web.gzip_input import STORED_CHUNK, GzipInput

Codec: TypeAlias = Literal["plain", "gzip", "zstd", "lz4"]

GZIP_MAGIC = b"\x1f\x8b\x08"
PLAIN_MAGIC = b"WARC/"
_MOST_DECODED = 2**20  # taken from a decoder at a time, however far a few bytes inflate
MAGIC: dict[Codec, bytes] = {
    "plain": PLAIN_MAGIC,
    "gzip": GZIP_MAGIC,
    "zstd": b"\x28\xb5\x2f\xfd",
    "lz4": b"\x04\x22\x4d\x18",
}
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")  # a frame that decoders pass over (RFC 8878)


@dataclass(frozen=True)
class FrameDamage:
    """Where decoding came to an end before the file did.

    Attributes:
        offset: First byte of the damaged member or frame, in the file as stored.
        reason: `truncated` or `damaged_compression`.
        detail: What the decoder said.
    """

    offset: int
    reason: str
    detail: str


class FrameError(Exception):
    """Raised by a decoder behind the last sound byte before damage."""

    def __init__(self, damage: FrameDamage) -> None:
        super().__init__(damage.detail)
        self.damage = damage


@dataclass(frozen=True)
class Piece:
    """Decoded bytes, and where their member or frame begins if they are its first."""

    frame: int | None
    content: bytes


class _Decoder(Protocol):
    def __call__(self, stored: BinaryIO, start: int) -> Iterator[Piece]: ...


def codec_of(stored: BinaryIO) -> Codec:
    """Return how a file is compressed, by its first bytes."""
    stored.seek(0)
    head = stored.read(4)
    if _SKIPPABLE.fullmatch(head):
        return "zstd"  # its dictionary
    return next((codec for codec, magic in MAGIC.items() if head.startswith(magic)), "plain")


def magic_offsets(stored: BinaryIO, codec: Codec, start: int, stop: int | None) -> Iterator[int]:
    """Yield where a member, a frame or a plain record may begin, from an offset up to another.

    Args:
        stored: The file.
        codec: How it is compressed.
        start: The first offset of interest.
        stop: The one after the last; None for the end of the file.
    """
    pattern = MAGIC[codec]
    at, tail = start, b""
    while stop is None or at - len(tail) < stop:
        stored.seek(at)
        chunk = stored.read(STORED_CHUNK)
        if not chunk:
            return
        window, base = tail + chunk, at - len(tail)
        place = window.find(pattern)
        while place >= 0:
            if stop is not None and base + place >= stop:
                return
            yield base + place
            place = window.find(pattern, place + 1)
        tail = window[-(len(pattern) - 1) :]
        at += len(chunk)


def _plain_pieces(stored: BinaryIO, start: int) -> Iterator[Piece]:
    at = start
    while True:
        stored.seek(at)
        chunk = stored.read(STORED_CHUNK)
        if not chunk:
            return
        yield Piece(at, chunk)
        at += len(chunk)


def _gzip_pieces(stored: BinaryIO, start: int) -> Iterator[Piece]:
    source = GzipInput(stored, start)
    while step := source.step():
        padding = len(step) - len(step.lstrip(b"\0"))  # tapes and block devices pad members with zeros
        source.give_back(len(step) - padding)
        if padding < len(step):
            yield from _member(source)


def _member(source: GzipInput) -> Iterator[Piece]:
    frame: int | None
    frame = begin = source.offset
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while not decoder.eof:
        step = source.step()
        if not step:
            raise FrameError(FrameDamage(begin, "truncated", "the file ends within a gzip member"))
        try:
            content = decoder.decompress(step, _MOST_DECODED)
            while content:
                yield Piece(frame, content)
                frame = None
                more = not decoder.eof and (len(content) == _MOST_DECODED or decoder.unconsumed_tail)
                content = decoder.decompress(decoder.unconsumed_tail, _MOST_DECODED) if more else b""
        except zlib.error as error:
            raise FrameError(FrameDamage(begin, "damaged_compression", f"gzip member: {error}")) from None
    source.give_back(len(decoder.unused_data))


def _library_pieces(stored: BinaryIO, start: int, codec: Codec) -> Iterator[Piece]:
    """Yield what FastWARC decodes. It reads across frames, so all stand in the first one."""
    frame: int | None
    frame = start
    delivered = 0
    decoder = _opened(stored, start, codec)
    try:
        while content := decoder.read(STORED_CHUNK):
            yield Piece(frame, content)
            frame = None
            delivered += len(content)
    except OSError as error:
        # The failed read took sound bytes with it: read up to the damage again, byte by byte.
        rest, last_frame = _sound_rest(_opened(stored, start, codec), start, delivered)
        if rest:
            yield Piece(frame, rest)
        begin = _damaged_frame(stored, last_frame, codec)
        raise FrameError(FrameDamage(begin, "damaged_compression", f"{codec} frame: {error}")) from None


def _opened(stored: BinaryIO, start: int, codec: Codec) -> ZstdReader | Lz4Reader:
    stored.seek(start)
    return ZstdReader(stored) if codec == "zstd" else Lz4Reader(stored)


def _sound_rest(decoder: ZstdReader | Lz4Reader, start: int, delivered: int) -> tuple[bytes, int]:
    """Return the decoded bytes between those delivered and the damage, and the frame of the last of them."""
    rest, frame = bytearray(), start
    try:
        while delivered > 0:
            delivered -= len(decoder.read(min(delivered, STORED_CHUNK)))
        while byte := decoder.read(1):
            rest += byte
            frame = decoder.frame_start_position() or frame
    except OSError:
        pass  # the damage
    return bytes(rest), frame


def _damaged_frame(stored: BinaryIO, last_frame: int, codec: Codec) -> int:
    """Return where the damaged frame begins: the one of the last sound byte, or the next if that one is whole."""
    following = next(magic_offsets(stored, codec, last_frame + 1, None), None)
    if following is None:
        return last_frame
    stored.seek(last_frame)
    alone = BytesIO(stored.read(following - last_frame))
    try:
        decoder = _opened(alone, 0, codec)
        while decoder.read(STORED_CHUNK):
            pass
    except OSError:
        return last_frame
    return following


def _zstd_pieces(stored: BinaryIO, start: int) -> Iterator[Piece]:
    return _library_pieces(stored, start, "zstd")


def _lz4_pieces(stored: BinaryIO, start: int) -> Iterator[Piece]:
    return _library_pieces(stored, start, "lz4")


DECODERS: dict[Codec, _Decoder] = {
    "plain": _plain_pieces,
    "gzip": _gzip_pieces,
    "zstd": _zstd_pieces,
    "lz4": _lz4_pieces,
}
