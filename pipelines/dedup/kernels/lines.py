"""Lines as they are compared."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode, hash_bytes, load_eight_bytes

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_NEWLINE = np.uint8(ord("\n"))
_TAIL_BITS, _TAIL = np.uint8(0xC0), np.uint8(0x80)  # of the bytes of a character behind its first
_LOWEST_BITS = np.uint64(0x0101010101010101)
_HIGHEST_BITS = np.uint64(0x8080808080808080)
_NEWLINES = np.uint64(0x0A0A0A0A0A0A0A0A)


@kernel
def fold_lines(
    data: Bytes,
    offsets: Integers,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    space: np.uint16,
    ascii_: Bytes,
    rows: npt.NDArray[np.uint16],
    row_starts: npt.NDArray[np.int32],
    row_bytes: Bytes,
    at_least: int,
    starts: Integers,
    ends: Integers,
    folded: Bytes,
    folded_starts: Integers,
    hashes: npt.NDArray[np.uint64],
) -> Integers:
    """Write each line as it is compared, white space at both ends left out and a newline behind each.

    Args:
        data: UTF-8 of all documents, PADDING behind.
        offsets: int64[documents + 1] into `data`.
        pages: `CharacterTables.pages`.
        flags: `CharacterTables.flags`.
        space: The flag of white space.
        ascii_: uint8[128], what each ASCII character becomes, 0 where it goes.
        rows: uint16[2**21], for each other code point the row of what replaces it, 0 where it stays.
        row_starts: int32[rows + 1] into `row_bytes`.
        row_bytes: UTF-8 of all replacements.
        at_least: Lines with fewer characters, white space at both ends aside, are left out; so are those of which
            nothing is left to compare.
        starts: Receives the first byte of each line in `data`.
        ends: Receives the first byte behind it, its newline included.
        folded: Receives the lines; as many bytes as the longest replacements need, and PADDING.
        folded_starts: Receives where each line begins in `folded`, and the end of the last behind.
        hashes: Receives a hash of each line.

    Returns:
        int64[documents + 1], the lines up to the end of each document, a zero first.
    """
    documents = len(offsets) - 1
    until = np.zeros(documents + 1, np.int64)
    line = 0
    out: Index = 0
    for document in range(documents):
        start: Index = offsets[document]
        while start < offsets[document + 1]:
            newline = _find_newline(data, start, offsets[document + 1])
            first, behind = _strip(data, start, newline, pages, flags, space)
            begun = out
            characters, out = _fold(data, first, behind, ascii_, rows, row_starts, row_bytes, folded, out)
            end = min(newline + 1, offsets[document + 1])
            if characters >= at_least and out > begun:
                starts[line], ends[line], folded_starts[line] = start, end, begun
                folded[out] = _NEWLINE
                hashes[line] = hash_bytes(folded, begun, out - begun)
                out += 1
                line += 1
            else:
                out = begun
            start = end
        until[document + 1] = line
    folded_starts[line] = out
    return until


@inlined
def _find_newline(data: Bytes, position: Index, end: Index) -> Index:
    """Return the place of the next newline, `end` if there is none."""
    while position < end:
        others = load_eight_bytes(data, position) ^ _NEWLINES
        if (others - _LOWEST_BITS) & ~others & _HIGHEST_BITS:  # one of the eight bytes is none other
            break
        position += 8
    while position < end and data[position] != _NEWLINE:
        position += 1
    return min(position, end)


@inlined
def _strip(
    data: Bytes,
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    space: np.uint16,
) -> tuple[Index, Index]:
    """Return the bytes between the white space at both ends."""
    while start < end:
        code, length = _character(data, start)
        if not flags[place_in_table(pages, code)] & space:
            break
        start += length
    while end > start:
        last = end - 1
        while (data[last] & _TAIL_BITS) == _TAIL and last > start:
            last -= 1
        code, _ = _character(data, last)
        if not flags[place_in_table(pages, code)] & space:
            break
        end = last
    return start, end


@inlined
def _character(data: Bytes, position: Index) -> tuple[Index, int]:
    """Return the code point at a place, and its length in bytes."""
    if data[position] < 0x80:
        return np.int64(data[position]), 1
    return decode(data, position)


@inlined
def _fold(
    data: Bytes,
    position: Index,
    end: Index,
    ascii_: Bytes,
    rows: npt.NDArray[np.uint16],
    row_starts: npt.NDArray[np.int32],
    row_bytes: Bytes,
    folded: Bytes,
    out: Index,
) -> tuple[Index, Index]:
    """Write some characters replaced; return how many were read and where the next would be written."""
    characters: Index = 0
    while position < end:
        byte = data[position]
        if byte < 0x80:
            folded[out] = ascii_[byte]
            out += ascii_[byte] != 0
            position += 1
        else:
            code, length = decode(data, position)
            row = rows[code]
            if row == 0:
                for k in range(length):
                    folded[out + k] = data[position + k]
                out += length
            else:
                for k in range(row_starts[row], row_starts[row + 1]):
                    folded[out] = row_bytes[k]
                    out += 1
            position += length
        characters += 1
    return characters, out
