"""Text written without spaces between words, cut into pieces about as long as words."""

import numpy as np
import numpy.typing as npt

from signals.character_breaks import (
    CLASS,
    EXTENDING,
    HOLDS_NEXT,
    HOLDS_PREVIOUS,
    KATAKANA,
    SCRIPT,
    SILENCES,
    UNSPACED_LETTER,
)
from signals.characters import CONTINUATION, MIDDLE, UNSPACED
from signals.kernels import Index, borrowing, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode

_FROM_CONTINUATION = np.uint16(int(CONTINUATION // MIDDLE).bit_length() - 1)  # to the place of MIDDLE


@kernel
def cut_pieces(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    runs_until: npt.NDArray[np.int64],
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    unspaced: npt.NDArray[np.uint8],
    lengths: npt.NDArray[np.int64],
    cuts: npt.NDArray[np.uint8],
) -> None:
    """Mark where the pieces of a sequence of letters of scripts without spaces begin.

    A piece ends where the script changes, and where it has as many characters as a word of the script; but neither
    between a consonant and the vowel before or behind it, nor before a consonant that ends the syllable or stands
    below another.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        pages: `CharacterTables.pages`.
        word_break: `CharacterTables.word_break`.
        unspaced: `CharacterTables.unspaced`.
        lengths: Characters of a piece of each of `UNSPACED_SCRIPTS`.
        cuts: Receives 1 at the first byte of each piece, 0 at each other letter of such scripts.
    """
    for document in range(len(runs_until) - 1):
        first, behind = runs_until[document], runs_until[document + 1]
        starts, all_seen = run_starts[first : behind + 1], run_seen[first:behind]
        if not _may_hold_unspaced(all_seen):
            continue
        length, script, held = 0, np.uint8(0), False
        for run in range(len(all_seen)):
            flags = all_seen[run]
            # Letters of these scripts are UNSPACED, symbols and controls that break no words MIDDLE; marks are neither.
            if not flags & UNSPACED and not (flags & CONTINUATION and (flags & MIDDLE or length > 0)):
                length = 0
                continue
            for position in range(starts[run], starts[run + 1]):
                if classes[position] & CONTINUATION:
                    continue
                if data[position] < 0x80:
                    length = 0
                    continue
                code, width = decode(data, position)
                place = place_in_table(pages, code)
                kind, known = word_break[place] & CLASS, unspaced[place]
                if kind == EXTENDING:
                    length += length > 0
                    held = held or (known & HOLDS_NEXT) != 0
                    continue
                if kind not in (UNSPACED_LETTER, KATAKANA):
                    length = 0
                    continue
                changed = known & SCRIPT != script
                held = held or (known & HOLDS_PREVIOUS) != 0
                ends = (changed or length >= lengths[script]) and not held
                if ends and not changed:
                    ends = not _is_silenced(data, position + width, starts[-1], pages, word_break, unspaced)
                cuts[position] = ends or length == 0
                if cuts[position]:
                    length, script = 0, known & SCRIPT
                length += 1
                held = (known & HOLDS_NEXT) != 0


@borrowing
def _may_hold_unspaced(seen: npt.NDArray[np.uint16]) -> bool:
    """Tell whether a letter of a script without spaces may be in one of some runs; without a branch, many at once."""
    found = np.uint16(0)
    for run in range(len(seen)):
        found |= (seen[run] & UNSPACED) | (seen[run] & (seen[run] >> _FROM_CONTINUATION) & MIDDLE)
    return bool(found != 0)


@borrowing
def _is_silenced(
    data: npt.NDArray[np.uint8],
    position: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    unspaced: npt.NDArray[np.uint8],
) -> bool:
    """Tell whether one of the marks from a byte on silences their consonant, so that it ends the syllable before."""
    while position < end and data[position] >= 0x80:
        code, width = decode(data, position)
        place = place_in_table(pages, code)
        if word_break[place] & CLASS != EXTENDING:
            return False
        if unspaced[place] & SILENCES:
            return True
        position += width
    return False


@kernel
def find_unspaced(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    runs_until: npt.NDArray[np.int64],
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> int:
    """Write where each sequence of letters of scripts without spaces begins and ends, the marks on them included.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        pages: `CharacterTables.pages`.
        word_break: `CharacterTables.word_break`.
        starts: Receives the first byte of each sequence. One for every two bytes suffices.
        ends: Receives the first byte behind each.

    Returns:
        The number of sequences.
    """
    count = 0
    for document in range(len(runs_until) - 1):
        first, behind = runs_until[document], runs_until[document + 1]
        inside = False
        for run in range(first, behind if _may_hold_unspaced(run_seen[first:behind]) else first):
            flags = run_seen[run]
            if not flags & UNSPACED and not (flags & CONTINUATION and (flags & MIDDLE or inside)):
                inside = False
                continue
            for position in range(run_starts[run], run_starts[run + 1]):
                if not classes[position] & CONTINUATION:
                    kind = np.uint8(0)
                    if data[position] >= 0x80:
                        code, _ = decode(data, position)
                        kind = word_break[place_in_table(pages, code)] & CLASS
                    letter = kind in (UNSPACED_LETTER, KATAKANA)
                    if letter and not inside:
                        starts[count] = position
                        count += 1
                    inside = letter or (inside and kind == EXTENDING)
                if inside:
                    ends[count - 1] = position + 1
    return count
