"""What a text is made of: the kinds of its characters, and the scripts of its letters."""

import numpy as np
import numpy.typing as npt

from signals.character_kinds import (
    CAPITAL,
    DIGIT,
    EMOJI,
    INVISIBLE,
    JOIN_CONTROL,
    KINDS,
    LETTER,
    MARK,
    PICTOGRAPH,
    PUNCTUATION,
    SELECTOR,
    SYMBOL,
    WHITE_SPACE,
    ZERO_WIDTH_SPACE,
)
from signals.characters import SCRIPTS
from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode

_ONE = np.uint64(1)
_BLOCK = 128  # bytes whose counts fit a byte
_BEYOND_ASCII, _FIRST_OF_CHARACTER = np.uint8(0x80), np.uint8(0xC0)
_CAPITAL_A, _SMALL_A, _ZERO, _TAB, _LESS = (np.uint8(ord(character)) for character in "Aa0\t<")
_LETTERS, _DIGITS, _CONTROLLED_SPACES, _COMPARISONS = np.uint8(26), np.uint8(10), np.uint8(5), np.uint8(3)
_SPACE, _DELETE, _DOLLAR, _PLUS, _CIRCUMFLEX, _GRAVE, _BAR, _TILDE = (
    np.uint8(ord(character)) for character in " \x7f$+^`|~"
)
_LATIN = SCRIPTS.index("Latn")
_EMOJI_STYLE, _ZERO_WIDTH_JOINER, _ZERO_WIDTH_SPACE = 0xFE0F, 0x200D, 0x200B

# Scripts whose words U+200B parts, where anything does.
ZERO_WIDTH_SPACED = ("Khmr", "Laoo", "Thai", "Mymr", "Lana", "Tale", "Talu", "Tavt")
_IS_ZERO_WIDTH_SPACED = np.array([name in ZERO_WIDTH_SPACED for name in SCRIPTS], np.bool_)


