"""Documents that share a whole hash."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel

Hashes = npt.NDArray[np.uint64]


@kernel
def find_first_copies(
    packed: Hashes, number_bits: int, upper: Hashes, lower: Hashes, first: npt.NDArray[np.uint32]
) -> None:
    """Write for each document the first one with the same hash.

    Args:
        packed: Sorted; each the beginning of a hash above and the document's number in the lowest bits.
        number_bits: How many bits the number takes.
        upper: uint64[documents], the upper half of each hash.
        lower: uint64[documents], the lower half.
        first: uint32[documents], receives the numbers; what is not in `packed` is left as it is.
    """
    shift = np.uint64(number_bits)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    begin = 0
    while begin < len(packed):
        key = packed[begin] >> shift
        place = begin
        while place < len(packed) and packed[place] >> shift == key:
            document = packed[place] & mask
            first[document] = np.uint32(document)
            for before in range(begin, place):
                other = packed[before] & mask
                if upper[other] == upper[document] and lower[other] == lower[document]:
                    first[document] = first[other]
                    break
            place += 1
        begin = place
