"""Lines as they are compared."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION
from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import decode, hash_bytes

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_NEWLINE = np.uint8(ord("\n"))


@kernel
def fold_lines(
    data: Bytes,
    offsets: Integers,
    classes: npt.NDArray[np.uint16],
    space: np.uint16,
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
        classes: What `classify` wrote.
        space: The flag of white space in `classes`.
        rows: uint16[2**21], for each code point the row of what replaces it, 0 where it stays.
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
        start = offsets[document]
        while start < offsets[document + 1]:
            newline = start
            while newline < offsets[document + 1] and data[newline] != _NEWLINE:
                newline += 1
            first, behind = start, newline
            while first < behind and classes[first] & (space | CONTINUATION):
                first += 1
            while behind > first:
                last = behind - 1
                while classes[last] & CONTINUATION:
                    last -= 1
                if not classes[last] & space:
                    break
                behind = last
            begun = out
            characters, out = _fold(data, first, behind, rows, row_starts, row_bytes, folded, out)
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
def _fold(
    data: Bytes,
    position: Index,
    end: Index,
    rows: npt.NDArray[np.uint16],
    row_starts: npt.NDArray[np.int32],
    row_bytes: Bytes,
    folded: Bytes,
    out: Index,
) -> tuple[int, Index]:
    """Write some characters replaced; return how many were read and where the next would be written."""
    characters = 0
    while position < end:
        code: Index = np.int64(data[position])
        length = 1
        if code >= 0x80:
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
