"""Parts of a MediaWiki dump, so that one big dump is read by all workers: streams of a .bz2, or stretches of plain XML.

A page belongs to the part in which its start tag begins, so that parts share no page and lose none wherever streams
begin: with a page, as in Wikimedia's multistream dumps, or anywhere, as parallel compressors let them.
"""

import re
from collections.abc import Iterator

from pipelines.sources import bz2_streams
from pipelines.sources.bz2_streams import BrokenStream
from pipelines.sources.decompressed import DamagedStreamError, Gap, chunks, pieces
from pipelines.sources.mediawiki import Event, Export, Site, pages
from pipelines.sources.record import InputFile, Part, whole_file
from pipelines.sources.stored import compression_of
from pipelines.sources.xml_records import XmlFault

BZ2_PART_BYTES = 32 * 2**20  # a multiple of that when decompressed
PLAIN_PART_BYTES = 128 * 2**20

_PAGE = re.compile(rb"<page[\s/>]")


def parts(file: InputFile) -> tuple[Part, ...]:
    """Split a plain or .bz2 dump by its size; of other compressions, streams cannot be told from data."""
    each = {None: PLAIN_PART_BYTES, "bz2": BZ2_PART_BYTES}.get(compression_of(file.relative))
    if each is None or file.size <= each:
        return whole_file(file)
    starts = range(0, file.size, each)
    return tuple(Part(file, index, start, start + each) for index, start in enumerate(starts))


def pages_before(part: Part) -> int:
    """Return how many pages of a plain file begin before a part; of a .bz2, 0: to count them is to read it all."""
    if part.start == 0 or compression_of(part.file.relative) is not None:
        return 0
    count, left, kept = 0, part.start + len(b"page "), b""
    for chunk in chunks(part.file):
        window = kept + chunk[:left]
        count += len(_PAGE.findall(window))
        kept = window[-len(b"page ") :]
        left -= len(chunk)
        if left <= 0:
            break
    return count


def events(part: Part) -> Iterator[Event]:
    """Yield the site of a dump, the pages of a part, and what is faulty among them; offsets count from the part."""
    site = _site(part.file) if part.start else None
    if site is not None:
        yield site
    export = Export(site)
    for piece in _stretches(part):
        if isinstance(piece, bytes):
            yield from export.take(piece)
        elif piece is None:
            export.end_of_part()
        else:
            export.skip()
            yield piece
        if export.is_done():
            return
    yield from export.finish()


def _site(file: InputFile) -> Site:
    """Return what the beginning of a dump says; a dump without a beginning says nothing."""
    first = bz2_streams.pieces(file) if compression_of(file.relative) else chunks(file)
    head = (piece if isinstance(piece, bytes) else getattr(piece, "data", b"") for piece in first)
    try:
        return next((event for event in pages(head) if isinstance(event, Site)), Site())
    except DamagedStreamError:
        return Site()


def _stretches(part: Part) -> Iterator[bytes | XmlFault | None]:
    """Yield the bytes of a part, None where it ends, and what follows; a fault where bytes are missing."""
    if compression_of(part.file.relative) == "bz2":
        yield from _bz2_stretches(part)
        return
    left = None if part.stop is None else part.stop - part.start
    read = 0
    for piece in pieces(part.file, part.start):
        if isinstance(piece, Gap):
            yield XmlFault(read, piece.reason, piece.detail, b"")
            continue
        if left is not None and 0 <= left - read < len(piece):
            yield piece[: left - read]
            yield None
            yield piece[left - read :]
        else:
            yield piece
        read += len(piece)


def _bz2_stretches(part: Part) -> Iterator[bytes | XmlFault | None]:
    read, within = 0, True
    for piece in bz2_streams.pieces(part.file, part.start):
        if within and part.stop is not None and piece.stream >= part.stop:
            within = False
            yield None
        if isinstance(piece, BrokenStream):
            yield XmlFault(read, piece.reason, piece.detail, b"")
        else:
            read += len(piece.data)
            yield piece.data
