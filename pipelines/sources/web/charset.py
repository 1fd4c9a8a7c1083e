"""A page's characters: what its bytes, its server and its head say, and what can be told from its text."""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SHIFT = b"\x1b$"  # ISO-2022-JP is made of bytes below 128, too, as is UTF-16, where some are zero
_PRESCANNED = 2**13
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_MOST_REPLACED = 1 / 100  # of a page's characters; a page with more is not in this encoding


@dataclass(frozen=True)
class DecodedPage:
    """A page as text.

    Attributes:
        text: Its characters; bytes that are none of the encoding's stand as U+FFFD.
        encoding: Python's name of the encoding that it was read in.
        replaced: How many such bytes there were.
        utf8: The text in UTF-8.
    """

    text: str
    encoding: str
    replaced: int
    utf8: bytes


class UndecodableError(Exception):
    """Raised for a page that no encoding fits."""


def decoded_page(body: bytes, charset: str | None) -> DecodedPage:
    """Return a page's text.

    What is valid as UTF-8 is UTF-8, whatever is said of it: other text is so by chance only where it is very short.
    Else a byte order mark counts, then the server's word, then the page's own, then what is detected; the first that
    fits every byte, or else the first.

    Args:
        body: The page as served.
        charset: What the server called its encoding.

    Raises:
        UndecodableError: More than a hundredth of the characters cannot be read in any of these.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _best(body[len(mark) :], [encoding])
    try:
        text = body.decode()
    except UnicodeDecodeError:
        pass
    else:
        if not (b"\x1b" in body and _SHIFT in body) and b"\0" not in body:  # a single byte is found much faster
            return DecodedPage(text, "utf-8", 0, body)
    return _best(body, _labels(body, charset))


def _labels(body: bytes, charset: str | None) -> Iterator[str]:
    """Yield the encodings that are claimed or found, the dearest to find last."""
    yield from filter(None, (_standard(charset), _declared(body)))
    yield _standard(detect_encoding(body)) or "cp1252"


def _declared(body: bytes) -> str | None:
    """Return what the page's head says of its encoding, if it says anything that can be true where it was read."""
    head = body[:_PRESCANNED]
    if b"charset" not in head.lower():
        return None
    stated = _standard(detect_encoding(head, from_html_meta=True))
    return None if stated in ("utf-16-le", "utf-16-be") else stated


def _standard(label: str | None) -> str | None:
    """Return the codec for a label as browsers read it: `iso-8859-1` is windows-1252; None for no label of theirs."""
    return map_encoding_to_html5(label, fallback_utf8=False) if label else None


def _best(body: bytes, encodings: Iterable[str]) -> DecodedPage:
    """Return the first reading without a fault, or else the first one."""
    tried: list[DecodedPage] = []
    for encoding in encodings:
        tried.append(_read_in(body, encoding))
        if tried[-1].replaced == 0:
            return tried[-1]
    best = tried[0]
    if best.replaced > 1 + len(best.text) * _MOST_REPLACED:
        raise UndecodableError(f"{best.replaced:,} of {len(best.text):,} characters are none of {best.encoding}")
    return best


def _read_in(body: bytes, encoding: str) -> DecodedPage:
    text = bytes_to_str(body, encoding, errors="replace", fallback_encodings=())
    return DecodedPage(text, encoding, text.count(_REPLACEMENT), text.encode())
