"""What a page may hold, told from its bytes: most pages hold nothing, and are not looked through for it.

A hint says yes too often, never no where there is something to collect; but the word by which a phrase is found
(`reserved`) is not seen where markup cuts it, nor any of which plain letters are written as character references.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from html.entities import codepoint2name
from itertools import accumulate, chain, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.licensing.collectors.page_company import (
    beside_name,
    beside_phrase,
    beside_under,
    beside_use,
    plain_word,
)
from pipelines.licensing.kernels.needles import (
    CASE_BIT,
    SHORTEST_NEEDLE,
    build_table,
    kinds_in_page,
    next_needle,
)
from pipelines.licensing.reservations import phrases

# Words that a page may hold, bits of a mask.
LICENSE, COMMONS, COPYLEFT, TERMS, RSL, JSON_LD, RIGHTS, WISHES = (1 << bit for bit in range(8))
TEXT = 1 << 8  # words by which a rights-holder keeps all rights, or a name of a Creative Commons licence
_UNDER, _USES, _DENIED = (1 << bit for bit in range(9, 12))  # words that say something only behind certain others
_NAMES = 1 << 12  # `CC`, which names a licence only before certain others
IN_TAGS = LICENSE | COMMONS | COPYLEFT | TERMS | RSL | JSON_LD | RIGHTS | WISHES
_IN_TEXT = TEXT | _UNDER | _USES | _DENIED | _NAMES

# One of these stands in every address of a licence that is known and in every relation to one.
LINK_WORDS = {
    "license": LICENSE,
    "licence": LICENSE,
    "creativecommons.org": COMMONS,
    "gnu.org/copyleft": COPYLEFT,
}
_OTHER_WORDS = {
    # Relations, as they end in an attribute.
    **{f"terms-of-{terms}{end}": TERMS for terms in ("service", "use") for end in "\"'> \t\n\f\r&"},
    "rsl+xml": RSL,
    "ld+json": JSON_LD,
    "tdm-reservation": WISHES,
    "tdm-policy": WISHES,
    "google-extended": WISHES,
    # How a name of metadata begins, or goes on after that of its vocabulary.
    **{f"{before}{name}": RIGHTS for before in (*"\"'= \n\t.:",) for name in ("rights", "copyright")},
}
_FORBIDDEN_USES = ("reproduced", "transmitted", "distribute")
_MOST_PLACES = 32  # of a page, each of which is looked at for itself
_ENOUGH, _EVERY = 4, 2**30  # words of a needle by which it is found, be it in any order or in that of the text
# What may stand for white space: the end of a tag, of a reference such as `&nbsp;`, of that character in UTF-8.
_SPACES = (" ", "\n", "\r", "\t", ">", ";", "\N{NO-BREAK SPACE}")
_SPACE_REFERENCES = ("bsp;", "160;", "xa0;")  # how a no-break space ends that is written as a reference
_BEGINNINGS = tuple(space.encode() for space in (*_SPACES, *_SPACE_REFERENCES))


class Hints(NamedTuple):
    """What a page may hold.

    Attributes:
        kinds: A mask.
        places: Where in its bytes words of a statement begin that stand in its text, in their order; None for too many.
    """

    kinds: int
    places: tuple[int, ...] | None


def hints_in(html: bytes) -> Hints:
    """Return what a page may hold.

    Args:
        html: The page in UTF-8.
    """
    data = np.frombuffer(html, np.uint8)
    words = np.frombuffer(html, "<u4", len(html) // 4)
    places, kinds = np.empty(_MOST_PLACES, np.int64), np.empty(_MOST_PLACES, np.int64)
    found, count = kinds_in_page(data, words, IN_TAGS, _IN_TEXT, _NAMES, places, kinds, *_table(_ENOUGH))
    if count > _MOST_PLACES:
        return Hints(found & IN_TAGS | TEXT, None)
    told = sorted(zip(places[:count].tolist(), kinds[:count].tolist(), strict=True)) if count else ()
    telling = tuple(_begins_word(html, place) for place, kind in told if _may_say(html, place, kind))
    return Hints(found & IN_TAGS | (TEXT if telling else 0), telling)


def _may_say(html: bytes, place: int, kind: int) -> bool:
    """Tell whether a word that says something only beside others stands beside them."""
    return (
        (kind & (TEXT | _DENIED) != 0 and beside_phrase(html, place))
        or (kind & _USES != 0 and beside_use(html, place))
        or (kind & _UNDER != 0 and beside_under(html, place))
        or (kind & _NAMES != 0 and beside_name(html, place))
    )


def _begins_word(html: bytes, place: int) -> int:
    """Return where in text the words of a needle begin: behind the end of a tag or reference that it begins with."""
    space = next((space for space in _BEGINNINGS if html.startswith(space, place)), b"")
    return place + len(space)


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
        self._name = -1

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
        TEXT: frozenset(chain.from_iterable(_forms_of_phrase(phrase) for phrase in phrases() if not _denies(phrase))),
        _DENIED: frozenset(chain.from_iterable(_forms_of_phrase(phrase) for phrase in phrases() if _denies(phrase))),
        _UNDER: frozenset(
            [*_behind_space(("ed", "le"), "under"), *(f"{end}under".encode() for end in _SPACE_REFERENCES)]
        ),
        _USES: frozenset(uses),
        **{hint: frozenset(words) for hint, words in links.items()},
    }


def _denies(phrase: str) -> bool:
    return "not" in phrase.split()


def _forms_of_phrase(phrase: str) -> Iterator[bytes]:
    """Yield a word of a phrase, as a page may write it: one of plain letters if it can be, for these have one form."""
    plain, longest = plain_word(phrase), max(phrase.split(), key=lambda word: len(word.encode()))
    if plain is not None:
        yield plain.encode()
    elif len(longest.encode()) >= SHORTEST_NEEDLE:
        yield from _forms_of_word(longest)
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
    kinds: npt.NDArray[np.int64]
    begun: npt.NDArray[np.uint32]
    last: npt.NDArray[np.int32]
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
    kinds_of_needles = np.array([kinds[needle] for needle in listed], np.int64)
    return _Table(needles, offsets, kinds_of_needles, *build_table(needles, offsets, words_of_each))
