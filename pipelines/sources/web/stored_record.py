"""A record of a crawl archive, with its headers as FastWARC reads them; where it ends was found out before."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastwarc.warc import WarcRecord, WarcRecordType

MAX_BLOCK_BYTES = 64 * 2**20  # of a record that is held
MAX_HEAD_BYTES = 2**16
BLANK_LINE = b"\r\n\r\n"
VERSION = re.compile(rb"WARC/\d+\.\d+\r?\n")

_LENGTH = re.compile(rb"^content-length[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_MOST_DIGITS = 18
_KNOWN_NAMES = re.compile(rb"^(warc-type|content-type|content-length)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_USUAL_NAMES = {name.lower(): name for name in (b"WARC-Type", b"Content-Type", b"Content-Length")}
_USUAL_LINES = tuple(b"\n" + name + b":" for name in _USUAL_NAMES.values())
_ANSWERS = WarcRecordType.response | WarcRecordType.resource  # the messages whose headers anybody asks for


@dataclass(frozen=True)
class StoredRecord:
    """A record whose length is right.

    Attributes:
        offset: Where it can be read from, in the file as stored.
        record: Its headers; HTTP headers are parsed where it is an HTTP message.
        payload: What follows the headers; None where that is too long to hold.
    """

    offset: int
    record: WarcRecord
    payload: bytes | None

    @functools.cached_property
    def headers(self) -> Mapping[str, str]:
        """The record's own headers, names in lower case; of repeated ones the first."""
        return {name.lower(): value for name, value in reversed(self.record.headers.items())}

    @property
    def address(self) -> str | None:
        """What was asked for; WARC 1.0 put it in angle brackets."""
        return (self.headers.get("warc-target-uri") or "").strip("<> ") or None


def stated_length(head: bytes) -> int | None:
    """Return the length that a header states; None where it states none, several, or what is no length."""
    lengths = {value.strip(b" \t\r") for value in _LENGTH.findall(head)}
    length = lengths.pop() if len(lengths) == 1 else b""
    return int(length) if length.isdigit() and len(length) <= _MOST_DIGITS else None


def long_record(offset: int, head: bytes) -> StoredRecord:
    """Return a record that is too long to be held.

    Args:
        offset: Where it can be read from.
        head: Its header, with the blank line behind it.

    Raises:
        OSError: FastWARC cannot read the header.
    """
    # FastWARC makes room for all that a header states, which may be more than there is: then it ends the process.
    return StoredRecord(offset, WarcRecord.from_bytes(_LENGTH.sub(b"Content-Length: 0\r", _spelled(head))), None)


def parsed_record(offset: int, content: bytes, head_size: int, stop: int) -> StoredRecord:
    """Return a record that is held.

    Args:
        offset: Where it can be read from.
        content: Its header, and all that this says to follow.
        head_size: Bytes of the header, with the blank line behind it.
        stop: Where in the content the record ends.

    Raises:
        OSError: FastWARC cannot read the headers.
    """
    # FastWARC copies what it is given, so it gets no more than may be headers.
    http_stop = content.find(BLANK_LINE, head_size, stop) + len(BLANK_LINE)
    headers = content[: stop if http_stop < len(BLANK_LINE) else http_stop]
    record = WarcRecord.from_bytes(_spelled(headers[:head_size]) + headers[head_size:])
    given = record.content_length
    if record.is_http and record.record_type & _ANSWERS:
        record.parse_http()
    return StoredRecord(offset, record, content[head_size + given - record.content_length : stop])


def _spelled(head: bytes) -> bytes:
    """Return a header with the names that FastWARC knows in their usual spelling only."""
    if all(line in head for line in _USUAL_LINES):
        return head
    return _KNOWN_NAMES.sub(lambda name: _USUAL_NAMES[name[1].lower()] + b":", head)
