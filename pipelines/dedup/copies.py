"""Documents that have a whole key in common."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipelines.dedup.kernels.assignment import NOBODY
from pipelines.dedup.kernels.copies import find_first_copies

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]


def first_copies(parts: Iterable[tuple[Hashes, Hashes, Numbers]], count: int) -> Numbers:
    """Return for each document the first one with its key, uint32[count]; NOBODY for those without.

    Takes 28 bytes a document.

    Args:
        parts: The two halves of the keys of some documents, and their numbers; no document twice.
        count: More than any number.
    """
    upper, lower = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    present = np.zeros(count, np.bool_)
    for some_upper, some_lower, numbers in parts:
        upper[numbers], lower[numbers], present[numbers] = some_upper, some_lower, True
    number_bits = max((count - 1).bit_length(), 1)
    numbers_present = np.flatnonzero(present).astype(np.uint64)
    packed = upper[present] >> np.uint64(number_bits) << np.uint64(number_bits)
    packed |= numbers_present
    packed.sort()
    first = np.full(count, NOBODY, np.uint32)
    find_first_copies(packed, number_bits, upper, lower, first)
    return first
