"""What a server sent: an HTTP message's body without its transfer and content encodings."""

import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from fastwarc.stream_io import BrotliReader, ZstdReader

MAX_PAGE_BYTES = 32 * 2**20

_STEP = 2**16
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_GZIP = zlib.MAX_WBITS | 16
_DEFLATE_WINDOWS = (zlib.MAX_WBITS, -zlib.MAX_WBITS)  # RFC 9110's zlib form, and the bare one that many servers send
_IDENTITY = ("", "identity", "chunked", "none", "utf-8", "8bit", "binary")


class PayloadError(Exception):
    """Raised for a body that cannot be decoded, as (reason, detail)."""


def decoded_body(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return the body of an HTTP message.

    Many archives store the body decoded under the headers of the encoded one; what does not begin as an encoding says
    is taken as it is.

    Args:
        headers: The message's headers, names in lower case.
        payload: What follows them in the archive.

    Raises:
        PayloadError: An encoding is broken or unknown, or the body is longer than `MAX_PAGE_BYTES`.
    """
    body = decoded_beginning(headers, payload)
    if len(body) > MAX_PAGE_BYTES:
        raise PayloadError("too_large", f"a page of {len(body):,} bytes; at most {MAX_PAGE_BYTES:,} are read")
    return body


def decoded_beginning(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return the body of an HTTP message; of one longer than `MAX_PAGE_BYTES` more than these, and maybe not all.

    Args:
        headers: See `decoded_body`.
        payload: See `decoded_body`.

    Raises:
        PayloadError: An encoding is broken or unknown.
    """
    body = payload
    if "chunked" in headers.get("transfer-encoding", "").lower() and _CHUNK_SIZE.match(payload):
        body = b"".join(_chunks(payload))
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = _without(coding.strip(), body)
    return body


def _chunks(payload: bytes) -> Iterator[bytes]:
    """Yield the chunks of RFC 9112, section 7.1; trailers are passed over."""
    at = 0
    while match := _CHUNK_SIZE.match(payload, at):
        size = int(match[1], 16)
        if size == 0:
            return
        begin = match.end()
        if begin + size > len(payload):
            raise PayloadError("bad_chunking", f"the chunk at byte {at:,} is cut off: {size:,} bytes are stated")
        yield payload[begin : begin + size]
        at = begin + size
        line_end = _LINE_END.match(payload, at)
        if line_end is None:
            raise PayloadError("bad_chunking", f"the chunk of {size:,} bytes does not end at byte {at:,}")
        at = line_end.end()
    raise PayloadError("bad_chunking", f"no chunk begins at byte {at:,}")


def _without(coding: str, body: bytes) -> bytes:
    if coding in _IDENTITY or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, coding, (_GZIP,)) if body.startswith(b"\x1f\x8b") else body
    if coding == "zstd":
        return _read(ZstdReader(BytesIO(body)), coding) if body.startswith(b"\x28\xb5\x2f\xfd") else body
    if coding == "br":
        return body if _is_markup(body) else _read(BrotliReader(BytesIO(body)), coding)
    if coding == "deflate":
        return body if _is_markup(body) else _inflated(body, coding, _DEFLATE_WINDOWS)
    raise PayloadError("unknown_encoding", f"Content-Encoding: {coding:.60}")


def _is_markup(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _read(reader: ZstdReader | BrotliReader, coding: str) -> bytes:
    """Return what a decoder gives, and no more of a bomb than is needed to know it for one."""
    pieces, size = [], 0
    try:
        while piece := reader.read(_STEP):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_PAGE_BYTES:
                break
    except OSError as error:
        raise PayloadError("bad_encoding", f"Content-Encoding: {coding}: {error}") from None
    return b"".join(pieces)


def _inflated(body: bytes, coding: str, windows: tuple[int, ...]) -> bytes:
    fault = ""
    for window in windows:
        decoder = zlib.decompressobj(window)
        try:
            content = decoder.decompress(body, MAX_PAGE_BYTES + 1)
        except zlib.error as error:
            fault = str(error)
            continue
        if decoder.eof or len(content) > MAX_PAGE_BYTES:
            return content
        fault = "the stream is cut off"
    raise PayloadError("bad_encoding", f"Content-Encoding: {coding}: {fault}")
