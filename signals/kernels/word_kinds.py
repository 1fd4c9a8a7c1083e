"""What words are made of: how long they are, and whether of letters, of capitals."""

import numpy as np
import numpy.typing as npt

from signals.character_breaks import IS_LETTER
from signals.character_compositions import CODE_BITS, SCATTER, SLOT_SHIFT, TO_MORE, TO_TWO
from signals.characters import ASCII_LETTER, COMPOSES, CONTINUATION, LOWER, REPLACED, UPPER
from signals.kernels import Index, borrowing, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import count_tails, decode

_UNKNOWN = -1
_FIRST_JAMO, _LAST_JAMO = 0x1161, 0x11C2  # vowels and final consonants, which compose with what stands before
_BLOCK = 128  # bytes whose counts fit a byte

CHARACTERS, ALPHABETIC, CASED, CAPITALS = range(4)


@kernel
def measure_words(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    words_until: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    compositions: npt.NDArray[np.uint64],
    composing: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], int]:
    """Measure the words of each document.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        words_until: This and the next three: what `find_words` returned and wrote.
        starts: See `words_until`.
        ends: See `words_until`.
        seen: See `words_until`.
        pages: `CharacterTables.pages`.
        word_break: `CharacterTables.word_break`.
        compositions: `CharacterTables.compositions`.
        composing: Receives the words of which NFC may make more or fewer code points; one for each word suffices.

    Returns:
        int64[documents, 4]: the code points of its words; words with a letter; words with a cased letter; words with
        at least two capital letters and no other cased ones. And the number of words in `composing`.
    """
    documents = len(words_until) - 1
    measures = np.zeros((documents, 4), np.int64)
    composing_words = 0
    for document in range(documents):
        characters, alphabetic, cased, capitals = np.int64(0), 0, 0, 0
        first, behind = words_until[document], words_until[document + 1]
        begins, stops, all_seen = starts[first:behind], ends[first:behind], seen[first:behind]
        for word in range(len(begins)):
            found, start, end = all_seen[word], np.int64(begins[word]), np.int64(stops[word])
            characters += end - start
            if found & CONTINUATION:
                characters -= count_tails(data, start, end)
                if found & COMPOSES:
                    change = _change_by_composing(data, classes, start, end, compositions)
                    characters += max(change, 0)
                    composing[composing_words] = first + word
                    composing_words += change == _UNKNOWN
            if found & ASCII_LETTER:
                alphabetic += 1
            else:
                alphabetic += has_letter(data, start, end, pages, word_break)
            cased += (found & (UPPER | LOWER)) != 0
            if found & (UPPER | LOWER) == UPPER:
                capitals += _count_capitals(classes, start, end) > 1
        measures[document, CHARACTERS] = characters
        measures[document, ALPHABETIC] = alphabetic
        measures[document, CASED] = cased
        measures[document, CAPITALS] = capitals
    return measures, composing_words


@borrowing
def _count_capitals(classes: npt.NDArray[np.uint16], start: Index, end: Index) -> int:
    count = 0
    for position in range(start, end):
        count += (classes[position] & UPPER) != 0
    return count


@borrowing
def _change_by_composing(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    start: Index,
    end: Index,
    compositions: npt.NDArray[np.uint64],
) -> int:
    """Return how many code points more NFC makes of a word, _UNKNOWN where it may compose some."""
    position, before, change = np.int64(start), TO_MORE, 0
    marked = False  # whether the character before has a part that canonical ordering may put behind this one
    while position < end:
        here, length = np.uint64(data[position]), 1
        if here >= 0x80:
            code, length = decode(data, position)
            here = np.uint64(code)
        found = classes[position]
        if found & COMPOSES:
            if _FIRST_JAMO <= here <= _LAST_JAMO or (marked and found & REPLACED):
                return _UNKNOWN
            if _holds(compositions, before << CODE_BITS | here) or _holds(compositions, TO_MORE << CODE_BITS | here):
                return _UNKNOWN
            change += _holds(compositions, TO_TWO << CODE_BITS | here)
        marked = (found & REPLACED) != 0
        before = here
        position += length
    return change


@borrowing
def _holds(table: npt.NDArray[np.uint64], pair: np.uint64) -> bool:
    """Tell whether a hash table of `signals.character_compositions` has a pair."""
    slot = (pair * SCATTER) >> SLOT_SHIFT
    while table[slot] != 0:
        if table[slot] == pair:
            return True
        slot = (slot + np.uint64(1)) & np.uint64(len(table) - 1)
    return False


@borrowing
def has_letter(
    data: npt.NDArray[np.uint8],
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
) -> bool:
    """Tell whether a word without ASCII letters has a letter."""
    position = np.int64(start)
    while position < end:
        if data[position] < 0x80:
            position += 1
            continue
        code, length = decode(data, position)
        if word_break[place_in_table(pages, code)] & IS_LETTER:
            return True
        position += length
    return False


@kernel
def count_byte(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], wanted: np.uint8) -> npt.NDArray[np.int64]:
    """Count the bytes of each document that equal a given one."""
    documents = len(offsets) - 1
    counts = np.zeros(documents, np.int64)
    for document in range(documents):
        for block in range(offsets[document], offsets[document + 1], _BLOCK):
            part = data[block : min(block + _BLOCK, offsets[document + 1])]
            count = np.uint8(0)  # no wider than what is read: LLVM then takes 32 bytes at once
            for k in range(len(part)):
                count = np.uint8(count + (part[k] == wanted))
            counts[document] += count
    return counts
