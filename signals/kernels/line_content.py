"""What lines hold, for rules that remove lines: words, letters, and how they end."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, GAP, NUMERIC, SPACE, UPPER, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.layout import ends_sentence
from signals.kernels.utf8 import count_tails

# Columns of what is measured.
CHARACTERS, SPACED_WORDS, LONGEST_WORD, LETTERS, CAPITALS, DIGITS, TERMINAL, C4_TERMINAL, CURLY_BRACKET = range(9)
MEASURES = 9

_BLOCK = 1 << 15  # bytes that are counted in sixteen bits
_TAIL_BIT = np.uint16(15)  # CONTINUATION's
_LETTER_MASK = np.uint16(WORD | NUMERIC | CONTINUATION)

_BRACKET, _STOP, _OPENING, _CLOSING = (np.uint8(ord(mark)) for mark in "{.[]")
_ZERO, _NINE = np.uint8(ord("0")), np.uint8(ord("9"))
_CITATIONS = (np.frombuffer(b"[edit]", np.uint8), np.frombuffer(b"[citation needed]", np.uint8))


@kernel
def measure_line_content(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    runs_until: npt.NDArray[np.int64],
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    lines_until: npt.NDArray[np.int64],
    line_ends: npt.NDArray[np.int64],
    marks: npt.NDArray[np.uint8],
) -> npt.NDArray[np.int32]:
    """Measure each line of each document, phrases apart.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        lines_until: This and the next: what `normalize` returned and wrote about lines.
        line_ends: See `lines_until`.
        marks: What each code point tells of a line; see `signals.core.line_marks`.

    Returns:
        int32[MEASURES, lines]: code points, the line feed too; words parted by white space; code points of the
        longest; letters, marks and connectors; capital letters; digits and other numbers; whether the line ends a
        sentence; whether it ends with one of . ? ! " ' but not with "...", as C4 has it, white space behind and then
        citations apart; opening curly brackets.
    """
    measured = np.zeros((MEASURES, lines_until[-1]), np.int32)
    for document in range(len(offsets) - 1):
        start, run = offsets[document], runs_until[document]
        for line in range(lines_until[document], lines_until[document + 1]):
            end = line_ends[line]
            column = measured[:, line]
            _count_characters(data[start:end], classes[start:end], column)
            words, longest, length, last = 0, np.int64(0), np.int64(0), start
            while run < runs_until[document + 1] and run_starts[run] < end:
                first, behind = np.int64(run_starts[run]), np.int64(run_starts[run + 1])
                found = run_seen[run]
                if found & GAP:
                    length = np.int64(0)
                    if behind > end:  # it goes on in the next line
                        break
                elif found & SPACE:  # some characters are white space to Python and not to `regex`
                    for position in range(first, behind):
                        character = classes[position]
                        if character & SPACE:
                            length = np.int64(0)
                        elif not character & CONTINUATION:
                            words += length == 0
                            length += 1
                            longest = max(longest, length)
                            last = position + 1
                else:
                    words += length == 0
                    length += behind - first
                    if found & CONTINUATION:
                        length -= count_tails(data, first, behind)
                    longest = max(longest, length)
                    last = behind
                run += 1
            column[SPACED_WORDS], column[LONGEST_WORD] = words, longest
            if words > 0:
                while last < end and data[last] & 0xC0 == 0x80:
                    last += 1
                column[TERMINAL] = ends_sentence(data, marks, start, last)
                column[C4_TERMINAL] = _ends_as_in_c4(data, start, last)
            start = end
    return measured


@inlined
def _count_characters(
    data: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint16], column: npt.NDArray[np.int32]
) -> None:
    """Count the characters of a line by kind, without a branch and in sixteen bits, so that many are taken at once."""
    for block in range(0, len(data), _BLOCK):
        kinds, characters = classes[block : block + _BLOCK], data[block : block + _BLOCK]
        tails, letters, capitals = np.uint16(0), np.uint16(0), np.uint16(0)
        digits, brackets = np.uint16(0), np.uint16(0)
        for k in range(len(kinds)):
            found = kinds[k]
            tails = np.uint16(tails + (found >> _TAIL_BIT))
            letters = np.uint16(letters + ((found & _LETTER_MASK) == WORD))
            capitals = np.uint16(capitals + ((found & UPPER) != 0))
            digits = np.uint16(digits + ((found & NUMERIC) != 0))
            brackets = np.uint16(brackets + (characters[k] == _BRACKET))
        column[CHARACTERS] += len(kinds) - np.int32(tails)
        column[LETTERS] += letters
        column[CAPITALS] += capitals
        column[DIGITS] += digits
        column[CURLY_BRACKET] += brackets


@inlined
def _ends_as_in_c4(data: npt.NDArray[np.uint8], start: Index, end: Index) -> bool:
    """Tell whether what stands before citations ends with one of C4's marks, and not with three full stops."""
    while end > start and data[end - 1] == _CLOSING:
        before = _before_citation(data, start, end)
        if before == end:
            break
        end = before
    if end <= start:
        return False
    last = data[end - 1]
    if last == _STOP:
        return not (end - start >= 3 and data[end - 2] == _STOP and data[end - 3] == _STOP)
    return last in (np.uint8(ord("?")), np.uint8(ord("!")), np.uint8(ord('"')), np.uint8(ord("'")))


@inlined
def _before_citation(data: npt.NDArray[np.uint8], start: Index, end: Index) -> Index:
    """Return where a citation that ends here begins: [12], [], [edit] or [citation needed]; else the end."""
    place = end - 2
    while place > start and _ZERO <= data[place] <= _NINE:
        place -= 1
    if place >= start and data[place] == _OPENING:
        return place
    for citation in _CITATIONS:
        place = end - len(citation)
        if place >= start and np.array_equal(data[place:end], citation):
            return place
    return end
