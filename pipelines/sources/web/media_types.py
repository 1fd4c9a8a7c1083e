"""Media types: which responses are pages, and by what name the others are counted."""

import functools
import re

_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_UNSTATED = frozenset({"", "unknown/unknown", "application/unknown", "application/octet-stream"})
_COUNTED = frozenset(
    {
        *("text/plain", "text/css", "text/xml", "text/calendar", "text/csv", "text/javascript", "text/markdown"),
        *("application/javascript", "application/x-javascript", "application/json", "application/ld+json"),
        *("application/xml", "application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        *("application/pdf", "application/zip", "application/gzip", "application/octet-stream", "application/msword"),
        *("application/epub+zip", "application/postscript", "application/rtf", "application/warc", "application/http"),
    }
)
_FAMILIES = ("image", "audio", "video", "font", "text", "application", "multipart", "model", "message")
_SNIFFED = 1024
_REMEMBERED = 2**10  # headers, of which an archive has few that differ
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_CHARSET = re.compile(r"\bcharset[ \t]*=[ \t]*[\"']?([^\s\"';,]+)", re.IGNORECASE)
_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body")


@functools.lru_cache(_REMEMBERED)
def media_type(stated: str) -> str:
    """Return the media type that a header states, in lower case; empty for none, or what is no type.

    Of several, as of a header that is repeated, browsers take the last that is one (WHATWG, Fetch, "extract a MIME
    type").

    >>> [media_type(stated) for stated in ("Text/HTML; charset=a", "text/html, text/plain;b=c", "text/html charset=a")]
    ['text/html', 'text/plain', '']
    """
    types = (value.partition(";")[0].strip().lower() for value in reversed(stated.split(",")))
    return next(filter(_TYPE.fullmatch, types), "")


@functools.lru_cache(_REMEMBERED)
def stated_charset(stated: str) -> str | None:
    """Return the encoding that a header states beside the media type; of several, the last type's.

    >>> [stated_charset(stated) for stated in ('text/html; charset="koi8-r"', "text/html;charset=a, text/html", "a/b")]
    ['koi8-r', 'a', None]
    """
    found = (_CHARSET.search(value) for value in reversed(stated.split(",")))
    return next((match[1] for match in found if match), None)


def is_page(served: str, identified: str | None, body: bytes) -> bool:
    """Tell whether a body is a web page: by the server's word, else the crawler's, else its first bytes.

    Args:
        served: The media type in the response, in lower case; empty for none.
        identified: What the crawler took it for, if it says so.
        body: The body without its encodings.

    >>> is_page("text/html", "", b"<p>"), is_page("text/html", "image/png", b"PNG"), is_page("", None, b"<HTML>")
    (True, False, True)
    """
    if served in _PAGES:
        return not identified or identified.lower() in _PAGES or _looks_like_page(body)
    if served not in _UNSTATED:
        return False
    return (identified or "").lower() in _PAGES or _looks_like_page(body)


def type_reason(media_type: str) -> str:
    """Return the name under which something that is no page is counted; rare types count by their family.

    >>> type_reason("application/pdf"), type_reason("image/png"), type_reason("text/x-odd"), type_reason("")
    ('type_application_pdf', 'type_image', 'type_text', 'type_unknown')
    """
    family, _, _ = media_type.partition("/")
    name = media_type if media_type in _COUNTED else family if family in _FAMILIES else "unknown"
    return "type_" + name.translate(str.maketrans("/+-.", "____"))


def _looks_like_page(body: bytes) -> bool:
    return any(mark in body[:_SNIFFED].lower() for mark in _MARKS)
