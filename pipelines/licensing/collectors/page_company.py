"""Whether a word of a statement stands in a page beside the others, told from the page's bytes.

A word alone says nothing (`reserved`, `under`), and to lay out the text around it costs more than to look for the
others: those of plain letters must stand before and behind it in their order. What is markup is not told from text.
"""

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.licensing.kernels.needles import SHORTEST_NEEDLE
from pipelines.licensing.reservations import phrases

_LONGEST_BETWEEN = 1000  # bytes of markup between two words of a statement
_LONGEST_WORDS = 200  # bytes of the words between, and of markup that is taken for words
_TAG = re.compile(rb"<[^>]*>")
_BETWEEN = re.compile(rb"<[^>]*>|\s+")
_SPACE = re.compile(rb"\s+")
_LICENSED = re.compile(rb"licen[sc]ed|released|available|distributed|published|shared")
_UNDER_BEGINS, _UNDER_ENDS = len("ed "), 16  # bytes; the second with one more behind the word, however it is parted
_WHITE_SPACE = b" \t\n\v\f\r"
_PARTING = (b">", b";", *(bytes([byte]) for byte in range(0x80, 0x100)))  # markup, references, other white space
_AGAIN = b"re"
_ENDS = rb"(?!\w)"
_MAY_BE = re.compile(rb"\A(?>.*?may\b)(?>.*?be\b)", re.DOTALL)  # in linear time, see `_in_order`


class _Company(NamedTuple):
    """What stands before and behind a word in a phrase."""

    before: re.Pattern[bytes]
    behind: re.Pattern[bytes]


def beside_under(html: bytes, place: int) -> bool:
    """Tell whether the `under` that a needle at a place holds may follow a word that says what is licensed."""
    if html[place : place + _UNDER_ENDS].lower().partition(b"under")[2][:1].isalpha():
        return False  # "understood"
    return _stands_before(html, place + _UNDER_BEGINS, _LICENSED)


def beside_use(html: bytes, place: int) -> bool:
    """Tell whether a use at a place may be one that is forbidden: `may be copied`, `may not be distributed`."""
    if html[max(0, place - len(_AGAIN)) : place].lower() == _AGAIN:
        place -= len(_AGAIN)  # "redistributed"
    last = html[max(0, place - _LONGEST_BETWEEN) : place].rstrip(_WHITE_SPACE)[-2:].lower()
    is_parted = last.endswith(_PARTING) or html.startswith(_PARTING, place)
    return (is_parted or last == b"be") and _stands_before(html, place, _MAY_BE)


def beside_name(html: bytes, place: int) -> bool:
    """Tell whether `CC` at a place may begin the name of a licence."""
    return html.startswith(b"0", place + 2) or b"BY" in html[place : place + _LONGEST_BETWEEN]


def beside_phrase(html: bytes, place: int) -> bool:
    """Tell whether a word at a place may be of a phrase that reserves rights."""
    near = html[place : place + _LONGEST_BETWEEN].lower()
    words = [word for word in _companies() if near.startswith(word)]
    if not words:
        return True  # it is not of plain letters, and may be written in many ways
    before = html[max(0, place - _LONGEST_BETWEEN) : place].lower()
    # What is cut by markup is whole without it: `<b>A</b>ll rights reserved`.
    return _keeps_company(words, before, near) or _keeps_company(words, _without_tags(before), _without_tags(near))


def _keeps_company(words: Iterable[bytes], before: bytes, near: bytes) -> bool:
    """Tell whether what stands before and behind a word makes a phrase of it."""
    return any(
        company.before.match(before) and company.behind.match(near, len(word))
        for word in words
        for company in _companies()[word]
    )


def plain_word(phrase: str) -> str | None:
    """Return the longest word of plain letters in a phrase, if it is long enough to be looked for."""
    words = [word for word in phrase.split() if word.isascii() and len(word) >= SHORTEST_NEEDLE]
    return max(words, key=len, default=None)


def _stands_before(html: bytes, stop: int, words: re.Pattern[bytes]) -> bool:
    """Tell whether words stand before a place, no further than those of one statement, its markup left out."""
    before = html[max(0, stop - _LONGEST_BETWEEN) : stop].lower()
    return words.search(before) is not None and words.search(_text_of(before)[-_LONGEST_WORDS:]) is not None


def _text_of(markup: bytes) -> bytes:
    """Return markup with a space in place of each tag and of all white space.

    Behind the last `>` there is no tag, and before it each `<` begins one: so no tag is looked for in vain.
    """
    last = markup.rfind(b">") + 1
    return _BETWEEN.sub(b" ", markup[:last]) + _SPACE.sub(b" ", markup[last:])


def _without_tags(markup: bytes) -> bytes:
    last = markup.rfind(b">") + 1  # as in `_text_of`
    return _TAG.sub(b"", markup[:last]) + markup[last:]


@functools.cache
def _companies() -> dict[bytes, list[_Company]]:
    """Return for each plain word by which phrases are found what stands beside it in each of them.

    A word of which another follows ends there; before one, `&nbsp` may stand, which needs no semicolon.
    """
    found: dict[bytes, list[_Company]] = {}
    for phrase in phrases():
        word = plain_word(phrase)
        if word is not None:
            before, behind = map(_plain_words, phrase.split(word))
            first = _in_order([other + _ENDS for other in before])
            last = _ENDS + _in_order([*(other + _ENDS for other in behind[:-1]), behind[-1]]) if behind else b""
            company = _Company(re.compile(first, re.DOTALL), re.compile(last, re.DOTALL))
            found.setdefault(word.encode(), []).append(company)
    return found


def _in_order(words: Iterable[bytes]) -> bytes:
    """Return a pattern that finds words in their order, each where it stands first: so it takes linear time."""
    return b"".join(b"(?>.*?" + word + b")" for word in words)


def _plain_words(words: str) -> list[bytes]:
    """Return a pattern for each plain word; an I may be a dotted capital or a small one without a dot (Turkish)."""
    return [re.escape(word.encode()).replace(b"i", b"(?:i|\xc4[\xb0\xb1])") for word in words.split() if word.isascii()]
