"""A record of a crawl archive, with its headers as FastWARC reads them; where it ends was found out before."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fastwarc.warc import WarcRecord, WarcRecordType

from pipelines.sources.web.media_types import media_type

MAX_BLOCK_BYTES = 64 * 2**20  # of a record that is held
MAX_HEAD_BYTES = 2**16
BLANK_LINE = b"\r\n\r\n"
VERSION = re.compile(rb"WARC/\d+\.\d+\r?\n")
KNOWN_VERSION = re.compile(rb"WARC/(?:0\.\d\d?|1\.[01])\r?\n")  # those of which FastWARC reads the headers

_LENGTH = re.compile(rb"^content-length[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_MOST_DIGITS = 18
_KNOWN_NAMES = re.compile(rb"^(warc-type|content-type|content-length)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_USUAL_NAMES = {name.lower(): name for name in (b"WARC-Type", b"Content-Type", b"Content-Length")}
_USUAL_LINES = tuple(b"\n" + name + b":" for name in _USUAL_NAMES.values())
_LINE_END = re.compile(rb"\r?\n")
_HTTP_END = re.compile(rb"\n\r?\n")  # a line may end with a line feed alone (RFC 9112, section 2.2)
_MESSAGE_TYPE = "application/http"
# the messages whose headers anybody asks for
_ANSWERS = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit


class Span(NamedTuple):
    """Where a record stands in bytes.

    Attributes:
        begin: Its header.
        block: What follows the header, and the blank line behind it.
        stop: Where that ends.
    """

    begin: int
    block: int
    stop: int


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

    @functools.cached_property
    def http_headers(self) -> Mapping[str, str]:
        """The headers of an HTTP message, names in lower case and repeated ones joined; of another record none."""
        joined: dict[str, str] = {}
        for name, value in (self.record.http_headers or {}).items():
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        return joined

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
        head: Its header, with the blank line behind it; of a known version.
    """
    # FastWARC makes room for all that a header states, which may be more than there is: then it ends the process.
    return StoredRecord(offset, WarcRecord.from_bytes(_of_length(_spelled(head), 0)), None)


def parsed_record(offset: int, content: bytes, span: Span) -> StoredRecord:
    """Return a record that is held.

    Args:
        offset: Where it can be read from.
        content: Bytes in which it stands.
        span: Where it stands in them; of a known version, and as long as its header says.
    """
    head = _spelled(content[span.begin : span.block])
    # FastWARC copies what it is given, so it gets no more than may be headers.
    end = _HTTP_END.search(content, span.block, span.stop)
    http_stop = span.stop if end is None else end.end()
    headers = content[span.block : http_stop]
    if _has_bare_line_feed(headers):
        headers = _LINE_END.sub(b"\r\n", headers)
        head = _of_length(head, len(headers))
    record = WarcRecord.from_bytes(head + headers)
    is_answer = bool(record.record_type & _ANSWERS) and (record.is_http or _is_message(record, headers))
    if is_answer:
        record.is_http = True
        record.parse_http()
    return StoredRecord(offset, record, content[http_stop if is_answer else span.block : span.stop])


def _is_message(record: WarcRecord, block: bytes) -> bool:
    """Tell whether an answer is an HTTP message that FastWARC takes for none: it knows the media type in small letters.

    Some writers state no type, or the page's: what came from a web server and begins as a message is one.
    """
    stated = media_type(record.headers.get("Content-Type") or "")
    address = (record.headers.get("WARC-Target-URI") or "").lstrip("< ").lower()
    is_received = record.record_type != WarcRecordType.resource and address.startswith(("http:", "https:"))
    return stated == _MESSAGE_TYPE or (is_received and block.startswith(b"HTTP/"))


def _spelled(head: bytes) -> bytes:
    """Return a header as FastWARC knows it: its lines ended by CR LF, names that matter in their usual spelling."""
    if _has_bare_line_feed(head):
        head = _LINE_END.sub(b"\r\n", head)
    if all(line in head for line in _USUAL_LINES):
        return head
    return _KNOWN_NAMES.sub(lambda name: _USUAL_NAMES[name[1].lower()] + b":", head)


def _of_length(head: bytes, length: int) -> bytes:
    """Return a header that states another length."""
    return _LENGTH.sub(b"Content-Length: %d\r" % length, head)


def _has_bare_line_feed(lines: bytes) -> bool:
    return lines.count(b"\n") != lines.count(b"\r\n")
