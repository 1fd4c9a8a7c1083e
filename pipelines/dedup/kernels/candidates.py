"""Documents that share the key of a band, as pairs."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel

Hashes = npt.NDArray[np.uint64]

_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_SHIFT = np.uint64(31)
_HALF = np.uint64(32)


@kernel
def hash_bands(signatures: npt.NDArray[np.uint32], rows: int, keys: Hashes) -> None:
    """Write a 64-bit hash of each band of each signature.

    Args:
        signatures: uint32[documents, permutations].
        rows: Values of a band; band b begins at value b * rows.
        keys: uint64[bands, documents], receives the hashes.
    """
    for document in range(len(signatures)):
        for band in range(len(keys)):
            state = np.uint64(band + 1)
            for row in range(rows):
                state = (state ^ np.uint64(signatures[document, band * rows + row])) * _FIRST_FACTOR
                state ^= state >> _SHIFT
            state *= _SECOND_FACTOR
            keys[band, document] = state ^ (state >> _SHIFT)


@kernel
def pair_groups(packed: Hashes, number_bits: int, limit: int, pairs: Hashes) -> tuple[int, int]:
    """Write all pairs of documents of one key, where no more than `limit` have it.

    Args:
        packed: Sorted; each a key above and a document's number in the lowest bits.
        number_bits: How many bits the number takes.
        limit: The most documents of a group that are all compared with each other.
        pairs: Receives the pairs, the later document's number in the upper half. May be too short; then it is filled
            as far as it goes.

    Returns:
        The number of pairs, and of documents in groups over the limit.
    """
    shift = np.uint64(number_bits)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    count = crowded = begin = 0
    while begin < len(packed):
        key = packed[begin] >> shift
        end = begin + 1
        while end < len(packed) and packed[end] >> shift == key:
            end += 1
        if end - begin > limit:
            crowded += end - begin
        else:
            for later in range(begin + 1, end):
                for earlier in range(begin, later):
                    if count < len(pairs):
                        pairs[count] = ((packed[later] & mask) << _HALF) | (packed[earlier] & mask)
                    count += 1
        begin = end
    return count, crowded


@kernel
def pair_crowds(
    packed: Hashes, number_bits: int, limit: int, few: int, pairs: Hashes, members: Hashes, groups: Hashes
) -> int:
    """Write the pairs of each document with the first ones of its key, where more than `limit` documents have it.

    Args:
        packed: As for `pair_groups`.
        number_bits: As for `pair_groups`.
        limit: As for `pair_groups`.
        few: With how many first ones.
        pairs: Receives the pairs, at most `few` a member.
        members: Receives the numbers of all documents in these groups.
        groups: Receives the place of each one's group in `packed`.

    Returns:
        The number of pairs.
    """
    shift = np.uint64(number_bits)
    mask = (np.uint64(1) << shift) - np.uint64(1)
    count = crowded = begin = 0
    while begin < len(packed):
        key = packed[begin] >> shift
        end = begin + 1
        while end < len(packed) and packed[end] >> shift == key:
            end += 1
        if end - begin > limit:
            for later in range(begin, end):
                members[crowded] = packed[later] & mask
                groups[crowded] = begin
                crowded += 1
                for earlier in range(begin, min(begin + few, later)):
                    pairs[count] = ((packed[later] & mask) << _HALF) | (packed[earlier] & mask)
                    count += 1
        begin = end
    return count
