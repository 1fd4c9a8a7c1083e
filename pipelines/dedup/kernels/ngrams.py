"""Which windows of a text may be among some others."""

import numpy as np
import numpy.typing as npt

from signals.kernels import inlined, kernel

Hashes = npt.NDArray[np.uint64]

_BYTE_BITS = np.uint64(3)
_BIT_MASK = np.uint64(7)
_ONE = np.uint8(1)


@kernel
def note(hashes: Hashes, bits: int, noted: npt.NDArray[np.uint8]) -> None:
    """Set the bit of each hash in a table of ``2**bits`` bits."""
    shift = np.uint64(64 - bits)
    for k in range(len(hashes)):
        place = hashes[k] >> shift
        noted[place >> _BYTE_BITS] |= _bit(place)


@kernel
def sift(hashes: Hashes, bits: int, noted: npt.NDArray[np.uint8], found: npt.NDArray[np.int64]) -> int:
    """Write which hashes have their bit set in such a table; return how many do.

    Args:
        hashes: The hashes to look up.
        bits: The table has ``2**bits`` bits.
        noted: What `note` wrote.
        found: Receives the positions in `hashes`; as many as there are hashes suffice.
    """
    shift = np.uint64(64 - bits)
    count = 0
    for k in range(len(hashes)):
        place = hashes[k] >> shift
        found[count] = k
        count += (noted[place >> _BYTE_BITS] & _bit(place)) != 0
    return count


@inlined
def _bit(place: np.uint64) -> np.uint8:
    return np.uint8(_ONE << np.uint8(place & _BIT_MASK))
