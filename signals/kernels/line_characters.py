"""Where each line begins and ends, and what its characters are: counted once, for all that is measured of lines."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, NUMERIC, SPACE, UPPER, WORD
from signals.kernels import Index, borrowing, kernel
from signals.kernels.utf8 import decode

# Columns of what is measured.
FIRST, LAST, SPACES, CHARACTERS, LETTERS, CAPITALS, NUMBERS, CURLY_BRACKETS, CODE_MARKS = range(9)
WORDS, LONGEST_WORD, TERMINAL, BULLET = range(9, 13)
MEASURES = 13

CURLY_BRACKET = "{"
MARKS_OF_CODE = "{}[]=;&$\\"

# What a code point tells of a line; see `signals.core.line_marks`.
TERMINAL_MARK = np.uint8(1)
CLOSING_MARK = np.uint8(2)
BULLET_MARK = np.uint8(4)
SPACED_BULLET = np.uint8(8)  # a bullet where white space follows: "- item", not "-5" or "*emphasis*"

Counts = npt.NDArray[np.uint64]

_BLOCK = 1 << 15  # bytes that are counted in sixteen bits
_FIELD = np.uint64(0xFFFF)
_SECOND, _THIRD = np.uint64(16), np.uint64(32)


def _counts_of_classes() -> Counts:
    """Return what each class adds to counts of sixteen bits: letters, marks and connectors; capitals; numbers."""
    classes = np.arange(1 << 16, dtype=np.uint16)
    letters = (classes & (WORD | NUMERIC | CONTINUATION)) == WORD
    capitals, numbers = (classes & UPPER) != 0, (classes & NUMERIC) != 0
    counts: Counts = letters.astype(np.uint64)
    counts |= (capitals.astype(np.uint64) << _SECOND) | (numbers.astype(np.uint64) << _THIRD)
    return counts


def _counts_of_bytes() -> Counts:
    """Return what each byte adds to counts of sixteen bits: characters; opening curly brackets; marks of code."""
    counts = np.zeros(256, np.uint64)
    counts[[*range(0x80), *range(0xC0, 0x100)]] = 1
    counts[ord(CURLY_BRACKET)] |= np.uint64(1) << _SECOND
    counts[list(MARKS_OF_CODE.encode())] |= np.uint64(1) << _THIRD
    return counts


COUNTS_OF_CLASSES = _counts_of_classes()
_COUNTS_OF_BYTES = _counts_of_bytes()


@kernel
def measure_line_characters(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    lines_until: npt.NDArray[np.int64],
    line_ends: npt.NDArray[np.int64],
    marks: npt.NDArray[np.uint8],
    counts_of_classes: Counts,
) -> npt.NDArray[np.int32]:
    """Measure the characters of each line of each document.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
        lines_until: This and the next: what `normalize` returned and wrote about lines.
        line_ends: See `lines_until`.
        marks: What each code point tells of a line; see `signals.core.line_marks`.
        counts_of_classes: COUNTS_OF_CLASSES.

    Returns:
        int32[lines, MEASURES]: the first byte that is no white space, and the one behind the last (both are one where
        there is none); characters of white space before and behind; characters, the line feed too; letters, marks and
        connectors; capital letters; numeric characters; opening curly brackets; marks of code; words parted by white
        space; characters of the longest; whether the line ends with a terminal mark, white space and then closing
        marks behind it apart; whether it begins with a bullet, white space apart.
    """
    measured = np.zeros((lines_until[-1], MEASURES), np.int32)
    for document in range(len(offsets) - 1):
        start = offsets[document]
        for line in range(lines_until[document], lines_until[document + 1]):
            end = line_ends[line]
            length = np.int64(0)
            for block in range(start, end, _BLOCK):
                behind = min(block + _BLOCK, end)
                length = _count_in_block(data, classes, block, behind, counts_of_classes, length, measured, line)
            first, last, spaces = strip(classes, start, end)
            measured[line, FIRST], measured[line, LAST], measured[line, SPACES] = first, last, spaces
            measured[line, TERMINAL] = ends_sentence(data, marks, first, last)
            measured[line, BULLET] = first < last and begins_item(data, classes, marks, first, last)
            start = end
    return measured


@borrowing
def _count_in_block(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    begin: Index,
    behind: Index,
    counts_of_classes: Counts,
    length: np.int64,
    measured: npt.NDArray[np.int32],
    line: Index,
) -> np.int64:
    """Count a part of a line; take and return the characters of a word that goes on. No branch is in the loop."""
    of_bytes, of_classes = np.uint64(0), np.uint64(0)
    words, longest = np.int64(0), np.int64(measured[line, LONGEST_WORD])
    for position in range(np.uint64(begin), np.uint64(behind)):
        found = classes[position]
        of_bytes += _COUNTS_OF_BYTES[data[position]]
        of_classes += counts_of_classes[found]
        words += np.int64((length == 0) & (found & (SPACE | CONTINUATION) == 0))
        length = np.int64(0) if found & SPACE else length + np.int64(found & CONTINUATION == 0)
        longest = max(longest, length)
    measured[line, CHARACTERS] += np.int32(of_bytes & _FIELD)
    measured[line, CURLY_BRACKETS] += np.int32((of_bytes >> _SECOND) & _FIELD)
    measured[line, CODE_MARKS] += np.int32(of_bytes >> _THIRD)
    measured[line, LETTERS] += np.int32(of_classes & _FIELD)
    measured[line, CAPITALS] += np.int32((of_classes >> _SECOND) & _FIELD)
    measured[line, NUMBERS] += np.int32(of_classes >> _THIRD)
    measured[line, WORDS] += np.int32(words)
    measured[line, LONGEST_WORD] = longest
    return length


@borrowing
def strip(classes: npt.NDArray[np.uint16], start: Index, end: Index) -> tuple[Index, Index, int]:
    """Return the bytes between the white space at both ends, and how many characters that white space has."""
    spaces = 0
    while end > start:
        last = end - 1
        while last > start and classes[last] & CONTINUATION:
            last -= 1
        if not classes[last] & SPACE:
            break
        end = last
        spaces += 1
    while start < end and classes[start] & (SPACE | CONTINUATION):
        spaces += (classes[start] & CONTINUATION) == 0
        start += 1
    return start, end, spaces


@borrowing
def ends_sentence(data: npt.NDArray[np.uint8], marks: npt.NDArray[np.uint8], first: Index, last: Index) -> bool:
    """Tell whether the last character is a terminal mark, quotes and brackets that close behind it apart."""
    end = last
    while end > first:
        place = end - 1
        while place > first and data[place] & 0xC0 == 0x80:
            place -= 1
        found = marks[_code_point(data, place)]
        if not found & CLOSING_MARK:  # seldom otherwise
            return bool(found & TERMINAL_MARK)
        if found & TERMINAL_MARK:
            return True
        end = place
    return False


@borrowing
def begins_item(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    marks: npt.NDArray[np.uint8],
    first: Index,
    last: Index,
) -> bool:
    """Tell whether a bullet begins the line."""
    found = marks[_code_point(data, first)]
    if found & BULLET_MARK:
        return True
    if not found & SPACED_BULLET:
        return False
    behind = first + 1
    while behind < last and data[behind] & 0xC0 == 0x80:
        behind += 1
    return behind == last or (classes[behind] & SPACE) != 0


@borrowing
def _code_point(data: npt.NDArray[np.uint8], position: Index) -> Index:
    if data[position] < 0x80:
        return np.int64(data[position])
    return decode(data, position)[0]
