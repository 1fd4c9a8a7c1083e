"""What a text is made of: the kinds of its characters, and the scripts of its letters."""

import numpy as np
import numpy.typing as npt

from signals.character_kinds import (
    CAPITAL,
    EMOJI,
    INVISIBLE,
    JOIN_CONTROL,
    KINDS,
    LETTER,
    MARK,
    PICTOGRAPH,
    SELECTOR,
    SYMBOL,
    WHITE_SPACE,
    ZERO_WIDTH_SPACE,
)
from signals.characters import SCRIPTS
from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode, load_eight_bytes

_HIGHEST_BITS = np.uint64(0x8080808080808080)
_ONE, _EIGHT = np.uint64(1), np.uint64(8)
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
    ascii_counts = np.empty((2, 128), np.int64)  # two of them, so that equal neighbours need not wait for each other
    letters = np.zeros(len(SCRIPTS), np.int64)
    found = 0
    for document in range(documents):
        kind_counts = counts[document]
        ascii_counts[:] = 0
        begin = np.uint64(offsets[document])
        position, end = begin, np.uint64(offsets[document + 1])
        many_scripts = False
        while position < end:
            if position + _EIGHT <= end and load_eight_bytes(data, position) & _HIGHEST_BITS == 0:
                for k in range(8):
                    ascii_counts[k & 1, data[position + np.uint64(k)]] += 1
                position += _EIGHT
                continue
            byte = data[position]
            if byte < 0x80:
                ascii_counts[0, byte] += 1
                position += _ONE
                continue
            code, length = decode(data, position)
            place = place_in_table(pages, code)
            kind = kinds[place]
            if kind in (LETTER, CAPITAL, MARK):
                letters[scripts[place]] += 1
                many_scripts = True
            elif kind in (SELECTOR, JOIN_CONTROL, ZERO_WIDTH_SPACE):
                kind = _kind_in_context(data, pages, kinds, scripts, begin, position, code, kind_counts)
            kind_counts[kind] += 1
            position += np.uint64(length)
        for byte in range(128):
            count = ascii_counts[0, byte] + ascii_counts[1, byte]
            kind_counts[kinds[byte]] += count  # the first page is ASCII
            if kinds[byte] in (LETTER, CAPITAL):
                letters[_LATIN] += count
        for script in range(1 if many_scripts else _LATIN, len(SCRIPTS) if many_scripts else _LATIN + 1):
            if letters[script]:
                found_scripts[found], found_letters[found] = script, letters[script]
                found += 1
        letters[:] = 0
        scripts_until[document + 1] = found
    return counts, scripts_until


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
