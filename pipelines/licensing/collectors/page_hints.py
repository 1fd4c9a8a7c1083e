"""What a page may hold, told from its bytes: most pages hold nothing, and are not looked through for it.

A hint says yes too often, never no where there is something to collect; but words that are cut by markup, or of which
plain letters are written as character references, are not seen.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from html.entities import codepoint2name
from itertools import accumulate, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.licensing.kernels.needles import (
    CASE_BIT,
    SHORTEST_NEEDLE,
    build_table,
    holds_creative_commons,
    kinds_in_page,
    names_creative_commons,
    next_needle,
)
from pipelines.licensing.reservations import phrases

# Words that a page may hold, bits of a mask.
LICENSE, COMMONS, COPYLEFT, TERMS, RSL, JSON_LD = (1 << bit for bit in range(6))
TEXT = 1 << 6  # words by which a rights-holder keeps all rights, or a name of a Creative Commons licence
_UNDER, _USES = 1 << 7, 1 << 8  # words that say something only behind certain others
LINKS = LICENSE | COMMONS | COPYLEFT | TERMS | RSL
SCRIPTS = JSON_LD | RSL
_IN_TAGS = LINKS | SCRIPTS
_IN_TEXT = TEXT | _UNDER | _USES

# One of these stands in every address of a licence that is known and in every relation to one.
LINK_WORDS = {
    "license": LICENSE,
    "licence": LICENSE,
    "creativecommons.org": COMMONS,
    "gnu.org/copyleft": COPYLEFT,
}
_OTHER_WORDS = {"terms-of-": TERMS, "rsl+xml": RSL, "ld+json": JSON_LD}
_FORBIDDEN_USES = ("reproduced", "transmitted", "distribute")
_BEFORE = {
    _UNDER: (b"licensed", b"licenced", b"released", b"available", b"distributed", b"published", b"shared"),
    _USES: (b"may",),
}
_LONGEST_BETWEEN = 2000  # bytes of markup between two words of a statement
_UNDER_BEGINS = len("ed ")
_MOST_DOUBTS = 32  # of a page
_ENOUGH, _EVERY = 4, 2**30  # words of a needle by which it is found, be it in any order or in that of the text
# What may stand for white space: the end of a tag, of a reference such as `&nbsp;`, of that character in UTF-8.
_SPACES = (" ", "\n", "\r", "\t", ">", ";", "\N{NO-BREAK SPACE}")


_SPACE_REFERENCES = ("bsp;", "160;", "xa0;")  # how a no-break space ends that is written as a reference


def hints_in(html: bytes) -> int:
    """Return what a page may hold, as a mask.

    Args:
        html: The page in UTF-8.
    """
    data = np.frombuffer(html, np.uint8)
    words = np.frombuffer(html, "<u4", len(html) // 4)
    found = kinds_in_page(data, words, _IN_TAGS | _IN_TEXT, _IN_TAGS, *_table(_ENOUGH))
    if not found & TEXT:
        is_named = holds_creative_commons(data) and names_creative_commons(data)
        found |= TEXT if is_named or _may_say(html, found & (_UNDER | _USES)) else 0
    return found & (_IN_TAGS | TEXT)


def _may_say(html: bytes, kinds: int) -> bool:
    """Tell whether a word that says something only behind others stands behind one of them."""
    if not kinds:
        return False
    place = -1
    for _ in range(_MOST_DOUBTS):
        place, kind = _next(html, place + 1, kinds)
        if place < 0:
            return False
        end = place + _UNDER_BEGINS if kind == _UNDER else place
        behind = html[max(0, place - _LONGEST_BETWEEN) : end].lower()
        if any(word in behind for word in _BEFORE[kind]):
            return True
    return True


def telling_lines(text: str) -> Iterator[str]:
    """Yield the lines of a visible text that may hold a statement, in their order.

    Args:
        text: Its white space is collapsed.
    """
    encoded = text.encode("utf-8", "surrogatepass")
    marks = _Marks(encoded)
    place = marks.next(0)
    while place >= 0:
        end = encoded.find(b"\n", place)
        end = len(encoded) if end < 0 else end
        begin = encoded.rfind(b"\n", 0, place) + 1
        yield from encoded[begin:end].decode("utf-8", "surrogatepass").splitlines()
        place = marks.next(end + 1)


class _Marks:
    """Where in a text needles and names of Creative Commons licences begin."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._needle = -1
        self._name = -1 if holds_creative_commons(np.frombuffer(text, np.uint8)) else len(text)

    def next(self, begin: int) -> int:
        """Return the first place from another one on, which is no smaller than that of the call before; else -1."""
        if self._needle < begin:
            place, _ = _next(self._text, begin, _IN_TEXT)
            self._needle = place if place >= 0 else len(self._text)
        if self._name < begin:
            place = self._text.find(b"CC", begin)
            self._name = place if place >= 0 else len(self._text)
        place = min(self._needle, self._name)
        return place if place < len(self._text) else -1


