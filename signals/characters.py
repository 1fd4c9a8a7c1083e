"""What the kernels know of each Unicode character, made from Python's own `unicodedata` and from `regex`.

Kernels cannot call ``str.isupper`` or ``unicodedata.normalize``; they look their answers up. Because the answers
are computed here by those very functions, a kernel and its pure-Python reference agree by construction.

Code points are looked up in two steps (`pages`, then `flags`), so that the million unassigned ones share one page.
The tables take a second to make and a millisecond to load; they are kept in the user's cache.
"""

import io
import string
import unicodedata
import zipfile
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import regex

from signals.cache import cache_directory, store_atomically
from signals.character_breaks import MIDDLE_PATTERN, UNSPACED_PATTERN, sentence_ends_of, unspaced_of, word_breaks_of
from signals.character_compositions import compositions
from signals.character_kinds import kinds_of

PAGE_BITS = 7  # a page holds 128 code points
PAGE_COUNT = 0x200000 >> PAGE_BITS  # all that 21 bits can express: bad UTF-8 then decodes to nothing out of bounds

# The flags of a character. `regex` and `re` differ: to `regex` (which RedPajama-V2's word tokenizer uses) combining
# marks belong to words and U+001C to U+001F are no white space; to `re` (which its sentences use) it is the reverse.
SPACE = np.uint16(1 << 0)  # str.isspace
GAP = np.uint16(1 << 1)  # \s of `regex`
WORD = np.uint16(1 << 2)  # \w of `regex`
SENTENCE_WORD = np.uint16(1 << 3)  # \w of `re`
SENTENCE_END = np.uint16(1 << 4)  # . ! ?
ASCII_LETTER = np.uint16(1 << 5)
UPPER = np.uint16(1 << 6)  # str.isupper
LOWER = np.uint16(1 << 7)  # cased but not upper case: what keeps a word from being all capitals
NUMERIC = np.uint16(1 << 8)  # str.isnumeric, of the normalised character
DELETED = np.uint16(1 << 9)  # ASCII punctuation, which normalising deletes
REPLACED = np.uint16(1 << 10)  # lower-casing and NFD give other characters, or it is a combining mark
COMPOSES = np.uint16(1 << 11)  # may become more or fewer code points in NFC
CASE_IGNORABLE = np.uint16(1 << 12)  # does not count when the form of a Greek sigma is told
MIDDLE = np.uint16(1 << 13)  # no word character to `regex`, but it may stand inside a word: don't, l·l, 3.14
UNSPACED = np.uint16(1 << 14)  # of a script written without spaces between words, punctuation too
CONTINUATION = np.uint16(1 << 15)  # not a character's first byte (set by `classify`, never in the table)

# The scripts of Unicode 17 (ISO 15924). A character's number is its script's place here; 0, Zyyy, stands for those
# that many scripts share (digits, punctuation, marks) and for unassigned ones.
_SCRIPTS = """
Zyyy Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Bopo Brah Brai Bugi Buhd Cakm Cans
Cari Cham Cher Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor Glag Gong
Gonm Goth Gran Grek Gujr Gukh Guru Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana
Kawi Khar Khmr Khoj Kits Knda Krai Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand
Mani Marc Medf Mend Merc Mero Mlym Modi Mong Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam
Olck Onao Orkh Orya Osge Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Rohg Runr Samr Sarb
Saur Sgnw Shaw Shrd Sidd Sind Sinh Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Tagb Takr Tale Talu Taml Tang
Tavt Telu Tfng Tglg Thaa Thai Tibt Tirh Tnsa Todr Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii
Zanb
"""
SCRIPTS = tuple(_SCRIPTS.split())

_VERSION = 9  # raise it when the tables' content changes


_COPIED_BYTES = 16  # kernels copy as many of each replacement; the longest, of Hangul, has nine


@dataclass(frozen=True)
class CharacterTables:
    """Look-up tables over all code points; `flags[(pages[c >> 7] << 7) + (c & 127)]` is what is known of c.

    Attributes:
        pages: uint16[16384], the page of each 128 code points.
        flags: uint16[pages used * 128], the flags above.
        script: uint8[pages used * 128], place of the script in SCRIPTS.
        kind: uint8[pages used * 128], one of `signals.character_kinds`.
        word_break: uint8[pages used * 128], class and flags of `signals.character_breaks`.
        unspaced: uint8[pages used * 128], what `signals.character_breaks` tells of scripts without spaces.
        sentence_end: uint8[pages used * 128], how it ends sentences, as `signals.character_breaks` numbers that.
        compositions: uint64[slots], the hash table of `signals.character_compositions`.
        replacement: uint16[pages used * 128], where REPLACED is set, the row in the four arrays that follow.
        replacement_start: int32[replacements + 1], where each replacement's bytes begin in `replacement_bytes`.
        replacement_bytes: uint8[...], UTF-8 of the lower-cased, decomposed (NFD) character; 16 spare bytes behind all.
        replacement_length: uint8[replacements], its length in code points.
        first_combining: uint8[replacements], canonical combining class of its first code point.
        last_combining: uint8[replacements], and of its last one.
    """

    pages: npt.NDArray[np.uint16]
    flags: npt.NDArray[np.uint16]
    script: npt.NDArray[np.uint8]
    kind: npt.NDArray[np.uint8]
    word_break: npt.NDArray[np.uint8]
    unspaced: npt.NDArray[np.uint8]
    sentence_end: npt.NDArray[np.uint8]
    compositions: npt.NDArray[np.uint64]
    replacement: npt.NDArray[np.uint16]
    replacement_start: npt.NDArray[np.int32]
    replacement_bytes: npt.NDArray[np.uint8]
    replacement_length: npt.NDArray[np.uint8]
    first_combining: npt.NDArray[np.uint8]
    last_combining: npt.NDArray[np.uint8]


