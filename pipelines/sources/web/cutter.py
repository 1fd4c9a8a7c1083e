"""Records of a crawl archive, cut from its stream with every length checked: the careful way, which knows all damage.

After damage, reading goes on at the next record that can be found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.sources.record import MAX_RAW_BYTES
from pipelines.sources.web.decoders import PLAIN_MAGIC
from pipelines.sources.web.stored_record import (
    KNOWN_VERSION,
    MAX_BLOCK_BYTES,
    MAX_HEAD_BYTES,
    VERSION,
    Span,
    StoredRecord,
    long_record,
    parsed_record,
    stated_length,
)
from pipelines.sources.web.stream import DecodedStream

_LONGEST_VERSION = 16
_LONGEST_SEPARATOR = 64
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*\d{1,18}[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MANDATORY = tuple(
    re.compile(rb"^warc-" + name + rb"[ \t]*:", re.IGNORECASE | re.MULTILINE)
    for name in (b"type", b"record-id", b"date")
)
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n")
_SEPARATOR = re.compile(rb"\r?\n\r?\n")
_BLANKS = b" \t\r\n"
_SCANNED = 2**16
_UNKNOWN_VERSION = "unknown_version"


@dataclass(frozen=True)
class Damage:
    """A stretch of the file that is no record: named reason, what was found, and its first bytes."""

    offset: int
    reason: str
    detail: str
    raw: bytes = b""


def begins_record(stream: DecodedStream) -> bool:
    """Tell whether a stream stands at a record: at a header that has all that it must have."""
    if not VERSION.match(stream.peek(_LONGEST_VERSION)):
        return False
    return _is_head(stream.peek(_head_size(stream)))


def _is_head(head: bytes) -> bool:
    return _LENGTH.search(head) is not None and all(field.search(head) for field in _MANDATORY)


def _head_size(stream: DecodedStream) -> int:
    """Return the bytes of a header with the blank line after it; 0 where none ends within `MAX_HEAD_BYTES`."""
    size = stream.find(b"\r\n\r\n", MAX_HEAD_BYTES)
    earlier = stream.find(b"\n\n", MAX_HEAD_BYTES if size < 0 else size)
    return earlier + 2 if earlier >= 0 else size + 4 if size >= 0 else 0


def _of_version(offset: int, head: bytes) -> Damage | None:
    """Return what is said of a sound record of a version whose headers nobody here can read."""
    if KNOWN_VERSION.match(head):
        return None
    stated = head.partition(b"\n")[0].strip().decode("ascii")
    return Damage(offset, _UNKNOWN_VERSION, f"{stated}: versions up to WARC/1.1 are read", head[:MAX_RAW_BYTES])


class Cutter:
    """Cuts a stream into records.

    Args:
        stream: Where a record begins, or what is none.
        stop: Where the next part of the file begins, as stored; None for the end of the file.
        enough: From where on, as stored, a record that begins in the same part may be left to others; None for nowhere.

    Attributes:
        unread: Where the stream was damaged, in the file as stored; None where it was not.
        left: Where a record stands that is left to others, at the beginning of its member; None where there is none.
    """

    def __init__(self, stream: DecodedStream, stop: int | None, enough: int | None = None) -> None:
        self.unread: int | None = None
        self.left: int | None = None
        self._stream = stream
        self._stop = stop
        self._enough = enough

    def records(self) -> Iterator[StoredRecord | Damage]:
        """Yield what begins before the part's stop and is not left to others."""
        while True:
            self._skip_blanks()
            offset = self._stream.offset()
            at_end = not self._stream.peek(1)
            if at_end:
                if (damage := self._stream.damage) is not None:
                    self.unread = damage.offset
                    yield Damage(damage.offset, damage.reason, damage.detail)
                return
            is_behind = self._stop is not None and offset >= self._stop
            if is_behind and begins_record(self._stream):
                return  # of the next part; damage here would be nobody's
            if not is_behind and self._may_leave(offset):
                self.left = offset
                return
            found = self._record(offset)
            if not isinstance(found, Damage) or found.reason == _UNKNOWN_VERSION:
                yield found
                continue
            more = self._find_record()
            # A record that seems cut short while others follow states too great a length.
            yield replace(found, reason="wrong_length") if more and found.reason == "truncated" else found
            if not more:
                self.unread = None if self._stream.damage is None else self._stream.damage.offset
                return

    def _may_leave(self, offset: int) -> bool:
        is_enough = self._enough is not None and offset >= self._enough
        return is_enough and self._stream.may_begin_part(self._stream.position)

    def _skip_blanks(self) -> None:
        while (ahead := self._stream.peek(4)) and (count := len(ahead) - len(ahead.lstrip(_BLANKS))):
            self._stream.take(count)

    def _record(self, offset: int) -> StoredRecord | Damage:
        """Take the next record; after damage the stream stands behind the first byte that is to be looked at."""
        stream = self._stream
        place = stream.position
        if not VERSION.match(stream.peek(_LONGEST_VERSION)):
            return self._damaged(offset, place, "not_a_record", "no WARC header where one should begin")
        size = _head_size(stream)
        if size == 0:
            short = len(stream.peek(MAX_HEAD_BYTES)) < MAX_HEAD_BYTES
            detail = "the file ends within a header" if short else f"a header of more than {MAX_HEAD_BYTES:,} bytes"
            return self._damaged(offset, place, "truncated" if short else "bad_header", detail)
        head = stream.take(size)
        if (inner := self._inner_record(place, head)) is not None:
            stream.put_back(head[inner:])
            return self._damaged(offset, place, "bad_header", "another record begins within the header", head)
        return self._headed_record(offset, place, head)

    def _headed_record(self, offset: int, place: int, head: bytes) -> StoredRecord | Damage:
        stream = self._stream
        length = stated_length(head)
        if length is None:
            return self._damaged(offset, place, "bad_length", "the header has not one Content-Length", head)
        if length > MAX_BLOCK_BYTES:
            return self._long_record(offset, place, head, length)
        block = stream.take(length)
        content = head + block
        if (inner := self._inner_record(place, content)) is not None:
            stream.put_back(content[inner:])
            detail = f"another record begins within the {length:,} bytes that the header states"
            return self._damaged(offset, place, "wrong_length", detail, head)
        fault = self._fault_of(block, length)
        if fault is not None:
            stream.put_back(block)
            return self._damaged(offset, place, *fault, head)
        return _of_version(offset, head) or parsed_record(offset, content, Span(0, len(head), len(content)))

    def _inner_record(self, place: int, content: bytes) -> int | None:
        """Return where in a record another one begins: there reading begins, too, if a part of the file begins there.

        In a compressed file, that is at the beginning of a member only: an archive may hold another as a page does.
        """
        inner = content.find(PLAIN_MAGIC, 1)
        while inner >= 0:
            if self._stream.may_begin_part(place + inner) and VERSION.match(content, inner):
                ahead = content[inner : inner + MAX_HEAD_BYTES]
                ahead += self._stream.peek(MAX_HEAD_BYTES - len(ahead))
                if (end := _HEAD_END.search(ahead)) is not None and _is_head(ahead[: end.end()]):
                    return inner
            inner = content.find(PLAIN_MAGIC, inner + 1)
        return None

    def _fault_of(self, block: bytes, length: int) -> tuple[str, str] | None:
        """Return what is wrong with a block: it must be there, and be followed by a blank line or the end."""
        damage = self._stream.damage
        if len(block) < length and damage is not None:
            return damage.reason, f"{len(block):,} of {length:,} bytes: {damage.detail}"
        if len(block) < length:
            return "truncated", f"the file ends after {len(block):,} of the record's {length:,} bytes"
        behind = self._stream.peek(_LONGEST_SEPARATOR)
        if behind and not _SEPARATOR.match(behind) and not VERSION.match(behind.lstrip(_BLANKS)):
            return "wrong_length", f"no blank line after the {length:,} bytes that the header states"
        return None

    def _long_record(self, offset: int, place: int, head: bytes, length: int) -> StoredRecord | Damage:
        """Pass over a record that is too long to hold, unless another one begins within it."""
        left = length
        while left > 0:
            begins = self._stream.find(PLAIN_MAGIC, min(left, _SCANNED))
            if begins >= 0:
                self._stream.take(begins)
                if begins_record(self._stream):
                    detail = f"another record begins within the {length:,} bytes that the header states"
                    return self._damaged(offset, place, "wrong_length", detail, head)
                left -= begins + len(self._stream.take(1))
                continue
            # What was looked through is passed over, but for a beginning of the pattern at its end.
            taken = self._stream.take(min(left, _SCANNED) - (len(PLAIN_MAGIC) if left > _SCANNED else 0))
            if not taken:
                detail = f"the file ends {left:,} bytes before the end of a record of {length:,}"
                return self._damaged(offset, place, "truncated", detail, head)
            left -= len(taken)
        return _of_version(offset, head) or long_record(offset, head)

    def _damaged(self, offset: int, place: int, reason: str, detail: str, head: bytes = b"") -> Damage:
        """Return damage at a place; without a header that was taken, the stream stands at its first byte."""
        raw = (head or self._stream.peek(MAX_RAW_BYTES))[:MAX_RAW_BYTES]
        if not head:
            self._stream.take(1)
        behind = self._stream.behind_offset(place)
        where = f" (byte {behind:,} of what is decompressed from there)" if behind else ""
        return Damage(offset, reason, detail + where, raw)

    def _find_record(self) -> bool:
        """Go forward to the next record; tell whether there is one before the stream ends."""
        stream = self._stream
        while True:
            distance = stream.find(PLAIN_MAGIC, _SCANNED)
            if distance < 0:
                if len(stream.peek(_SCANNED)) < _SCANNED:
                    return False
                stream.take(_SCANNED - len(PLAIN_MAGIC))
                continue
            stream.take(distance)
            if begins_record(stream):
                return True
            stream.take(1)