def needles_by_hint() -> Mapping[int, frozenset[bytes]]:
    """Return the words of each kind, in the forms in which a page may write them."""
    links: dict[int, set[bytes]] = {}
    for word, hint in (*LINK_WORDS.items(), *_OTHER_WORDS.items()):
        links.setdefault(hint, set()).add(word.encode())
    uses = {word.encode() for word in _FORBIDDEN_USES}
    uses |= {f"{space}{word}".encode() for space in _SPACES for word in ("copied", "published")}
    return {
        TEXT: frozenset(form for phrase in phrases() for form in _forms_of_phrase(phrase)),
        _UNDER: frozenset(
            [*_behind_space(("ed", "le"), "under"), *(f"{end}under".encode() for end in _SPACE_REFERENCES)]
        ),
        _USES: frozenset(uses),
        **{hint: frozenset(words) for hint, words in links.items()},
    }


def _forms_of_phrase(phrase: str) -> Iterator[bytes]:
    """Yield a word of a phrase, as a page may write it: one of plain letters if it can be, for these have one form."""
    words = sorted(phrase.split(), key=lambda word: len(word.encode()), reverse=True)
    plain = next((word for word in words if word.isascii() and len(word) >= SHORTEST_NEEDLE), None)
    if plain is not None:
        yield plain.encode()
    elif len(words[0].encode()) >= SHORTEST_NEEDLE:
        yield from _forms_of_word(words[0])
    else:  # of short words, two that stand side by side
        first, second, *_ = phrase.split()
        for space in _SPACES:
            yield from _forms_of_word(first + space + second)


def _forms_of_word(word: str) -> Iterator[bytes]:
    """Yield the beginning of a word in upper and lower case, its letters as they are or as character references."""
    cases = [_cases(letter) for letter in word]
    sizes = accumulate(min(len(case.encode()) for case in letter) for letter in cases)
    enough = next((place for place, size in enumerate(sizes, 1) if size >= SHORTEST_NEEDLE), len(word))
    for letters in product(*cases[:enough]):
        written = "".join(letters)
        yield written.encode()
        if not written.isascii():
            yield "".join(letter if letter.isascii() else _named(letter) for letter in letters).encode()
            yield "".join(letter if letter.isascii() else f"&#{ord(letter)};" for letter in letters).encode()
            yield "".join(letter if letter.isascii() else f"&#x{ord(letter):x};" for letter in letters).encode()


def _cases(letter: str) -> Sequence[str]:
    """Return the cases of a letter; those of ASCII are compared as one."""
    if letter.isascii():
        return (letter,)
    return tuple(dict.fromkeys(case for case in (letter, letter.lower(), letter.upper()) if len(case) == 1))


def _named(letter: str) -> str:
    name = codepoint2name.get(ord(letter))
    return letter if name is None else f"&{name};"


def _behind_space(endings: Sequence[str], word: str) -> Iterator[bytes]:
    """Yield a word behind one of some endings, or behind what may part it from them: a tag, more than one space."""
    for space in _SPACES:
        yield from ((ending + space + word).encode() for ending in endings)
        yield from ((before + space + word).encode() for before in _SPACES)
    yield from (f">{word}{space}".encode() for space in (*_SPACES, "<", "&"))


def _next(data: bytes, begin: int, wanted: int) -> tuple[int, int]:
    """Return where the next needle of some kinds begins, and its kinds; -1 where there is none."""
    words = np.frombuffer(data, "<u4", len(data) // 4)
    return next_needle(np.frombuffer(data, np.uint8), words, begin, wanted, *_table(_EVERY))


class _Table(NamedTuple):
    needles: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    needle_at: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.int64]
    begun: npt.NDArray[np.uint32]
    last: npt.NDArray[np.int32]
    before: npt.NDArray[np.int32]
    marks: npt.NDArray[np.uint8]


@functools.cache
def _table(words_of_each: int) -> _Table:
    kinds: dict[bytes, int] = {}
    for hint, words in needles_by_hint().items():
        for folded in (bytes(byte | CASE_BIT for byte in word) for word in words):
            kinds[folded] = kinds.get(folded, 0) | hint
    listed = sorted(kinds)
    sizes = [len(needle) for needle in listed]
    needles = np.frombuffer(b"".join(listed), np.uint8)
    offsets = np.array([0, *accumulate(sizes)], np.int64)
    needle_at = np.repeat(np.arange(len(listed), dtype=np.int32), sizes)
    kinds_of_needles = np.array([kinds[needle] for needle in listed], np.int64)
    return _Table(needles, offsets, needle_at, kinds_of_needles, *build_table(needles, offsets, words_of_each))
