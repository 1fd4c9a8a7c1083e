"""Folding: text and entries of word lists made alike before they are compared.

Upper and lower case, composed and decomposed letters, full-width, half-width and mathematical letters, invisible
characters, kinds of white space, apostrophes and hyphens differ in how a word is written, not in which word it is.
Accents stay: they tell words apart.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import regex

from signals.characters import PAGE_BITS, PAGE_COUNT, REPLACED, share_pages
from signals.kernels.folding import IN_WORD, MARK, WHITE_SPACE

GROWTH = 3  # bytes that folding makes of one at most

_SAME_MARKS = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc", "'") | dict.fromkeys("\u2010\u2013\u2014\u2212", "-"))
# Word characters but those of scripts without spaces between words, and "_", which joins words.
IN_WORD_PATTERN = (
    r"[\w--[_\u30fc\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}"
    r"\p{scx=Mymr}\p{scx=Lana}\p{scx=Talu}\p{scx=Tale}\p{scx=Yiii}]]"
)

_INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_SPARE_BYTES = 48


@dataclass(frozen=True)
class FoldingTables:
    """What folding makes of each character; `flags[(pages[c >> 7] << 7) + (c & 127)]` is what is known of c.

    Attributes:
        pages: uint16[16384], the page of each 128 code points.
        flags: uint16[pages used * 128], REPLACED, WHITE_SPACE, IN_WORD and MARK.
        replacement: uint16[pages used * 128], where REPLACED is set, the row in the four arrays that follow.
        replacement_start: int32[replacements + 1], where each replacement's bytes begin in `replacement_bytes`.
        replacement_bytes: uint8[...], UTF-8 of the folded character; spare bytes behind all.
        first_combining: uint8[replacements], canonical combining class of its first code point.
        last_combining: uint8[replacements], and of its last one.
    """

    pages: npt.NDArray[np.uint16]
    flags: npt.NDArray[np.uint16]
    replacement: npt.NDArray[np.uint16]
    replacement_start: npt.NDArray[np.int32]
    replacement_bytes: npt.NDArray[np.uint8]
    first_combining: npt.NDArray[np.uint8]
    last_combining: npt.NDArray[np.uint8]


def fold(text: str) -> str:
    r"""Return a text as it is compared.

    Each character is mapped as Unicode's NFKC_Casefold maps it (Unicode Standard, section 3.13.5), but left
    decomposed; white space becomes one space, and typographic apostrophes and hyphens become ASCII's.

    Examples:
        >>> fold("Of\u00adten\n Écrit") == "often e\u0301crit"
        True
    """
    folded = re.sub(" +", " ", "".join(map(folded_character, text)))
    return unicodedata.normalize("NFD", folded)  # which puts the marks of neighbours in order


def folded_character(character: str) -> str:
    """Return what folding makes of a character, its neighbours apart."""
    if character.isspace():
        return " "
    folded = unicodedata.normalize("NFD", character)
    for _ in range(2):  # compatibility forms may hold capitals, and capitals compatibility forms
        folded = unicodedata.normalize("NFKD", folded.casefold())
    folded = _INVISIBLE.sub("", folded).translate(_SAME_MARKS)
    if len(folded.encode()) > GROWTH * len(character.encode()):  # Arabic ligatures of whole phrases
        return unicodedata.normalize("NFD", character)
    return folded


@lru_cache(maxsize=1)
def folding_tables() -> FoldingTables:
    """Return the tables, made from Python's `str`, `unicodedata` and `regex` (about half a second)."""
    flags = np.zeros(PAGE_COUNT << PAGE_BITS, np.uint16)
    replacement = np.zeros(PAGE_COUNT << PAGE_BITS, np.uint16)
    characters = _assigned()
    for flag, pattern in ((IN_WORD, IN_WORD_PATTERN), (MARK, r"\p{M}")):
        found = "".join(regex.findall(f"{pattern}+", characters, flags=regex.V1))
        flags[list(map(ord, found))] |= flag
    replacements: dict[str, int] = {}
    for character in characters:
        folded, combining = folded_character(character), unicodedata.combining(character)
        if not character.isascii() and (folded != character or combining):
            flags[ord(character)] |= WHITE_SPACE if character.isspace() else REPLACED
            replacement[ord(character)] = replacements.setdefault(folded, len(replacements))
    pages, (flags, replacement) = share_pages(flags, replacement)
    encoded = [text.encode() for text in replacements]
    classes = [[unicodedata.combining(character) for character in text] or [0] for text in replacements]
    return FoldingTables(
        pages=pages,
        flags=flags,
        replacement=replacement,
        replacement_start=np.cumsum([0, *map(len, encoded)], dtype=np.int32),
        replacement_bytes=np.array(bytearray(b"".join(encoded) + bytes(_SPARE_BYTES)), np.uint8),
        first_combining=np.array([found[0] for found in classes], np.uint8),
        last_combining=np.array([found[-1] for found in classes], np.uint8),
    )


def _assigned() -> str:
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))  # all but surrogates
    return regex.sub(
        r"[[\p{Unassigned}\p{Private_Use}]--\p{Default_Ignorable_Code_Point}]+", "", everything, flags=regex.V1
    )
