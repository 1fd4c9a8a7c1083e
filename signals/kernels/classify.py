"""From bytes to classes: the one kernel that looks every character up; the others read its result."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, DELETED, GAP, JOINER, PAGE_BITS, REPLACED, UNSPACED, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import decode

_PAGE_MASK = (1 << PAGE_BITS) - 1
_KEPT_BY_TAIL = np.uint16(WORD | GAP | UNSPACED | JOINER)


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
    position = 0
    while position < byte_count:
        byte = data[position]
        if byte < 0x80:
            classes[position] = flags[byte]  # the first page is ASCII
            position += 1
            continue
        code, length = decode(data, position)
        found = flags[place_in_table(pages, code)]
        classes[position] = found
        tail = (found & _KEPT_BY_TAIL) | CONTINUATION
        if found & REPLACED:
            tail |= DELETED
        classes[position + 1] = tail
        if length > 2:
            classes[position + 2] = tail
        if length > 3:
            classes[position + 3] = tail
        position += length
