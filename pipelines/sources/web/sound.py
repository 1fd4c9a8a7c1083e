"""Records of an archive as FastWARC reads them, up to the first one that it may have got wrong.

FastWARC reads across members, takes a block that is cut short for the whole, and stops at damage. So a record is
passed on only when all its bytes are there and the next one was found right behind it.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import BinaryIO, cast

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipelines.sources.web.stream import GZIP_MAGIC, PLAIN_MAGIC, Codec

_LINE_END, _SEPARATOR = b"\r\n", b"\r\n\r\n"
_MASK = 2**32 - 1
_NAME = PLAIN_MAGIC.decode()
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


def read_payload(record: WarcRecord) -> bytes:
    """Return what follows a record's headers.

    Raises:
        OSError: The HTTP headers are none, or bytes are missing.
    """
    if record.is_http and record.record_type & _ANSWERS:
        record.parse_http()
    size = record.content_length
    payload = b"" if record.reader is None else record.reader.read()
    if len(payload) != size:
        raise OSError(f"{len(payload):,} of {size:,} bytes")
    return payload


def sound_records(
    stored: BinaryIO, codec: Codec, start: int, stop: int | None, longest: int
) -> Generator[StoredRecord, None, int]:
    """Yield records for as long as there is no doubt about them.

    Args:
        stored: The file.
        codec: How it is compressed: gzip or plain.
        start: Where a record begins.
        stop: Where the next part of the file begins; None for the end of the file.
        longest: The longest record that is read here.

    Returns:
        Where reading must go on with care, be it for the last record of the part.
    """
    window = _Window(stored, start)
    found: StoredRecord | None = None
    try:
        for record in ArchiveIterator(cast("BinaryIO", window), parse_http=False, stream_detect=codec == "gzip"):
            offset = record.stream_pos
            if codec == "gzip" and not window.holds(GZIP_MAGIC, offset):
                break  # one of several records in a member
            if stop is not None and offset >= stop:
                break
            if found is not None:
                if not _ends_before(offset, found, codec, window):
                    break
                yield found
                found = None
            stated = record.headers.get("Content-Length") or ""
            start = offset
            if not stated.isdigit() or int(stated) != record.content_length or record.content_length > longest:
                break
            payload = read_payload(record)
            if codec == "plain" and _may_hold_record(record, payload):
                break
            found = StoredRecord(offset, record, payload)
    except OSError:
        return start
    return start


def _ends_before(offset: int, found: StoredRecord, codec: Codec, window: "_Window") -> bool:
    """Tell whether a record ends with the blank line right before the next one, in a member that it fills.

    A gzip member ends with its length before compression (RFC 1952). Headers that were written otherwise than is usual
    are longer or shorter than they are taken for: there is doubt.
    """
    headers = found.record.headers
    size = len(headers.status_line_bytes or b"") + sum(len(n) + len(v) + 4 for n, v in headers.items_bytes())
    size += 2 * len(_LINE_END) + int(headers["Content-Length"]) + len(_SEPARATOR)
    if codec == "plain":
        return offset == found.offset + size
    return window.holds((size & _MASK).to_bytes(4, "little") + GZIP_MAGIC, offset - 4)


def _may_hold_record(record: WarcRecord, payload: bytes) -> bool:
    """Tell whether another record may begin within one of a plain archive."""
    headers = (*record.headers.values(), *(() if record.http_headers is None else record.http_headers.values()))
    return PLAIN_MAGIC in payload or any(_NAME in value for value in headers)


class _Window:
    """A file on its way through FastWARC, with its latest chunks at hand."""

    def __init__(self, stored: BinaryIO, start: int) -> None:
        self._stored = stored
        self._at = start
        self._before = b""
        self._latest = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        self._stored.seek(self._at)
        self._before, self._latest = self._latest, self._stored.read(size)
        self._at += len(self._latest)
        return self._latest

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._at

    def seek(self, offset: int, _whence: int = 0) -> int:
        """Go to an offset."""
        self._before = self._latest = b""
        self._at = offset
        return offset

    def holds(self, pattern: bytes, offset: int) -> bool:
        """Tell whether a pattern stands at an offset within the latest chunks."""
        place = offset - (self._at - len(self._latest))
        if place >= 0:
            return self._latest.startswith(pattern, place)
        place += len(self._before)
        return place >= 0 and (self._before[place:] + self._latest[: len(pattern)]).startswith(pattern)
