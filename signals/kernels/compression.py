"""How well a text can be compressed: the length of its LZ4 block, without writing one.

The format is LZ4's (https://github.com/lz4/lz4, doc/lz4_Block_format.md): sequences of literal bytes and a copy from
up to 65,535 bytes before. The coder is one of our own, so that the length never changes with a library's version, and
greedy. At each place it looks up where the same hash of eight bytes, of 8,192, was last met; if the eight bytes are
equal there, it copies as many as are equal. After each 16 places looked at without a copy, it takes its steps one byte
longer, until it finds the next.
"""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import load_eight_bytes

HASH_BITS = 13
HASH_FACTOR = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio
FARTHEST = 65_535
LAST_LITERALS = 5  # the format ends with as many literal bytes,
LAST_COPY = 12  # and no copy begins in its last twelve bytes
PATIENCE_BITS = 4

_HASH_FACTOR, _TO_HASH = np.uint64(HASH_FACTOR), np.uint64(64 - HASH_BITS)
_SHORTEST_STEP = np.int64(1 << PATIENCE_BITS)
_HIGHEST_BITS, _LOWEST_BITS = np.uint64(0x8080808080808080), np.uint64(0x0101010101010101)
_SEVEN, _TO_LAST_BYTE, _ONE = np.uint64(7), np.uint64(56), np.uint64(1)


@kernel
def measure_compressed(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the bytes of each document's LZ4 block; 1 for empty text.

    Args:
        data: UTF-8 of all documents, with eight spare bytes behind.
        offsets: Where each document begins; one more than there are documents.
    """
    documents = len(offsets) - 1
    sizes = np.zeros(documents, np.int64)
    # What lies in an earlier document is never copied, so the table need not be cleared in between.
    table = np.full(1 << HASH_BITS, -1, np.int32)
    for document in range(documents):
        begin, end = offsets[document], offsets[document + 1]
        size, written, position, step = np.int64(0), begin, begin, _SHORTEST_STEP
        while position < end - LAST_COPY:
            eight = load_eight_bytes(data, position)
            slot = (eight * _HASH_FACTOR) >> _TO_HASH
            candidate = np.int64(table[slot])
            table[slot] = position
            too_far = (candidate < begin) | (candidate < position - FARTHEST)
            if too_far or load_eight_bytes(data, candidate) != eight:
                position += step >> PATIENCE_BITS
                step += 1
                continue
            length, different = np.int64(0), np.uint64(0)
            while different == 0 and position + length < end - LAST_LITERALS:
                length += 8
                different = load_eight_bytes(data, candidate + length) ^ load_eight_bytes(data, position + length)
            length = min(length + _equal_bytes(different), end - LAST_LITERALS - position)
            # One byte for both lengths, the literals, two for the distance; a copy is at least four bytes long.
            size += 3 + position - written + _further_bytes(position - written) + _further_bytes(length - 4)
            position += length
            written, step = position, _SHORTEST_STEP
        sizes[document] = size + 1 + end - written + _further_bytes(end - written)
    return sizes


@inlined
def _equal_bytes(different: np.uint64) -> np.int64:
    """Return how many bytes are 0 below the lowest bit that is set; 8 where none is."""
    below = (different & (~different + _ONE)) - _ONE  # the bits below the lowest
    return np.int64((((below & _HIGHEST_BITS) >> _SEVEN) * _LOWEST_BITS) >> _TO_LAST_BYTE)


@inlined
def _further_bytes(length: Index) -> Index:
    """Return how many bytes a length takes beyond the half byte that every length has."""
    return np.int64(np.uint64(length + 240) // np.uint64(255))  # 1 from 15 on, one more for each further 255