@kernel
def count_kinds(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    pages: npt.NDArray[np.uint16],
    kinds: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
    found_scripts: npt.NDArray[np.uint8],
    found_letters: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count the characters of each kind, and the letters and marks of each script.

    A variation selector or join control counts with the character before it: as emoji behind an emoji, as a mark
    behind a letter or mark beyond ASCII; else as invisible. A pictograph before U+FE0F is an emoji. A zero-width space
    is white space behind a letter or mark of a script that uses it, else invisible.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        pages: `CharacterTables.pages`.
        kinds: `CharacterTables.kind`.
        scripts: `CharacterTables.script`.
        found_scripts: Receives the scripts of each document, in the order of `SCRIPTS`, those without a script of
            their own apart. One for each byte suffices, and one for each script of each document.
        found_letters: Receives how many letters and marks each of them has. As many suffice.

    Returns:
        int64[documents, KINDS] characters, none of those kinds that count with the character before them; and the
        number of scripts found up to the end of each document, a zero first.
    """
    documents = len(offsets) - 1
    counts = np.zeros((documents, KINDS), np.int64)
    scripts_until = np.zeros(documents + 1, np.int64)
    letters = np.zeros(len(SCRIPTS), np.int64)
    firsts = np.empty(_BLOCK + 1, np.uint64)
    found = 0
    for document in range(documents):
        kind_counts = counts[document]
        begin = np.uint64(offsets[document])
        many_scripts = False
        for block in range(offsets[document], offsets[document + 1], _BLOCK):
            text = data[block : min(block + _BLOCK, offsets[document + 1])]
            latin, others = _count_ascii(text, kind_counts)
            letters[_LATIN] += latin
            if others == 0:
                continue
            for k in range(_find_firsts(text, firsts)):
                position = np.uint64(block) + firsts[k]
                code = decode(data, position)[0]
                place = place_in_table(pages, code)
                kind = kinds[place]
                if kind in (LETTER, CAPITAL, MARK):
                    letters[scripts[place]] += 1
                    many_scripts = True
                elif kind in (SELECTOR, JOIN_CONTROL, ZERO_WIDTH_SPACE):
                    kind = _kind_in_context(data, pages, kinds, scripts, begin, position, code, kind_counts)
                kind_counts[kind] += 1
        for script in range(1 if many_scripts else _LATIN, len(SCRIPTS) if many_scripts else _LATIN + 1):
            if letters[script]:
                found_scripts[found], found_letters[found] = script, letters[script]
                found += 1
        letters[:] = 0
        scripts_until[document + 1] = found
    return counts, scripts_until


@inlined
def _count_ascii(text: npt.NDArray[np.uint8], counts: npt.NDArray[np.int64]) -> tuple[np.int64, np.int64]:
    """Add the kinds of ASCII's characters in a block; return how many letters there are, and bytes beyond ASCII.

    Without a branch and with sums no wider than bytes, LLVM makes code of it that takes many bytes at once.
    """
    capitals, small, digits, spaces = np.uint8(0), np.uint8(0), np.uint8(0), np.uint8(0)
    symbols, controls, others = np.uint8(0), np.uint8(0), np.uint8(0)
    for k in range(len(text)):
        byte = text[k]
        capitals = np.uint8(capitals + (np.uint8(byte - _CAPITAL_A) < _LETTERS))
        small = np.uint8(small + (np.uint8(byte - _SMALL_A) < _LETTERS))
        digits = np.uint8(digits + (np.uint8(byte - _ZERO) < _DIGITS))
        controlled_space = np.uint8(byte - _TAB) < _CONTROLLED_SPACES
        spaces = np.uint8(spaces + ((byte == _SPACE) | controlled_space))
        controls = np.uint8(controls + (((byte < _SPACE) & (not controlled_space)) | (byte == _DELETE)))
        of_currency_or_sum = (byte == _DOLLAR) | (byte == _PLUS) | (np.uint8(byte - _LESS) < _COMPARISONS)
        modifier_or_line = (byte == _CIRCUMFLEX) | (byte == _GRAVE) | (byte == _BAR) | (byte == _TILDE)
        symbols = np.uint8(symbols + (of_currency_or_sum | modifier_or_line))
        others = np.uint8(others + (byte >= _BEYOND_ASCII))
    letters, beyond = np.int64(capitals) + np.int64(small), np.int64(others)
    counts[CAPITAL] += capitals
    counts[LETTER] += small
    counts[DIGIT] += digits
    counts[WHITE_SPACE] += spaces
    counts[SYMBOL] += symbols
    counts[INVISIBLE] += controls
    told = letters + np.int64(digits) + np.int64(spaces) + np.int64(symbols) + np.int64(controls) + beyond
    counts[PUNCTUATION] += len(text) - told
    return letters, beyond


@inlined
def _find_firsts(text: npt.NDArray[np.uint8], firsts: npt.NDArray[np.uint64]) -> Index:
    """Write where each character beyond ASCII begins; return how many do. No branch: no one can predict where."""
    count = np.uint64(0)
    for k in range(len(text)):
        firsts[count] = k
        count += np.uint64(text[k] >= _FIRST_OF_CHARACTER)
    return np.int64(count)


@inlined
def _kind_in_context(
    data: npt.NDArray[np.uint8],
    pages: npt.NDArray[np.uint16],
    kinds: npt.NDArray[np.uint8],
    scripts: npt.NDArray[np.uint8],
    begin: np.uint64,
    position: np.uint64,
    code: Index,
    counts: npt.NDArray[np.int64],
) -> np.uint8:
    """Return the kind of a character that counts with the one before, and move a pictograph that it makes an emoji."""
    before = position
    while before > begin:
        before -= _ONE
        if data[before] & 0xC0 != 0x80:
            break
    if before == position or data[before] < 0x80:
        return np.uint8(INVISIBLE)
    code_before = decode(data, before)[0]
    place = place_in_table(pages, code_before)
    kind = kinds[place]
    is_letter = kind in (LETTER, CAPITAL, MARK)
    if code == _ZERO_WIDTH_SPACE:
        return np.uint8(WHITE_SPACE if is_letter and _IS_ZERO_WIDTH_SPACED[scripts[place]] else INVISIBLE)
    if kind == PICTOGRAPH and code == _EMOJI_STYLE:
        counts[PICTOGRAPH] -= 1
        counts[EMOJI] += 1
        return np.uint8(EMOJI)
    if kind == PICTOGRAPH and code != _ZERO_WIDTH_JOINER:
        return np.uint8(SYMBOL)
    if kind in (EMOJI, PICTOGRAPH) or (code == _ZERO_WIDTH_JOINER and code_before == _EMOJI_STYLE):
        return np.uint8(EMOJI)
    return np.uint8(MARK if is_letter else INVISIBLE)
