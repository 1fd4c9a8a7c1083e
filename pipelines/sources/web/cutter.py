"""Records of a crawl archive, cut from its stream with every length checked: the careful way, which knows all damage.

After damage, reading goes on at the next record that can be found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.sources.record import MAX_RAW_BYTES
from pipelines.sources.web.decoders import PLAIN_MAGIC
from pipelines.sources.web.heads import LONGEST_VERSION, SCANNED, begins_record, find_record, head_size
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

_LONGEST_SEPARATOR = 64
_SEPARATOR = re.compile(rb"\r?\n\r?\n")
_BLANKS = b" \t\r\n"
_UNKNOWN_VERSION = "unknown_version"


@dataclass(frozen=True)
class Damage:
    """A stretch of the file that is no record: named reason, what was found, and its first bytes."""

    offset: int
    reason: str
    detail: str
    raw: bytes = b""


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
        enough: From where on, as stored, a member's first record in the same part is left to the fast way; None for
            nowhere.

    Attributes:
        unread: Where the stream was damaged, in the file as stored; None where it was not.
        left: Where the record stands that is left to the fast way; None where there is none.
    """

    def __init__(self, stream: DecodedStream, stop: int | None, enough: int | None = None) -> None:
        self.unread: int | None = None
        self.left: int | None = None
        self._stream = stream
        self._stop = stop
        self._enough = enough

    def records(self) -> Iterator[StoredRecord | Damage]:
        """Yield what begins before the part's stop and is not left to the fast way."""
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
            may_begin_part = self._stream.may_begin_part(self._stream.position)
            if is_behind and may_begin_part and begins_record(self._stream):
                return  # of the next part; anything else here would be nobody's
            if not is_behind and may_begin_part and self._enough is not None and offset >= self._enough:
                self.left = offset
                return
            found = self._record(offset)
            if not isinstance(found, Damage) or found.reason == _UNKNOWN_VERSION:
                yield found
                continue
            more = find_record(self._stream)
            # A record that seems cut short while others follow states too great a length.
            yield replace(found, reason="wrong_length") if more and found.reason == "truncated" else found
            if not more:
                self.unread = None if self._stream.damage is None else self._stream.damage.offset
                return

    def _skip_blanks(self) -> None:
        while (ahead := self._stream.peek(4)) and (count := len(ahead) - len(ahead.lstrip(_BLANKS))):
            self._stream.take(count)

    def _record(self, offset: int) -> StoredRecord | Damage:
        """Take the next record; after damage the stream stands behind the first byte that is to be looked at."""
        stream = self._stream
        place = stream.position
        if not VERSION.match(stream.peek(LONGEST_VERSION)):
            return self._damaged(offset, place, "not_a_record", "no WARC header where one should begin")
        size = head_size(stream)
        if size == 0:
            if len(stream.peek(MAX_HEAD_BYTES)) < MAX_HEAD_BYTES:
                return self._damaged(offset, place, *self._ended("within a header"))
            return self._damaged(offset, place, "bad_header", f"a header of more than {MAX_HEAD_BYTES:,} bytes")
        head = stream.peek(size)
        inner = self._inner_record(size, 1)
        stream.take(size if inner is None else inner)
        if inner is not None:
            return self._damaged(offset, place, "bad_header", "another record begins within the header", head)
        return self._headed_record(offset, place, head)

    def _headed_record(self, offset: int, place: int, head: bytes) -> StoredRecord | Damage:
        stream = self._stream
        length = stated_length(head)
        if length is None:
            return self._damaged(offset, place, "bad_length", "the header has not one Content-Length", head)
        if length > MAX_BLOCK_BYTES:
            return self._long_record(offset, place, head, length)
        if self._inner_record(length) is not None:
            detail = f"another record begins within the {length:,} bytes that the header states"
            return self._damaged(offset, place, "wrong_length", detail, head)
        block = stream.take(length)
        fault = self._fault_of(block, length)
        if fault is not None:
            stream.put_back(block)
            return self._damaged(offset, place, *fault, head)
        return _of_version(offset, head) or parsed_record(offset, head + block, Span(0, len(head), len(head) + length))

    def _inner_record(self, length: int, begin: int = 0) -> int | None:
        """Return how far on in the next bytes another record begins: there a part of the file may begin to be read.

        In a compressed file, that is at the beginning of a member only: an archive may hold another as a page does.
        """
        stream = self._stream
        inner = stream.find(PLAIN_MAGIC, length, begin)
        while inner >= 0:
            if stream.may_begin_part(stream.position + inner) and begins_record(stream, inner):
                return inner
            inner = stream.find(PLAIN_MAGIC, length, inner + 1)
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
        """Pass over a record that is too long to hold, unless another one begins within it.

        Behind others in its member it stands in an archive that was compressed as a whole: there another record ends
        it, as in a plain file, for behind a false length nothing else would be found.
        """
        is_behind_others = not self._stream.may_begin_part(place)
        left = length
        while left > 0:
            begins = self._stream.find(PLAIN_MAGIC, min(left, SCANNED))
            if begins >= 0:
                self._stream.take(begins)
                may_begin = is_behind_others or self._stream.may_begin_part(self._stream.position)
                if may_begin and begins_record(self._stream):
                    detail = f"another record begins within the {length:,} bytes that the header states"
                    return self._damaged(offset, place, "wrong_length", detail, head)
                left -= begins + len(self._stream.take(1))
                continue
            # What was looked through is passed over, but for a beginning of the pattern at its end.
            taken = self._stream.take(min(left, SCANNED) - (len(PLAIN_MAGIC) if left > SCANNED else 0))
            if not taken:
                end = self._ended(f"{left:,} bytes before the end of a record of {length:,}")
                return self._damaged(offset, place, *end, head)
            left -= len(taken)
        return _of_version(offset, head) or long_record(offset, head)

    def _ended(self, where: str) -> tuple[str, str]:
        """Return what is wrong where the stream ends too early: the file ends there, or is damaged."""
        damage = self._stream.damage
        if damage is None:
            return "truncated", f"the file ends {where}"
        return damage.reason, f"{where}: {damage.detail}"

    def _damaged(self, offset: int, place: int, reason: str, detail: str, head: bytes = b"") -> Damage:
        """Return damage at a place; without a header that was taken, the stream stands at its first byte."""
        raw = (head or self._stream.peek(MAX_RAW_BYTES))[:MAX_RAW_BYTES]
        if not head:
            self._stream.take(1)
        behind = self._stream.behind_offset(place)
        where = f" (byte {behind:,} of what is decompressed from there)" if behind else ""
        return Damage(offset, reason, detail + where, raw)
