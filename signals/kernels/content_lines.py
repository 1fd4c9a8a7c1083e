"""Lines that are no prose: code, and items of lists."""

from string import ascii_letters, digits

import numpy as np
import numpy.typing as npt

from signals.character_kinds import DIGIT
from signals.characters import NUMERIC, SPACE
from signals.kernels import Index, borrowing, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.line_characters import BULLET, CODE_MARKS, FIRST, LAST
from signals.kernels.utf8 import decode

FEWEST_MARKS = 3
CHARACTERS_PER_MARK = 10
LONGEST_NUMBER = 3  # digits of an item's number

_IDEOGRAPHIC_COMMA, _WIDE_STOP, _WIDE_BRACKET = 0x3001, 0xFF0E, 0xFF09
_IN_NAMES = np.zeros(256, np.bool_)
_IN_NAMES[list(f"{ascii_letters}{digits}_".encode())] = True


@kernel
def measure_content_lines(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    lines_until: npt.NDArray[np.int64],
    line_characters: npt.NDArray[np.int32],
    pages: npt.NDArray[np.uint16],
    kinds: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count lines that hold more than white space, those that look like code, and items of lists.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        lines_until: The number of lines up to the end of each document, a zero first.
        line_characters: What `measure_line_characters` returned.
        pages: `CharacterTables.pages`.
        kinds: `CharacterTables.kind`.
    """
    documents = len(lines_until) - 1
    lines = np.zeros(documents, np.int64)
    code = np.zeros(documents, np.int64)
    items = np.zeros(documents, np.int64)
    for document in range(documents):
        for line in range(lines_until[document], lines_until[document + 1]):
            first, last = np.int64(line_characters[line, FIRST]), np.int64(line_characters[line, LAST])
            if first == last:
                continue
            lines[document] += 1
            marks = np.int64(line_characters[line, CODE_MARKS])
            if marks > 0:
                code[document] += _is_code(data, first, last, marks)
            if line_characters[line, BULLET]:
                items[document] += 1
            elif classes[first] & NUMERIC or data[first] == ord("(") or data[first + 1] == ord(")"):
                items[document] += _is_numbered(data, classes, pages, kinds, first, last)
    return lines, code, items


@borrowing
def _is_code(data: npt.NDArray[np.uint8], first: Index, last: Index, marks: Index) -> bool:
    """Tell whether a line that has marks of code looks like it, by its end or by how many they are."""
    end = data[last - 1]
    if end in (ord("{"), ord("}")):
        return True
    if end == ord(";"):
        before = data[last - 2] if last - 1 > first else np.uint8(0)
        if marks > 1 or before in (ord('"'), ord("'")):
            return True
        for position in range(first + 1, last):
            if data[position] == ord("(") and _IN_NAMES[data[position - 1]]:
                return True
    if marks < FEWEST_MARKS or data[first] == ord("="):
        return False
    most = marks * CHARACTERS_PER_MARK
    for position in range(first, last):
        most -= data[position] > ord(" ") and (data[position] & 0xC0) != 0x80
        if most < 0:
            return False
    return True


@borrowing
def _is_numbered(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    kinds: npt.NDArray[np.uint8],
    first: Index,
    last: Index,
) -> bool:
    """Tell whether a line begins with the number, or with the letter and bracket, of a list's item."""
    bracket = data[first] == ord("(")
    number = first + 1 if bracket else first
    behind, digit_count = number, 0
    while behind < last and digit_count <= LONGEST_NUMBER:
        code, length = _code_point(data, behind)
        if kinds[place_in_table(pages, code)] != DIGIT:
            break
        digit_count += 1
        behind += length
    if digit_count == 0:
        letter = number + 1 < last and _IN_NAMES[data[number]] and data[number] != ord("_")
        copyright_sign = bracket and data[number] | 0x20 == ord("c")
        return bool(letter and data[number + 1] == ord(")") and not copyright_sign)
    if digit_count > LONGEST_NUMBER or behind >= last:
        return False
    mark, _ = _code_point(data, behind)
    if mark in (ord(")"), _WIDE_BRACKET):
        return True
    if mark == ord("."):
        return bool(not bracket and behind + 1 < last and classes[behind + 1] & SPACE)
    return bool(not bracket and mark in (_IDEOGRAPHIC_COMMA, _WIDE_STOP))


@borrowing
def _code_point(data: npt.NDArray[np.uint8], position: Index) -> tuple[Index, int]:
    """Return the code point at a place, and its length in bytes."""
    if data[position] < 0x80:
        return np.int64(data[position]), 1
    return decode(data, position)
