"""A page's characters: what its bytes, its server and its head say, and what can be told from its text."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SHIFT = b"\x1b$"  # ISO-2022-JP is made of bytes below 128, too, as is UTF-16, where some are zero
_PRESCANNED = 2**13
_DECLARED = re.compile(
    rb"<(?:meta\s[^>]*?\bcharset|\?xml\s[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE | re.ASCII
)
# What browsers read under these names, which is more than Python's codecs of the same names know (WHATWG, Encoding).
_WIDER = {"shift_jis": "cp932", "euc_kr": "cp949", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-11": "cp874"}
_UNLISTED = {"cp949": "cp949", "mac-cyrillic": "mac-cyrillic", "x-mac-cyrillic": "mac-cyrillic"}
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_MOST_REPLACED = 1 / 100  # of a page's characters; a page with more is not in this encoding
# Of the characters beyond ASCII. What is no UTF-8 hardly ever looks like it, what is in another encoding often does.
_MOST_BROKEN_IN_UTF8 = 1 / 4
_MOST_BROKEN = 1 / 20


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

    What is valid as UTF-8, or nearly, is UTF-8, whatever is said of it: other text is so by chance only where it is
    very short. Else a byte order mark counts, then the server's word, then the page's own, then what is detected; the
    first that fits nearly every character beyond ASCII, or else the first.

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
        nearly = _read_in(body, "utf-8")
        if _is_broken_at_most(nearly, _MOST_BROKEN_IN_UTF8):
            return _within_limit(nearly)
    else:
        if not (b"\x1b" in body and _SHIFT in body) and b"\0" not in body:  # a single byte is found much faster
            return DecodedPage(text, "utf-8", 0, body)
    return _best(body, _labels(body, charset))


def _labels(body: bytes, charset: str | None) -> Iterator[str]:
    """Yield the encodings that are claimed or found, the dearest to find last."""
    yield from filter(None, (_standard(charset), _declared(body)))
    yield _standard(detect_encoding(body, html5_compatible=False)) or "utf-8"


def _declared(body: bytes) -> str | None:
    """Return what the page's head says of its encoding, if it says anything that can be true where it was read."""
    stated = (_standard(label.decode("ascii")) for label in _DECLARED.findall(body[:_PRESCANNED]))
    return next((codec for codec in stated if codec not in (None, "utf-16-le", "utf-16-be")), None)


def _standard(label: str | None) -> str | None:
    """Return the codec for a label as browsers read it: `iso-8859-1` is windows-1252; None for no label of theirs."""
    if not label:
        return None
    codec = map_encoding_to_html5(label, fallback_utf8=False)
    return _UNLISTED.get(label.lower()) if codec is None else _WIDER.get(codec, codec)


def _best(body: bytes, encodings: Iterable[str]) -> DecodedPage:
    """Return the first reading that fits nearly every character beyond ASCII, or else the first one."""
    tried: list[DecodedPage] = []
    for encoding in encodings:
        tried.append(_read_in(body, encoding))
        if _is_broken_at_most(tried[-1], _MOST_BROKEN):
            return _within_limit(tried[-1])
    return _within_limit(tried[0])


def _within_limit(page: DecodedPage) -> DecodedPage:
    if page.replaced > 1 + len(page.text) * _MOST_REPLACED:
        raise UndecodableError(f"{page.replaced:,} of {len(page.text):,} characters are none of {page.encoding}")
    return page


def _is_broken_at_most(page: DecodedPage, share: float) -> bool:
    if page.replaced == 0:
        return True
    beyond_ascii = len(page.text) - len(page.text.encode("ascii", "ignore"))
    return page.replaced <= share * beyond_ascii


def _read_in(body: bytes, encoding: str) -> DecodedPage:
    text = bytes_to_str(body, encoding, errors="replace", fallback_encodings=())
    return DecodedPage(text, encoding, text.count(_REPLACEMENT), text.encode())
