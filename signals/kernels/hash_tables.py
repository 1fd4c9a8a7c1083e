"""Hash tables of strings: open addressing over 64-bit hashes, the string itself not kept.

Two strings with one hash would be taken for one another: among ten million entries, the chance that a string asked
for is mistaken for one of them is about one in 10**12.
"""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined
from signals.kernels.utf8 import hash_bytes

EMPTY = np.uint64(0)

_ONE = np.uint64(1)


def slots_for(entries: int) -> int:
    """Return how many slots a table for so many entries has: a power of two, at most two thirds of them filled."""
    slots = 16
    while 2 * slots < 3 * entries:
        slots *= 2
    return slots


@inlined
def key_of(data: npt.NDArray[np.uint8], start: Index, length: Index) -> np.uint64:
    """Return the key of a string: its hash, which is not EMPTY."""
    return max(hash_bytes(data, start, length), _ONE)


@inlined
def slot_of(keys: npt.NDArray[np.uint64], key: np.uint64) -> Index:
    """Return the slot of a key, or the empty one where it would be written."""
    last = np.uint64(len(keys) - 1)
    slot = (key ^ (key >> np.uint64(29))) & last
    while keys[slot] != EMPTY and keys[slot] != key:
        slot = (slot + _ONE) & last
    return slot
