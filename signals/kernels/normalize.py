"""Normalised text: ASCII punctuation deleted, lower-cased, white space folded, decomposed (NFD), in that order."""

import numpy as np
import numpy.typing as npt

from signals.characters import CASE_IGNORABLE, CONTINUATION, DELETED, GAP, LOWER, REPLACED, SPACE, UPPER
from signals.kernels import Index, borrowing, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import copy_lower_case, copy_sixteen_bytes, decode

_ONE = np.uint64(1)
_LOWER_BYTE = np.arange(256, dtype=np.uint8)
_LOWER_BYTE[ord("A") : ord("Z") + 1] += 32
_SPACE_BYTE = np.uint8(ord(" "))
_NEWLINE = np.uint8(ord("\n"))
_NOT_COPIED = np.uint16(SPACE | REPLACED | DELETED | CONTINUATION)  # a run without any of them is ASCII
_CHANGED = np.uint16(SPACE | REPLACED | DELETED)  # and in one without these, all bytes but capital letters stay
# Final_Sigma: deleted characters do not count, for they are gone when Python lower-cases.
_PASSED_OVER = np.uint16(CASE_IGNORABLE | DELETED | CONTINUATION)
CAPITAL_SIGMA = 0x3A3
SIGMA_FIRST_BYTE = np.uint8(0xCF)  # in UTF-8; a sigma at the end of a word has a form of its own
SIGMA_LAST_BYTE = np.uint8(0x83)
FINAL_SIGMA_LAST_BYTE = np.uint8(0x82)


