"""Where words begin and end, in any script."""

import numpy as np
import numpy.typing as npt

from signals.character_breaks import (
    CLASS,
    CONNECTOR,
    DOUBLE_QUOTE,
    EXTENDING,
    HEBREW_LETTER,
    KATAKANA,
    LETTER,
    MAKES_WORD,
    MID_BOTH,
    MID_LETTER,
    MID_NUMBER,
    NUMERIC,
    OTHER,
    SINGLE_QUOTE,
    UNSPACED_LETTER,
)
from signals.characters import CONTINUATION, GAP, MIDDLE, UNSPACED, WORD
from signals.kernels import Index, borrowing, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode

_PARTED, _JOINED, _IRREGULAR = 0, 1, 2  # what punctuation does to the words at its sides


@kernel
def find_words(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    runs_until: npt.NDArray[np.int64],
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    cuts: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
) -> npt.NDArray[np.int64]:
    """Write where each word begins and ends, by Unicode's rules for word boundaries.

    A run of word characters mostly is a word, or several that one punctuation mark joins. Between two white spaces
    where that does not hold, the rules are followed character by character.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        pages: `CharacterTables.pages`.
        word_break: `CharacterTables.word_break`.
        cuts: Not 0 where a word begins within a sequence of letters of scripts written without spaces.
        starts: Receives the first byte of each word. One for each byte suffices, here and below.
        ends: Receives the first byte behind each word.
        seen: Receives the flags of each word's characters, combined.

    Returns:
        The number of words up to the end of each document, a zero first.
    """
    documents = len(runs_until) - 1
    words_until = np.zeros(documents + 1, np.int64)
    word = np.uint64(0)
    one = np.uint64(1)
    for document in range(documents):
        first, behind = runs_until[document], runs_until[document + 1]
        begins, all_seen = run_starts[first : behind + 1], run_seen[first:behind]
        runs = len(all_seen)
        inside = joined = False  # whether the run before is a word, and whether what stands between joins it
        token, token_word = 0, word  # the run behind the last white space, and the word that it would begin
        run = 0
        while run < runs:
            flags = all_seen[run]
            irregular = (flags & UNSPACED) != 0
            if not flags & (UNSPACED | MIDDLE):
                if joined:
                    ends[word - one] = begins[run + 1]
                    seen[word - one] |= flags | all_seen[run - 1]
                    joined = False
                elif flags & WORD:
                    start = _behind_marks(data, begins[run], begins[run + 1], pages, word_break)
                    inside = _makes_word(data, start, begins[run + 1], pages, word_break)
                    if start > begins[run]:  # the marks are of no word
                        flags = _combine(classes[start : begins[run + 1]])
                    starts[word], ends[word], seen[word] = start, begins[run + 1], flags
                    word += np.uint64(inside)
                else:
                    inside = False
                    if flags & GAP:
                        token, token_word = run + 1, word
            elif not irregular:
                found = _PARTED
                if inside or flags & CONTINUATION:
                    found = _join(data, classes, begins, all_seen, run, inside, pages, word_break)
                irregular = found == _IRREGULAR
                inside = joined = found == _JOINED
            run += 1
            if irregular:
                while run < runs and not all_seen[run] & GAP:
                    run += 1
                word = _find_in_token(
                    data, begins[token], begins[run], pages, word_break, cuts, starts, ends, token_word
                )
                for k in range(token_word, word):
                    seen[k] = _combine(classes[starts[k] : ends[k]])
                inside = joined = False
        words_until[document + 1] = word
    return words_until


@borrowing
def _class_of(
    data: npt.NDArray[np.uint8], position: Index, pages: npt.NDArray[np.uint16], word_break: npt.NDArray[np.uint8]
) -> tuple[np.uint8, int]:
    """Return class and flags of the character at a byte, and its length in bytes."""
    if data[position] < 0x80:
        return word_break[data[position]], 1
    code, length = decode(data, position)
    return word_break[place_in_table(pages, code)], length


@borrowing
def _behind_marks(
    data: npt.NDArray[np.uint8],
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
) -> np.int64:
    """Return where the first character stands that is no mark: marks belong to what stands before them."""
    position = np.int64(start)
    while position < end and data[position] >= 0x80:
        found, length = _class_of(data, position, pages, word_break)
        if found & CLASS != EXTENDING:
            break
        position += length
    return position


@borrowing
def _makes_word(
    data: npt.NDArray[np.uint8],
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
) -> bool:
    """Tell whether there is a letter or number: connectors and marks alone make no word."""
    position = np.int64(start)
    while position < end:
        found, length = _class_of(data, position, pages, word_break)
        if found & MAKES_WORD:
            return True
        position += length
    return False


