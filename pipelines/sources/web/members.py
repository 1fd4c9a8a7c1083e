"""Gzip members of a crawl archive, each decoded at once: the fast way to one that is sound and not too long.

Intel's ISA-L decodes twice as fast as zlib. What it says of damage is not looked at: who wants to know asks zlib. It
takes some tables of codes that zlib refuses; a member counts as sound if its checksum is right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from isal import isal_zlib

from pipelines.sources.web.decoders import GZIP_MAGIC
from pipelines.sources.web.gzip_input import GzipInput

_FLAGS = len(GZIP_MAGIC)  # the place of that byte in a member …
_RESERVED_FLAGS = 0xE0  # … and its bits that must be zero (RFC 1952), which ISA-L does not look at
_GZIP = isal_zlib.MAX_WBITS | 16
_DamageError = cast("type[Exception]", isal_zlib.error)  # which its stub calls an instance


@dataclass(frozen=True)
class Member:
    """A gzip member.

    Attributes:
        offset: Where it begins in the file as stored.
        stop: Where it ends there.
        content: What it holds, decoded; its checksum is right.
    """

    offset: int
    stop: int
    content: bytes


def sound_members(stored: BinaryIO, start: int, longest: int) -> Iterator[Member]:
    """Yield the members of a file up to the first that is damaged or too long, or to anything between them.

    Args:
        stored: The file.
        start: Where a member begins.
        longest: The most bytes that a member may hold, decoded.
    """
    source = GzipInput(stored, start)
    while step := source.step():
        offset = source.offset - len(step)
        content = _decoded(step, source, longest) if _is_header(step) else None
        if content is None:
            return
        yield Member(offset, source.offset, content)


def _is_header(begun: bytes) -> bool:
    return begun.startswith(GZIP_MAGIC) and not any(flags & _RESERVED_FLAGS for flags in begun[_FLAGS : _FLAGS + 1])


def _decoded(step: bytes, source: GzipInput, longest: int) -> bytes | None:
    """Return what a member holds whose first bytes are these; None where it is not sound or holds too much."""
    decoder = isal_zlib.decompressobj(_GZIP)
    pieces, room = list[bytes](), longest + 1
    try:
        while step and room > 0:
            pieces.append(decoder.decompress(step, room))
            room -= len(pieces[-1])
            step = b"" if decoder.eof else source.step()
    except _DamageError:
        return None
    if room <= 0 or not decoder.eof:
        return None
    source.give_back(len(decoder.unused_data))
    return b"".join(pieces)
