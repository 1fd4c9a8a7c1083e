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

LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
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


def stated_length(head: bytes) -> int | None:
    """Return the length that a header states; None where it states none, or several."""
    lengths = set(LENGTH.findall(head))
    return int(lengths.pop()) if len(lengths) == 1 else None


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
    record = WarcRecord.from_bytes(headers)
    if record.content_length != len(headers) - head_size:  # it knows the field in its usual spelling only
        spelled = LENGTH.sub(rb"Content-Length: \1\r", headers[:head_size])
        record = WarcRecord.from_bytes(spelled + headers[head_size:])
    given = record.content_length
    if record.is_http and record.record_type & _ANSWERS:
        record.parse_http()
    return StoredRecord(offset, record, content[head_size + given - record.content_length : stop])
