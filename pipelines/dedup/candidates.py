"""Pairs of documents that may be alike: those that share the key of a band of their signatures.

Documents are numbered in the order in which they are preferred, so that which pairs are compared depends on the
documents alone and not on how they lie in files.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipelines.dedup.arrays import distinct
from pipelines.dedup.kernels.candidates import hash_bands, pair_crowds, pair_groups
from pipelines.dedup.profiles import Banding
from signals.minhash.shinglings import PERMUTATIONS, SIGNATURE_BYTES

if TYPE_CHECKING:
    import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]

# Of the documents of one key, all are compared with each other if they are no more; else each with the first few,
# and with those that share the next band's key too, and so on.
GROUP_LIMIT = 64
FEW = 8

PAIR_SHIFT = np.uint64(32)  # a pair is one number: the later document above, the earlier one below
_LOWER_HALF = np.uint64(0xFFFFFFFF)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PAIRS_A_DOCUMENT = 2  # space given at first


def signature_rows(signatures: "pa.ChunkedArray[Any]") -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the signatures that are not null, uint32[found, PERMUTATIONS], and their rows."""
    present = signatures.is_valid().to_numpy()
    parts = []
    for chunk in signatures.drop_null().chunks:
        buffer: Any = chunk.buffers()[1]
        begin, size = chunk.offset * SIGNATURE_BYTES, len(chunk) * SIGNATURE_BYTES
        parts.append(np.frombuffer(buffer, np.uint8)[begin : begin + size])
    data = np.concatenate([np.empty(0, np.uint8), *parts])
    return data.view("<u4").reshape(-1, PERMUTATIONS).astype(np.uint32, copy=False), np.flatnonzero(present)


def band_keys(signatures: npt.NDArray[np.uint32], banding: Banding) -> Hashes:
    """Return uint64[bands, documents], a hash of each band."""
    keys = np.empty((banding.bands, len(signatures)), np.uint64)
    hash_bands(signatures, banding.rows, keys)
    return keys


def pairs_of_band(
    keys: Hashes,
    numbers: Numbers,
    count: int,
    next_keys: Callable[[int, Numbers], Hashes],
    bands: int,
) -> Hashes:
    """Return the pairs of documents that share a key, sorted and distinct.

    Keys are shortened to the bits that a number leaves free; documents whose keys begin alike are compared in vain.

    Args:
        keys: uint64[documents], of one band.
        numbers: uint32[documents].
        count: More than any number.
        next_keys: Returns the keys of some documents, by their numbers, in the band so many behind this one; asked
            for groups over GROUP_LIMIT.
        bands: How many bands there are: so often is a group divided.
    """
    number_bits = max(int(count - 1).bit_length(), 1)
    found: list[Hashes] = []
    for step in range(1, bands + 1):
        pairs, members, groups = _pairs_and_crowds(keys, numbers, number_bits)
        found += pairs
        if not len(members) or step == bands:
            break
        numbers = members.astype(np.uint32)
        keys = _mix(groups) ^ _mix(next_keys(step, numbers))
    return distinct(found)


def split_pairs(pairs: Hashes) -> tuple[Numbers, Numbers]:
    """Return the later and the earlier document of each pair."""
    return (pairs >> PAIR_SHIFT).astype(np.uint32), (pairs & _LOWER_HALF).astype(np.uint32)


def _pairs_and_crowds(keys: Hashes, numbers: Numbers, number_bits: int) -> tuple[list[Hashes], Hashes, Hashes]:
    """Return the pairs of all groups, and the members of those over the limit with a number for their group."""
    packed = (keys >> np.uint64(number_bits) << np.uint64(number_bits)) | numbers
    packed.sort()
    pairs = np.empty(_PAIRS_A_DOCUMENT * len(packed), np.uint64)
    count, crowded = pair_groups(packed, number_bits, GROUP_LIMIT, pairs)
    if count > len(pairs):
        pairs = np.empty(count, np.uint64)
        pair_groups(packed, number_bits, GROUP_LIMIT, pairs)
    few, members, groups = (np.empty(size, np.uint64) for size in (FEW * crowded, crowded, crowded))
    starred = pair_crowds(packed, number_bits, GROUP_LIMIT, FEW, few, members, groups) if crowded else 0
    return [pairs[:count], few[:starred]], members, groups


def _mix(values: Hashes) -> Hashes:
    mixed = (values ^ (values >> np.uint64(29))) * _MIX
    scattered: Hashes = (mixed ^ (mixed >> np.uint64(32))) * _MIX
    return scattered