@borrowing
def _join(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    begins: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
    run: int,
    inside: bool,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
) -> int:
    """Tell what a run of punctuation does to the words at its sides."""
    position, end = np.int64(begins[run]), np.int64(begins[run + 1])
    middle, length = _class_of(data, position, pages, word_break)
    if seen[run] & CONTINUATION:
        while position < end:
            found, width = _class_of(data, position, pages, word_break)
            if found & CLASS == EXTENDING or LETTER <= found & CLASS <= CONNECTOR:
                return _IRREGULAR
            position += width
    if not inside:
        return _PARTED
    before = np.int64(begins[run]) - 1
    left = word_break[data[before] & 0x7F]
    if data[before] >= 0x80:
        while True:
            while classes[before] & CONTINUATION:
                before -= 1
            left, _ = _class_of(data, before, pages, word_break)
            if left & CLASS != EXTENDING:
                break
            before -= 1
    if left & CLASS == HEBREW_LETTER and middle & CLASS == SINGLE_QUOTE:
        return _IRREGULAR
    if run + 1 == len(seen) or seen[run + 1] & (WORD | UNSPACED) != WORD or begins[run] + length != end:
        return _PARTED
    behind = _behind_marks(data, end, begins[run + 2], pages, word_break)
    if behind == begins[run + 2]:
        return _PARTED
    right, _ = _class_of(data, behind, pages, word_break)
    return _JOINED if _joins(left & CLASS, middle & CLASS, right & CLASS) else _PARTED


@borrowing
def _joins(left: np.uint8, middle: np.uint8, right: np.uint8) -> bool:
    """Tell whether a character joins those at its sides (rules WB6, WB7, WB7b, WB7c, WB11 and WB12)."""
    if left == NUMERIC:
        return right == NUMERIC and middle in (MID_NUMBER, MID_BOTH, SINGLE_QUOTE)
    if left not in (LETTER, HEBREW_LETTER) or right not in (LETTER, HEBREW_LETTER):
        return False
    if middle == DOUBLE_QUOTE:
        return bool(left == HEBREW_LETTER and right == HEBREW_LETTER)
    return middle in (MID_LETTER, MID_BOTH, SINGLE_QUOTE)


@borrowing
def _adjoin(left: np.uint8, right: np.uint8) -> bool:
    """Tell whether a word goes on from one character to the next (rules WB5, WB8, WB9, WB10, WB13a and WB13b)."""
    if left == CONNECTOR:
        return right in (LETTER, HEBREW_LETTER, NUMERIC, KATAKANA, CONNECTOR)
    if right == CONNECTOR:
        return left in (LETTER, HEBREW_LETTER, NUMERIC, KATAKANA)
    return left in (LETTER, HEBREW_LETTER, NUMERIC) and right in (LETTER, HEBREW_LETTER, NUMERIC)


@borrowing
def _find_in_token(
    data: npt.NDArray[np.uint8],
    begin: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    cuts: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    word: np.uint64,
) -> np.uint64:
    """Write the words between two white spaces, character by character; return the number of the next word."""
    position = start = word_end = np.int64(begin)
    last, middle = np.uint8(OTHER), np.uint8(OTHER)  # the word's last character, and what may join the next to it
    makes_word = np.uint8(0)
    while position < end:
        found, length = _class_of(data, position, pages, word_break)
        kind, behind = found & CLASS, min(position + length, np.int64(end))
        if kind == EXTENDING:
            if word_end == position:  # else it belongs to what may join
                word_end = behind
            position = behind
            continue
        if middle != OTHER:
            goes_on = _joins(last, middle, kind)
        elif last in (UNSPACED_LETTER, KATAKANA) and kind in (UNSPACED_LETTER, KATAKANA):
            goes_on = cuts[position] == 0
        else:
            goes_on = _adjoin(last, kind)
        if goes_on:
            word_end, last, middle = behind, kind, np.uint8(OTHER)
            makes_word |= found & MAKES_WORD
        elif middle == OTHER and last in (LETTER, HEBREW_LETTER, NUMERIC) and MID_LETTER <= kind <= DOUBLE_QUOTE:
            middle = kind
            if last == HEBREW_LETTER and kind == SINGLE_QUOTE:  # the word has it even where it joins nothing (WB7a)
                word_end = behind
        else:
            starts[word], ends[word] = start, word_end
            word += np.uint64(makes_word != 0)
            start, word_end, last, middle = position, behind, kind, np.uint8(OTHER)
            makes_word = found & MAKES_WORD
        position = behind
    starts[word], ends[word] = start, word_end
    return word + np.uint64(makes_word != 0)


@borrowing
def _combine(found: npt.NDArray[np.uint16]) -> np.uint16:
    """Return the flags that any of some characters has."""
    flags = np.uint16(0)
    for k in range(len(found)):
        flags |= found[k]
    return flags


@kernel
def copy_words(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32], ends: npt.NDArray[np.int32], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return where each word begins among the bytes of all, the end of the last behind, and these bytes."""
    offsets = np.zeros(count + 1, np.int64)
    for word in range(count):
        offsets[word + 1] = offsets[word] + (ends[word] - starts[word])
    copied = np.empty(offsets[count], np.uint8)
    for word in range(count):
        copied[offsets[word] : offsets[word + 1]] = data[starts[word] : ends[word]]
    return offsets, copied
