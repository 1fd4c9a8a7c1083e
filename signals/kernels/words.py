"""Words as a reader counts them, in any script."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, JOINER, NUMERIC, UNSPACED, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode

_WITHIN_NUMBERS = (ord(","), ord(";"))  # these joiners do not stand within words
_WITHIN_WORDS = (0x00B7, 0x2027, 0x05F4)  # and these not within numbers


@kernel
def count_words(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    runs_until: npt.NDArray[np.int64],
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    script: npt.NDArray[np.uint8],
    unspaced_scripts: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count words of scripts with spaces, and characters of each script without.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        pages: `CharacterTables.pages`.
        script: `CharacterTables.script`.
        unspaced_scripts: The group of each script of `SCRIPTS`.

    Returns:
        int64[documents] words; int64[documents, groups] letters, marks and digits of unspaced scripts.
    """
    documents = len(runs_until) - 1
    words = np.zeros(documents, np.int64)
    characters = np.zeros((documents, unspaced_scripts.max() + 1), np.int64)
    for document in range(documents):
        first, behind = runs_until[document], runs_until[document + 1]
        starts, all_seen = run_starts[first : behind + 1], run_seen[first:behind]
        end = np.int64(run_starts[behind])
        inside = False
        count = 0
        for run in range(len(all_seen)):
            seen = all_seen[run]
            if not seen & (JOINER | UNSPACED):
                word = (seen & WORD) != 0
                count += word & (not inside)
                inside = word
                continue
            for position in range(starts[run], starts[run + 1]):
                found = classes[position]
                if found & CONTINUATION:
                    continue
                if found & JOINER:
                    inside = inside and _joins(data, classes, position, end)
                elif found & UNSPACED:
                    inside = False
                    if found & WORD:
                        code, _ = decode(data, position)
                        characters[document, unspaced_scripts[script[place_in_table(pages, code)]]] += 1
                else:
                    word = (found & WORD) != 0
                    count += word & (not inside)
                    inside = word
        words[document] = count
    return words, characters


@inlined
def _joins(data: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint16], position: Index, end: Index) -> bool:
    """Tell whether a joiner behind a word character joins it to the next: both of words, or both of numbers."""
    joiner: Index = np.int64(data[position])
    length = 1
    if joiner >= 0x80:
        joiner, length = decode(data, position)
    if position + length >= end:
        return False
    behind = classes[position + length]
    if behind & (WORD | JOINER | UNSPACED) != WORD:
        return False
    if joiner == ord("_"):
        return True
    before = position - 1
    while classes[before] & CONTINUATION:
        before -= 1
    if (classes[before] & NUMERIC) != (behind & NUMERIC):
        return False
    if behind & NUMERIC:
        return joiner not in _WITHIN_WORDS
    return joiner not in _WITHIN_NUMBERS
