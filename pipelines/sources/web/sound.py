"""Records of an archive as nearly all are written, read fast: each in its gzip member, or plain, as long as it says.

Reading ends before the first of which there is any doubt.
"""

from collections.abc import Generator
from typing import BinaryIO

from pipelines.sources.web.decoders import PLAIN_MAGIC, Codec
from pipelines.sources.web.gzip_input import STORED_CHUNK
from pipelines.sources.web.members import sound_members
from pipelines.sources.web.stored_record import (
    BLANK_LINE,
    KNOWN_VERSION,
    MAX_BLOCK_BYTES,
    MAX_HEAD_BYTES,
    Span,
    StoredRecord,
    parsed_record,
    stated_length,
)

_LONGEST = MAX_HEAD_BYTES + MAX_BLOCK_BYTES + len(BLANK_LINE)


def sound_records(stored: BinaryIO, codec: Codec, start: int, stop: int | None) -> Generator[StoredRecord, None, int]:
    """Yield records for as long as each is followed by a blank line where it says that it ends.

    Args:
        stored: The file.
        codec: How it is compressed; of what is neither gzip nor plain, nothing is read.
        start: Where a member or plain record begins, before the stop.
        stop: Where the next part of the file begins; None for the end of the file.

    Returns:
        Where reading must go on with care, be it at the end of the part.
    """
    if codec == "gzip":
        start = yield from _in_members(stored, start, stop)
    elif codec == "plain":
        start = yield from _in_plain(stored, start, stop)
    return start


def _in_members(stored: BinaryIO, start: int, stop: int | None) -> Generator[StoredRecord, None, int]:
    for member in sound_members(stored, start, _LONGEST):
        spans = _spans(member.content)
        if spans is None:
            break
        for span in spans:
            yield parsed_record(member.offset, member.content, span)
        start = member.stop
        if stop is not None and start >= stop:
            break
    return start


def _in_plain(stored: BinaryIO, start: int, stop: int | None) -> Generator[StoredRecord, None, int]:
    window, base, at = b"", start, 0
    while stop is None or base + at < stop:
        span = _stated_span(window, at)
        end = at + MAX_HEAD_BYTES if span is None else span.stop + len(BLANK_LINE)
        if end > len(window):
            stored.seek(base + len(window))
            more = stored.read(max(end - len(window), STORED_CHUNK))
            if not more:
                break
            window, base, at = window[at:] + more, base + at, 0
        elif span is None or not window.startswith(BLANK_LINE, span.stop) or _may_hold_another(window, span):
            break
        else:
            yield parsed_record(base + at, window, span)
            at = end
    return base + at


def _spans(content: bytes) -> list[Span] | None:
    """Return where the records stand that fill a member; None where it may hold anything else."""
    found, begin = list[Span](), 0
    while begin < len(content):
        span = _stated_span(content, begin)
        if span is None or not content.startswith(BLANK_LINE, span.stop):
            return None
        found.append(span)
        begin = span.stop + len(BLANK_LINE)
    return found


def _stated_span(content: bytes, begin: int) -> Span | None:
    """Return where a record stands by what its header says, be it beyond the content; None where that is doubtful."""
    block = content.find(BLANK_LINE, begin, begin + MAX_HEAD_BYTES) + len(BLANK_LINE)
    head = content[begin:block]
    if not KNOWN_VERSION.match(head) or b"\n\n" in head:
        return None
    length = stated_length(head)
    return None if length is None or length > MAX_BLOCK_BYTES else Span(begin, block, block + length)


def _may_hold_another(content: bytes, span: Span) -> bool:
    # CPython's `rfind` takes a third of what its `find` takes.
    return content.rfind(PLAIN_MAGIC, span.begin + 1, span.stop) >= 0