@kernel
def normalize(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    runs_until: npt.NDArray[np.int64],
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    replacement_start: npt.NDArray[np.int32],
    replacement_bytes: npt.NDArray[np.uint8],
    replacement_length: npt.NDArray[np.uint8],
    first_combining: npt.NDArray[np.uint8],
    last_combining: npt.NDArray[np.uint8],
    normalized: npt.NDArray[np.uint8],
    word_starts: npt.NDArray[np.int64],
    word_lengths: npt.NDArray[np.int32],
    line_ends: npt.NDArray[np.int64],
    line_words: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Write the words of each document, one space behind each, and where its lines end.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        pages: This and the next seven: the fields of `CharacterTables`.
        flags: See `pages`.
        replacement: See `pages`.
        replacement_start: See `pages`.
        replacement_bytes: See `pages`.
        replacement_length: See `pages`.
        first_combining: See `pages`.
        last_combining: See `pages`.
        normalized: Receives the text; three bytes for each of `data`, one a document, and PADDING suffice.
        word_starts: Receives the first byte of each word in `normalized`, and of a word that would follow the last.
        word_lengths: Receives the length of each word, in code points.
        line_ends: Receives the end of each line in `data`, its newline included. Room for one more, here and below.
        line_words: Receives the number of words, of all documents so far, up to the end of each line.

    Returns:
        The number of words and the number of lines up to the end of each document, a zero first.
    """
    documents = len(offsets) - 1
    words_until = np.zeros(documents + 1, np.int64)
    lines_until = np.zeros(documents + 1, np.int64)
    word, line = np.uint64(0), np.uint64(0)
    out, word_start, marks_end = np.uint64(0), np.uint64(0), np.uint64(0)
    length: Index = 0
    last_mark = np.uint8(0)  # the last combining class of the latest replacement, which ended there
    in_order = True
    for document in range(documents):
        start, end = offsets[document], offsets[document + 1]
        starts = run_starts[runs_until[document] : runs_until[document + 1] + 1]
        all_seen = run_seen[runs_until[document] : runs_until[document + 1]]
        for run in range(len(all_seen)):
            first, behind, seen = np.uint64(starts[run]), np.uint64(starts[run + 1]), all_seen[run]
            if seen & GAP:
                if out > word_start:
                    if not in_order:
                        order_marks(normalized, word_start, out, pages, flags, replacement, first_combining)
                        in_order = True
                    word, out = _end_word(normalized, word_starts, word_lengths, word, word_start, out, length)
                    word_start, length = out, 0
                for position in range(first, behind):
                    line_ends[line], line_words[line] = position + _ONE, word
                    line += np.uint64(data[position] == _NEWLINE)
                continue
            if not seen & _NOT_COPIED:
                copy_lower_case(data, first, behind, normalized, out)
                out += behind - first
                length += np.int64(behind - first)
                continue
            if behind - first == _ONE and seen & DELETED:
                continue
            if not seen & _CHANGED:
                for position in range(first, behind):
                    byte = data[position]
                    normalized[out] = _LOWER_BYTE[byte]
                    out += _ONE
                    length += (byte & 0xC0) != 0x80
                continue
            for position in range(first, behind):
                found = classes[position]
                if found & SPACE:  # one of U+001C to U+001F, which `regex` does not count as white space
                    if out > word_start:
                        if not in_order:
                            order_marks(normalized, word_start, out, pages, flags, replacement, first_combining)
                            in_order = True
                        word, out = _end_word(normalized, word_starts, word_lengths, word, word_start, out, length)
                        word_start, length = out, 0
                elif found & REPLACED:
                    code, _ = decode(data, position)
                    if code == CAPITAL_SIGMA:
                        final = is_final_sigma(classes, start, end, np.int64(position), _PASSED_OVER)
                        normalized[out] = SIGMA_FIRST_BYTE
                        normalized[out + _ONE] = FINAL_SIGMA_LAST_BYTE if final else SIGMA_LAST_BYTE
                        out += np.uint64(2)
                        length += 1
                    else:
                        row = replacement[place_in_table(pages, code)]
                        mark = first_combining[row]
                        if mark != 0 and marks_end == out and last_mark > mark:
                            in_order = False
                        begin = np.uint64(replacement_start[row])
                        copy_sixteen_bytes(replacement_bytes, begin, normalized, out)
                        out += np.uint64(replacement_start[row + 1]) - begin
                        length += replacement_length[row]
                        marks_end, last_mark = out, last_combining[row]
                else:
                    normalized[out] = _LOWER_BYTE[data[position]]
                    kept = (found & DELETED) == 0
                    out += np.uint64(kept)
                    length += kept & ((found & CONTINUATION) == 0)
        if out > word_start:  # as if a space stood behind the document
            if not in_order:
                order_marks(normalized, word_start, out, pages, flags, replacement, first_combining)
                in_order = True
            word, out = _end_word(normalized, word_starts, word_lengths, word, word_start, out, length)
            word_start, length = out, 0
        if end > start and data[end - 1] != _NEWLINE:
            line_ends[line] = end
            line_words[line] = word
            line += _ONE
        words_until[document + 1] = word
        lines_until[document + 1] = line
    word_starts[word] = out
    return words_until, lines_until


@inlined
def _end_word(
    normalized: npt.NDArray[np.uint8],
    word_starts: npt.NDArray[np.int64],
    word_lengths: npt.NDArray[np.int32],
    word: np.uint64,
    word_start: np.uint64,
    out: np.uint64,
    length: Index,
) -> tuple[np.uint64, np.uint64]:
    """Write a word's place, length and the space behind it; return the next word and where it begins."""
    word_starts[word] = word_start
    word_lengths[word] = length
    normalized[out] = _SPACE_BYTE
    return word + _ONE, out + _ONE


@borrowing
def is_final_sigma(
    classes: npt.NDArray[np.uint16], start: Index, end: Index, sigma: Index, passed_over: np.uint16
) -> bool:
    """Tell whether a cased letter stands before this Σ and none behind (Unicode, SpecialCasing: Final_Sigma).

    Characters with one of the flags `passed_over`, among them the case-ignorable ones, do not count.
    """
    before = sigma - 1
    while before >= start and classes[before] & passed_over:
        before -= 1
    if before < start or not classes[before] & (UPPER | LOWER):
        return False
    behind = sigma + 2
    while behind < end and classes[behind] & passed_over:
        behind += 1
    return behind == end or not classes[behind] & (UPPER | LOWER)


@borrowing
def order_marks(
    normalized: npt.NDArray[np.uint8],
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    first_combining: npt.NDArray[np.uint8],
) -> None:
    """Bring the combining marks of a word into canonical order: a stable insertion sort on their bytes."""
    first = sorted_until = np.int64(start)
    while sorted_until < np.int64(end):
        size, mark = _combining_class(normalized, sorted_until, pages, flags, replacement, first_combining)
        target = sorted_until
        while mark != 0 and target > first:
            previous = target - 1
            while normalized[previous] & 0xC0 == 0x80:
                previous -= 1
            _, other = _combining_class(normalized, previous, pages, flags, replacement, first_combining)
            if other <= mark:
                break
            target = previous
        for _ in range(size if target < sorted_until else 0):  # rotate the mark's bytes to their place, one by one
            last = normalized[sorted_until + size - 1]
            for k in range(sorted_until + size - 1, target, -1):
                normalized[k] = normalized[k - 1]
            normalized[target] = last
        sorted_until += size


@inlined
def _combining_class(
    text: npt.NDArray[np.uint8],
    position: Index,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    first_combining: npt.NDArray[np.uint8],
) -> tuple[int, Index]:
    """Return the length of a character in bytes and its canonical combining class (0 for all that are no marks)."""
    if text[position] < 0x80:
        return 1, 0
    code, size = decode(text, position)
    place = place_in_table(pages, code)
    if flags[place] & REPLACED:
        return size, np.int64(first_combining[replacement[place]])
    return size, 0
