"""What a page's running text says about its licence: the weakest evidence, for it may speak of something else."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from pipelines.licensing.normalise import normalise
from pipelines.licensing.reservations import reservation_in
from pipelines.licensing.spdx import NOASSERTION

MOST_STATEMENTS = 20  # of a page

_UNDER = re.compile(
    r"\b(?:licen[sc]ed|released|available|distributed|published|shared)\s+under\s+"
    r"(?:the\s+)?(?:terms\s+of\s+)?(?:the\s+|an?\s+)?(?P<name>\S[^\n;]{1,160})",
    re.IGNORECASE,
)
_CREATIVE_COMMONS = re.compile(r"\bCC(?:0\b|[ -]BY(?:[ -](?:SA|NC|ND))*)(?:[ -][1-4]\.[0-9]\b)?(?:[ -]IGO\b)?")
_LONGEST_NOTICE = 300  # a longer line is prose, which may tell of anything
_MOST_WORDS = 16
_JOINING_WORD = re.compile(r"[a-z]{1,3}[,;:]?")  # "3.0 in": a preposition, and no port to India


def line_statements(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return the licence statements of a running text, as (kind, words as found).

    Args:
        lines: Of the visible text, a block a line, those that may hold one.
    """
    found: dict[tuple[str, str], None] = {}
    for line in lines:
        found |= dict.fromkeys(_in_line(line))
        if len(found) >= MOST_STATEMENTS:
            break
    return list(found)[:MOST_STATEMENTS]


def text_locator(url: str | None, words: str) -> str:
    """Return where words stand in a page, as a text fragment of its URL."""
    return f"{url or ''}#:~:text={quote(words[:80])}"


def _in_line(line: str) -> Iterator[tuple[str, str]]:
    for match in _UNDER.finditer(line) if "under" in line.lower() else ():
        if name := _longest_known(match["name"]):
            yield "html_text", name
    for match in _CREATIVE_COMMONS.finditer(line):
        yield "html_text", match[0]
    if len(line) <= _LONGEST_NOTICE and (words := reservation_in(line)):
        yield "html_reservation", words


def _longest_known(phrase: str) -> str | None:
    """Return the longest beginning of a phrase that names a licence."""
    words = phrase.split()[:_MOST_WORDS]
    for stop in range(len(words), 0, -1):
        if _JOINING_WORD.fullmatch(words[stop - 1]):
            continue
        beginning = " ".join(words[:stop]).rstrip(".,:;")
        found = normalise(beginning)
        if found.expression != NOASSERTION or (found.candidates and stop == 1):
            return beginning
    return None
