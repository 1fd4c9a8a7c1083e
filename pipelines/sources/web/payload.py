"""What a server sent: an HTTP message's body without its transfer and content encodings."""

import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from fastwarc.stream_io import BrotliReader, ZstdReader

from pipelines.sources.web.decoders import DECODERS, GZIP_MAGIC, FrameError

MAX_PAGE_BYTES = 32 * 2**20

_STEP = 2**16
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_DEFLATE_WINDOWS = (zlib.MAX_WBITS, -zlib.MAX_WBITS)  # RFC 9110's zlib form, and the bare one that many servers send
_IDENTITY = ("", "identity", "chunked", "none", "utf-8", "8bit", "binary")


class PayloadError(Exception):
    """Raised for a body that cannot be decoded, as (reason, detail)."""


def decoded_body(headers: Mapping[str, str], payload: bytes, *, is_cut: bool = False) -> bytes:
    """Return the body of an HTTP message.

    Many archives store the body decoded under the headers of the encoded one; what does not begin as an encoding says
    is taken as it is.

    Args:
        headers: The message's headers, names in lower case.
        payload: What follows them in the archive.
        is_cut: Whether the crawler cut it off: then what is there of chunks, gzip and deflate is decoded.

    Raises:
        PayloadError: An encoding is broken or unknown, or the body is longer than `MAX_PAGE_BYTES`.
    """
    body = decoded_beginning(headers, payload, is_cut=is_cut)
    if len(body) > MAX_PAGE_BYTES:
        raise PayloadError("too_large", f"a page of {len(body):,} bytes; at most {MAX_PAGE_BYTES:,} are read")
    return body


def decoded_beginning(headers: Mapping[str, str], payload: bytes, *, is_cut: bool = False) -> bytes:
    """Return the body of an HTTP message; of one longer than `MAX_PAGE_BYTES` more than these, and maybe not all.

    Args:
        headers: See `decoded_body`.
        payload: See `decoded_body`.
        is_cut: See `decoded_body`.

    Raises:
        PayloadError: An encoding is broken or unknown.
    """
    body = payload
    if "chunked" in headers.get("transfer-encoding", "").lower() and _CHUNK_SIZE.match(payload):
        body = b"".join(_chunks(payload, is_cut))
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = _without(coding.strip(), body, is_cut)
    return body


def _chunks(payload: bytes, is_cut: bool) -> Iterator[bytes]:
    """Yield the chunks of RFC 9112, section 7.1; trailers are passed over."""
    at = 0
    while match := _CHUNK_SIZE.match(payload, at):
        size = int(match[1], 16)
        if size == 0:
            return
        begin = match.end()
        if begin + size > len(payload) and not is_cut:
            raise PayloadError("bad_chunking", f"the chunk at byte {at:,} is cut off: {size:,} bytes are stated")
        yield payload[begin : begin + size]
        at = begin + size
        line_end = _LINE_END.match(payload, at)
        if line_end is None and is_cut and payload[at:] in (b"", b"\r"):
            return
        if line_end is None:
            raise PayloadError("bad_chunking", f"the chunk of {size:,} bytes does not end at byte {at:,}")
        at = line_end.end()
    if is_cut and b"\n" not in payload[at:]:
        return
    raise PayloadError("bad_chunking", f"no chunk begins at byte {at:,}")


def _without(coding: str, body: bytes, is_cut: bool) -> bytes:
    if coding in _IDENTITY or not body:
        return body
    if coding in ("gzip", "x-gzip"):
        return _of_members(body, coding, is_cut) if body.startswith(b"\x1f\x8b") else body
    if coding == "zstd":
        return _read(ZstdReader(BytesIO(body)), coding) if body.startswith(b"\x28\xb5\x2f\xfd") else body
    if coding == "br":
        return body if _is_markup(body) else _read(BrotliReader(BytesIO(body)), coding)
    if coding == "deflate":
        return body if _is_markup(body) else _inflated(body, coding, is_cut)
    raise PayloadError("unknown_encoding", f"Content-Encoding: {coding:.60}")


def _is_markup(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _of_members(body: bytes, coding: str, is_cut: bool) -> bytes:
    """Return what gzip members hold, one behind the other (RFC 1952, section 2.2), and of what follows them nothing.

    Of a bomb, here and below, no more is decoded than is needed to know it for one.
    """
    pieces, size = [], 0
    try:
        for piece in DECODERS["gzip"](BytesIO(body), 0):
            pieces.append(piece.content)
            size += len(piece.content)
            if size > MAX_PAGE_BYTES:
                break
    except FrameError as error:
        damage = error.damage
        is_behind = damage.offset > 0 and not body.startswith(GZIP_MAGIC, damage.offset)
        if not is_behind and not (is_cut and damage.reason == "truncated"):
            raise PayloadError("bad_encoding", f"Content-Encoding: {coding}: {damage.detail}") from None
    return b"".join(pieces)


def _read(reader: ZstdReader | BrotliReader, coding: str) -> bytes:
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


def _inflated(body: bytes, coding: str, is_cut: bool) -> bytes:
    fault = ""
    for window in _DEFLATE_WINDOWS:
        decoder = zlib.decompressobj(window)
        try:
            content = decoder.decompress(body, MAX_PAGE_BYTES + 1)
        except zlib.error as error:
            fault = str(error)
            continue
        if decoder.eof or is_cut or len(content) > MAX_PAGE_BYTES:
            return content
        fault = "the stream is cut off"
    raise PayloadError("bad_encoding", f"Content-Encoding: {coding}: {fault}")
