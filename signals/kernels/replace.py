"""Texts with every character replaced by what a table holds for it, and trimmed at both ends."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, kernel
from signals.kernels.utf8 import decode

# The flags of a character in such a table.
CHANGED = np.uint8(1 << 0)  # what replaces it is not the character itself
TRIMMED = np.uint8(1 << 1)  # left out at both ends of a text
CONTEXTUAL = np.uint8(1 << 2)  # what replaces it depends on the characters around it

_ASCII_END = 0x80


@kernel
def replace_characters(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    flags: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.uint16],
    replacement_starts: npt.NDArray[np.int32],
    replacement_bytes: npt.NDArray[np.uint8],
    replaced: npt.NDArray[np.uint8],
    contextual: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Write each document with its characters replaced.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        flags: uint8[2**21], the flags of each code point.
        rows: uint16[2**21], where CHANGED is set, the row of what replaces it.
        replacement_starts: int32[rows + 1], where each row begins in `replacement_bytes`.
        replacement_bytes: UTF-8 of all rows.
        replaced: Receives the documents; as many bytes as the longest replacements need must be there.
        contextual: Receives whether a document holds a CONTEXTUAL character: what is written for it is then wrong.

    Returns:
        int64[documents + 1], where each document begins in `replaced`.
    """
    documents = len(offsets) - 1
    written = np.zeros(documents + 1, np.int64)
    out = 0
    for document in range(documents):
        contextual[document] = False
        position, end = offsets[document], offsets[document + 1]
        while position < end:
            code: Index = np.int64(data[position])
            length = 1
            if code >= _ASCII_END:
                code, length = decode(data, position)
            if not flags[code] & TRIMMED:
                break
            position += length
        while end > position:
            last = end - 1
            while data[last] & 0xC0 == 0x80 and last > position:
                last -= 1
            code = np.int64(data[last])
            if code >= _ASCII_END:
                code, _ = decode(data, last)
            if not flags[code] & TRIMMED:
                break
            end = last
        while position < end:
            code, length = np.int64(data[position]), 1
            if code >= _ASCII_END:
                code, length = decode(data, position)
            found = flags[code]
            if found & CHANGED:
                row = rows[code]
                for source in range(replacement_starts[row], replacement_starts[row + 1]):
                    replaced[out] = replacement_bytes[source]
                    out += 1
            else:
                for source in range(position, position + length):
                    replaced[out] = data[source]
                    out += 1
            if found & CONTEXTUAL:
                contextual[document] = True
            position += length
        written[document + 1] = out
    return written
