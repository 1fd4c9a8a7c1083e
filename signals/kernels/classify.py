"""From bytes to classes: the one kernel that looks every character up; the others read its result."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, DELETED, GAP, MIDDLE, PAGE_BITS, REPLACED, UNSPACED, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import decode, load_eight_bytes

_HIGHEST_BITS = np.uint64(0x8080808080808080)
_ONE = np.uint64(1)
_PAGE_MASK = (1 << PAGE_BITS) - 1
_KEPT_BY_TAIL = np.uint16(WORD | GAP | UNSPACED | MIDDLE)


@inlined
def place_in_table(pages: npt.NDArray[np.uint16], code: Index) -> Index:
    """Return where a code point stands in the tables `flags` and `replacement`."""
    return (np.int64(pages[code >> PAGE_BITS]) << PAGE_BITS) + (code & _PAGE_MASK)


@kernel
def classify(
    data: npt.NDArray[np.uint8],
    byte_count: int,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    classes: npt.NDArray[np.uint16],
) -> None:
    """Write the flags of each character at its first byte.

    Its other bytes get CONTINUATION, with what tells runs of characters apart as the first byte has it, so that they
    are runs of bytes; and with DELETED where the character is replaced, so that what is not deleted is copied.
    """
    position, end = np.uint64(0), np.uint64(byte_count)
    while position < end:
        if load_eight_bytes(data, position) & _HIGHEST_BITS == 0:  # no branch for each byte
            for k in range(8):
                classes[position + np.uint64(k)] = flags[data[position + np.uint64(k)]]
            position += np.uint64(8)
            continue
        byte = data[position]
        if byte < 0x80:
            classes[position] = flags[byte]  # the first page is ASCII
            position += _ONE
            continue
        code, length = decode(data, position)
        found = flags[place_in_table(pages, code)]
        classes[position] = found
        tail = (found & _KEPT_BY_TAIL) | CONTINUATION
        if found & REPLACED:
            tail |= DELETED
        classes[position + _ONE] = tail
        if length > 2:
            classes[position + np.uint64(2)] = tail
        if length > 3:
            classes[position + np.uint64(3)] = tail
        position += np.uint64(length)
