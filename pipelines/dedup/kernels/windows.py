"""Windows of tokens, hashed and dealt to partitions."""

import numpy as np
import numpy.typing as npt

from signals.kernels import inlined, kernel

Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

ROW_SHIFT = np.uint64(32)  # a place is the document's row above, the byte in its folded text below

_BASE = np.uint64(0xD6E8FEB86659FD93)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_ONE = np.uint64(1)


@kernel
def hash_windows(
    token_hashes: Hashes,
    until: Integers,
    folded_starts: Integers,
    rows: Integers,
    size: int,
    seed: np.uint64,
    hashes: Hashes,
    places: Hashes,
) -> int:
    """Write the hash and the place of each window of `size` tokens that lies within one document.

    The hash of a window is that of its tokens as digits of a number, modulo 2**64, mixed (SplitMix64's finalizer);
    that of the next follows from it (Karp and Rabin 1987).

    Args:
        token_hashes: A hash of each token.
        until: int64[documents + 1], tokens up to the end of each document.
        folded_starts: Where each token begins in the batch's folded text.
        rows: The row of each document in its shard.
        size: Tokens of a window.
        seed: What tells these windows from those of other corpora.
        hashes: Receives the hash of each window; one for each token suffices.
        places: Receives its place: ``row << 32 | byte in the document's folded text``.

    Returns:
        The number of windows.
    """
    highest = _ONE
    for _ in range(size - 1):
        highest *= _BASE
    window = 0
    for document in range(len(until) - 1):
        first, behind = until[document], until[document + 1]
        row = np.uint64(rows[document]) << ROW_SHIFT
        value = np.uint64(0)
        for token in range(first, behind):
            if token - first >= size:
                value -= token_hashes[token - size] * highest
            value = value * _BASE + token_hashes[token]
            if token - first >= size - 1:
                start = token - size + 1
                hashes[window] = _mixed(value ^ seed)
                places[window] = row | np.uint64(folded_starts[start] - folded_starts[first])
                window += 1
    return window


@inlined
def _mixed(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> np.uint64(30))) * _FIRST_FACTOR
    value = (value ^ (value >> np.uint64(27))) * _SECOND_FACTOR
    return value ^ (value >> np.uint64(31))


@kernel
def deal(hashes: Hashes, places: Hashes, bits: int, dealt_hashes: Hashes, dealt_places: Hashes) -> Integers:
    """Deal windows to ``2**bits`` partitions by the highest bits of their hashes, in their order within each.

    Args:
        hashes: The hash of each window.
        places: Its place.
        bits: At least 1.
        dealt_hashes: Receives the hashes by partition.
        dealt_places: Receives the places likewise.

    Returns:
        int64[partitions + 1], where each partition begins.
    """
    shift = np.uint64(64 - bits)
    begins = np.zeros((1 << bits) + 1, np.int64)
    for window in range(len(hashes)):
        begins[np.int64(hashes[window] >> shift) + 1] += 1
    for partition in range(1 << bits):
        begins[partition + 1] += begins[partition]
    following = begins.copy()
    for window in range(len(hashes)):
        target = np.int64(hashes[window] >> shift)
        dealt_hashes[following[target]] = hashes[window]
        dealt_places[following[target]] = places[window]
        following[target] += 1
    return begins
