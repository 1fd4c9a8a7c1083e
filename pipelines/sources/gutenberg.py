"""Project Gutenberg's plain text: the book, without the header and trailer around it, and what these say of it."""

import re
from dataclasses import dataclass

from pipelines.sources.record import declared_language

PUBLIC_DOMAIN = "Public domain in the USA."
COPYRIGHTED = "Copyrighted. Read the copyright notice inside this book for details."
"""The two values of the rights statement in Project Gutenberg's own catalogue."""

_WORK = r"(?:THE|THIS)?\s*PROJECT GUTENBERG(?:'S)?(?:-TM)?"
_START = re.compile(rf"^\s*\*{{3}}\s*START OF {_WORK}[^*]{{0,500}}(?:\*{{3}})?[^\n]*$", re.IGNORECASE | re.MULTILINE)
_SMALL_PRINT = re.compile(r"^\*END[ *]*THE SMALL PRINT[^\n]*$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(
    rf"^\s*(?:\*{{3}}\s*END OF {_WORK}|\**\s*End of (?:the |this )?Project Gutenberg)[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_LICENSE = re.compile(r"^\s*START: FULL LICENSE\s*$", re.MULTILINE)
_CREDITS = re.compile(
    r"\s*(?:Produced by|E-?text prepared by|This e-?text was (?:produced|prepared) by|Transcribed (?:from|by))"
    r"(?P<credits>(?:[^\n]+\n)+)",
    re.IGNORECASE,
)
_HEADER_CHARACTERS = 20_000  # the small print of the 1990s is the longest header

_FIELD = re.compile(r"^(?P<name>[A-Z][A-Za-z ]{2,30}):[ \t]*(?P<value>[^\n]*(?:\n[ \t]+[^\n]+)*)", re.MULTILINE)
_OPENING = re.compile(
    r"^\W*(?:The )?Project Gutenberg(?:'s)? (?:E-?Book|E-?text)?\s*(?:of )?"
    r"(?P<title>[^\n]+?)(?:, by (?P<author>[^\n]+))?$",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBER = re.compile(r"\[\s*E-?(?:book|text)\s*#\s*(\d+)\s*\]", re.IGNORECASE)
_NO_RESTRICTIONS = re.compile(
    r"for the use of anyone\s+anywhere.{0,120}?almost\s+no\s+restrictions|public domain", re.IGNORECASE | re.DOTALL
)
_COPYRIGHTED = re.compile(
    r"COPYRIGHTED Project Gutenberg|This is a\s+COPYRIGHTED|Copyright Status:\s*Copyrighted|"
    r"posted with the permission of the copyright holder|^Copyright (?:\(C\)|\u00a9) ?\d{4}",
    re.IGNORECASE | re.MULTILINE,
)

_LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "finnish": "fi", "dutch": "nl", "italian": "it", "spanish": "es",
    "portuguese": "pt", "chinese": "zh", "greek": "el", "swedish": "sv", "hungarian": "hu", "esperanto": "eo",
    "latin": "la", "danish": "da", "tagalog": "tl", "catalan": "ca", "polish": "pl", "norwegian": "no",
    "japanese": "ja", "welsh": "cy", "czech": "cs", "russian": "ru", "icelandic": "is", "hebrew": "he",
    "bulgarian": "bg", "serbian": "sr", "afrikaans": "af", "irish": "ga", "romanian": "ro", "friulian": "fur",
}  # fmt: skip


@dataclass(frozen=True)
class Book:
    """A book and what its header says.

    Attributes:
        text: The book alone.
        title: Its title.
        author: Its author.
        language: FLORES code; None for several languages and for none that is known.
        number: Project Gutenberg's number of it.
        rights: PUBLIC_DOMAIN or COPYRIGHTED; None without a statement.
        rights_line: Line of the statement, from 1.
        details: Other fields of the header: translator, release date, credits.
    """

    text: str
    title: str | None
    author: str | None
    language: str | None
    number: int | None
    rights: str | None
    rights_line: int | None
    details: dict[str, str]


def read_book(text: str) -> Book:
    """Return a book; a text without Project Gutenberg's header is one of which nothing is known."""
    begin = _begin(text)
    header = text[:begin]
    body, credits_ = _without_credits(_before_trailer(text[begin:])) if begin else (text, None)
    fields = {match["name"].lower(): " ".join(match["value"].split()) for match in _FIELD.finditer(header)}
    opening = _OPENING.search(header)
    title = fields.get("title") or (opening["title"] if opening else None)
    author = fields.get("author") or (opening["author"] if opening else None)
    number = _NUMBER.search(header)
    label = fields.get("language", "").lower()
    rights, line = _rights(header)
    details = {
        name.replace(" ", "_"): fields[name]
        for name in ("translator", "editor", "illustrator", "release date")
        if fields.get(name)
    }
    if credits_:
        details["credits"] = credits_
    return Book(
        body.strip("\n"),
        title,
        author,
        declared_language(_LANGUAGES.get(label, label)),
        int(number[1]) if number else None,
        rights,
        line,
        details,
    )


def declared_encoding(head: bytes) -> str | None:
    """Return the encoding that a header names.

    >>> declared_encoding(b"Character set encoding: ISO-8859-1")
    'ISO-8859-1'
    """
    found = re.search(rb"Character set encoding:[ \t]*([A-Za-z0-9_-]+)", head)
    return found[1].decode() if found else None


def _begin(text: str) -> int:
    """Return where the book begins; 0 without a header."""
    head = text[:_HEADER_CHARACTERS]
    found = [match.end() for pattern in (_START, _SMALL_PRINT) for match in pattern.finditer(head)]
    return max(found, default=0)


def _before_trailer(text: str) -> str:
    """Return a text up to the first mark of its trailer, which may stand anywhere in its last part."""
    license_ = _LICENSE.search(text)
    text = text[: license_.start()] if license_ else text
    ends = [match.start() for match in _END.finditer(text)]
    return text[: ends[0]] if ends else text


def _without_credits(text: str) -> tuple[str, str | None]:
    found = _CREDITS.match(text)
    return (text[found.end() :], " ".join(found["credits"].split())) if found else (text, None)


def _rights(header: str) -> tuple[str | None, int | None]:
    for pattern, rights in ((_COPYRIGHTED, COPYRIGHTED), (_NO_RESTRICTIONS, PUBLIC_DOMAIN)):
        found = pattern.search(header)
        if found is not None:
            return rights, header.count("\n", 0, found.start()) + 1
    return None, None
