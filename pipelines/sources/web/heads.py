"""Where in a stream a record of a crawl archive begins: at a header that has all that it must have."""

import re

from pipelines.sources.web.decoders import PLAIN_MAGIC
from pipelines.sources.web.stored_record import MAX_HEAD_BYTES, VERSION
from pipelines.sources.web.stream import DecodedStream

SCANNED = 2**16  # bytes that are looked through at a time
LONGEST_VERSION = 16  # bytes of a line

_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*\d{1,18}[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MANDATORY = tuple(
    re.compile(rb"^warc-" + name + rb"[ \t]*:", re.IGNORECASE | re.MULTILINE)
    for name in (b"type", b"record-id", b"date")
)
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n|(?P<another>" + VERSION.pattern + rb")")
_USUAL_HEAD = 2**12


def begins_record(stream: DecodedStream, begin: int = 0) -> bool:
    """Tell whether a record begins in a stream: a header that has all that it must have, before another version line.

    Args:
        stream: The stream.
        begin: How many bytes further on it would be.
    """
    if not VERSION.match(stream.peek(LONGEST_VERSION, begin)):
        return False
    size = _USUAL_HEAD
    while True:
        ahead = stream.peek(size, begin)
        end = _HEAD_END.search(ahead, len(PLAIN_MAGIC))
        if end is not None:
            return end["another"] is None and _is_head(ahead[: end.end()])
        if size == MAX_HEAD_BYTES or len(ahead) < size:
            return False
        size = min(4 * size, MAX_HEAD_BYTES)


def find_record(stream: DecodedStream, stop: int | None = None) -> bool:
    """Go forward to the next record; tell whether one begins before the stream ends.

    Args:
        stream: The stream.
        stop: A position in it before which the record must begin; None for any.
    """
    while stop is None or stream.position < stop:
        distance = stream.find(PLAIN_MAGIC, SCANNED)
        if distance < 0:
            if len(stream.peek(SCANNED)) < SCANNED:
                return False
            stream.take(SCANNED - len(PLAIN_MAGIC))
            continue
        stream.take(distance)
        if begins_record(stream):
            return stop is None or stream.position < stop
        stream.take(1)
    return False


def _is_head(head: bytes) -> bool:
    return _LENGTH.search(head) is not None and all(field.search(head) for field in _MANDATORY)


def head_size(stream: DecodedStream) -> int:
    """Return the bytes of a header with the blank line after it; 0 where none ends within `MAX_HEAD_BYTES`."""
    size = stream.find(b"\r\n\r\n", MAX_HEAD_BYTES)
    earlier = stream.find(b"\n\n", MAX_HEAD_BYTES if size < 0 else size)
    return earlier + 2 if earlier >= 0 else size + 4 if size >= 0 else 0