@lru_cache(maxsize=1)
def character_tables() -> CharacterTables:
    """Return the tables, from the cache or newly made."""
    versions = f"unicode{unicodedata.unidata_version}-regex{regex.__version__}"
    path = cache_directory() / f"characters-{_VERSION}-{versions}.npz"
    try:
        with np.load(io.BytesIO(path.read_bytes())) as stored:
            return CharacterTables(**{field.name: stored[field.name] for field in fields(CharacterTables)})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):  # absent or damaged: make it anew
        tables = make_character_tables()
    content = io.BytesIO()
    np.savez(content, **{field.name: getattr(tables, field.name) for field in fields(CharacterTables)})
    store_atomically(path, content.getvalue())
    return tables


def normalized_character(character: str) -> str:
    """Return a character as it stands in normalised text, its neighbours apart: lower-cased, then NFD."""
    return unicodedata.normalize("NFD", character.lower())


def make_character_tables() -> CharacterTables:
    """Compute the tables from Python's `str` methods, `unicodedata` and `regex` (about a second)."""
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))  # all but surrogates
    assigned = regex.sub(r"[\p{Unassigned}\p{Private_Use}]+", "", everything)
    flags = np.zeros(PAGE_COUNT << PAGE_BITS, np.uint16)
    script = np.zeros(PAGE_COUNT << PAGE_BITS, np.uint16)
    replacement = np.zeros(PAGE_COUNT << PAGE_BITS, np.uint16)
    for flag, pattern in _FLAG_PATTERNS.items():
        flags[_code_points(pattern, assigned)] |= np.uint16(flag)
    for number, name in enumerate(SCRIPTS[1:], start=1):
        script[_code_points(rf"\p{{Script={name}}}+", assigned)] = number
    replacements: dict[str, int] = {}
    for character in assigned:
        code, normalized = ord(character), normalized_character(character)
        flags[code] |= _flags_of(character, normalized)
        if not character.isascii() and (normalized != character or unicodedata.combining(character)):
            flags[code] |= REPLACED
            replacement[code] = replacements.setdefault(normalized, len(replacements))
    kind, word_break, unspaced, sentence_end = (
        tell(everything, PAGE_COUNT << PAGE_BITS) for tell in (kinds_of, word_breaks_of, unspaced_of, sentence_ends_of)
    )
    pages, (flags, script, kind, word_break, unspaced, sentence_end, replacement) = share_pages(
        flags, script, kind, word_break, unspaced, sentence_end, replacement
    )
    encoded = [text.encode() for text in replacements]
    # All arrays are writable, as those read from the cache are: kernels are compiled for one or the other.
    return CharacterTables(
        pages=pages,
        flags=flags,
        script=script.astype(np.uint8),
        kind=kind.astype(np.uint8),
        word_break=word_break.astype(np.uint8),
        unspaced=unspaced.astype(np.uint8),
        sentence_end=sentence_end.astype(np.uint8),
        compositions=compositions(),
        replacement=replacement,
        replacement_start=np.cumsum([0, *map(len, encoded)], dtype=np.int32),
        replacement_bytes=np.array(bytearray(b"".join(encoded) + bytes(_COPIED_BYTES)), np.uint8),
        replacement_length=np.array([len(text) for text in replacements], np.uint8),
        first_combining=np.array([unicodedata.combining(text[0]) for text in replacements], np.uint8),
        last_combining=np.array([unicodedata.combining(text[-1]) for text in replacements], np.uint8),
    )


_FLAG_PATTERNS = {
    int(WORD): r"\w+",
    int(GAP): r"\s+",
    int(UNSPACED): f"{UNSPACED_PATTERN}+",
    int(MIDDLE): f"{MIDDLE_PATTERN}+",
    int(COMPOSES): r"\p{NFC_Quick_Check=Maybe}+",
}


def _code_points(pattern: str, characters: str) -> list[int]:
    return list(map(ord, "".join(regex.findall(pattern, characters, regex.V1))))


def _flags_of(character: str, normalized: str) -> np.uint16:
    """Return what `str` and `re` say of a character."""
    answers = {
        SPACE: character.isspace(),
        SENTENCE_WORD: character.isalnum() or character == "_",  # the definition of \w in CPython's `re`
        SENTENCE_END: character in ".!?",
        ASCII_LETTER: character in string.ascii_letters,
        UPPER: character.isupper(),
        LOWER: character.islower() or (character.istitle() and not character.isupper()),
        NUMERIC: any(map(str.isnumeric, normalized)),
        DELETED: character in string.punctuation,
        COMPOSES: len(unicodedata.normalize("NFC", character)) > 1,
        # str.lower() writes Σ as final ς after a cased letter. It skips ignorable characters, so what is ignorable
        # shows in what it does to a Σ behind it (CPython keeps that property to itself).
        CASE_IGNORABLE: ("a" + character + "Σ").lower().endswith("ς")
        and not ("-" + character + "Σ").lower().endswith("ς"),
    }
    return np.uint16(sum(int(flag) for flag, holds in answers.items() if holds))


def share_pages(
    *tables: npt.NDArray[np.uint16],
) -> tuple[npt.NDArray[np.uint16], tuple[npt.NDArray[np.uint16], ...]]:
    """Return a page number for each 128 code points, and the tables with equal pages stored once, ASCII first."""
    paged = np.stack([table.reshape(PAGE_COUNT, -1) for table in tables], axis=1)
    numbers: dict[bytes, int] = {}
    pages = np.array([numbers.setdefault(page.tobytes(), len(numbers)) for page in paged], np.uint16)
    _, first = np.unique(pages, return_index=True)
    return pages, tuple(paged[first, k].ravel() for k in range(len(tables)))
