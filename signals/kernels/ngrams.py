"""N-grams that a text repeats, counted in a hash table after those that occur once are sorted out."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined

FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that nothing is lost in the products that are keys

_ONE = np.uint64(1)
_HASHES_PER_NGRAM = 4  # at least: of n-grams that occur once, about an eighth then shares another's hash
_FEWEST_BITS = 6
_FREE = np.uint32(0xFFFFFFFF)


Units = npt.NDArray[np.int32] | npt.NDArray[np.uint64]


class NgramSpace(NamedTuple):
    """Space to count the n-grams of one document in, of undefined content.

    Attributes:
        keys: Keys of n-grams, as many as there may be.
        met: At least `met_bytes` of that.
        slots: At least `table_slots` of that.
        counted: One more than keys.
        counts: As many.
    """

    keys: npt.NDArray[np.uint64]
    met: npt.NDArray[np.uint8]
    slots: npt.NDArray[np.uint32]
    counted: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.uint32]


def met_bytes(ngrams: int) -> int:
    """Return the bytes that `NgramSpace.met` needs."""
    return 1 << _bits(_HASHES_PER_NGRAM * ngrams)


def table_slots(ngrams: int) -> int:
    """Return the slots that `NgramSpace.slots` needs."""
    return 1 << _bits(2 * ngrams)


def _bits(least: int) -> int:
    return max(_FEWEST_BITS, (max(least, 1) - 1).bit_length())


@inlined
def clear_met(ngrams: Index, met: npt.NDArray[np.uint8]) -> np.uint64:
    """Clear as much of `NgramSpace.met` as so many n-grams need; return the shift from key to place in it."""
    bits = _FEWEST_BITS
    while (1 << bits) < _HASHES_PER_NGRAM * ngrams:
        bits += 1
    met[: 1 << bits] = 0
    return np.uint64(64 - bits)


@inlined
def meet(key: np.uint64, met: npt.NDArray[np.uint8], shift: np.uint64) -> None:
    """Count an n-gram where all of its hash are counted: once, or more often."""
    place = key >> shift
    times = met[place]
    met[place] = times + np.uint8(times < 2)


@inlined
def write_ngrams(units: Units, n: Index, space: NgramSpace, shift: np.uint64) -> None:
    """Write the key of each n-gram of a document, a polynomial that rolls on, and meet it.

    Even the last unit is multiplied, so that it has its share in the highest bits, which lead to places in tables.
    Each key waits for the product that is the key before it; so two roll side by side, one through either half.

    Args:
        units: A number for each character or word, n or more of them.
        n: How many make an n-gram.
        space: Receives the keys, in `met` too.
        shift: What `clear_met` returned.
    """
    leaving = _ONE
    for _ in range(n):
        leaving *= FACTOR
    ngrams = len(units) - n + 1
    half = ngrams // 2
    first, second = _key(units, n), _key(units[half:], n)
    if half:
        _write(first, space.keys, 0, space.met, shift)
    _write(second, space.keys, half, space.met, shift)
    left, entered, keys = units, units[n:], space.keys[1:]
    left_later, entered_later, keys_later = units[half:], units[half + n :], space.keys[half + 1 :]
    for k in range(half - 1):
        first = _roll(first, left[k], entered[k], leaving)
        _write(first, keys, k, space.met, shift)
        second = _roll(second, left_later[k], entered_later[k], leaving)
        _write(second, keys_later, k, space.met, shift)
    for k in range(max(half - 1, 0), ngrams - half - 1):  # the one more that the second half of an odd number has
        second = _roll(second, left_later[k], entered_later[k], leaving)
        _write(second, keys_later, k, space.met, shift)


@inlined
def _key(units: Units, n: Index) -> np.uint64:
    key = np.uint64(0)
    for k in range(n):
        key = (key + np.uint64(units[k])) * FACTOR
    return key


@inlined
def _roll(key: np.uint64, left: Index, entered: Index, leaving: np.uint64) -> np.uint64:
    return (key + (np.uint64(entered) - leaving * np.uint64(left))) * FACTOR


@inlined
def _write(
    key: np.uint64, keys: npt.NDArray[np.uint64], place: Index, met: npt.NDArray[np.uint8], shift: np.uint64
) -> None:
    keys[place] = key
    meet(key, met, shift)


@inlined
def count_repeated(ngrams: Index, shift: np.uint64, space: NgramSpace) -> np.int64:
    """Count each n-gram that occurs more than once, and a few others.

    Args:
        ngrams: How many keys there are in `space`, each of which `meet` has counted.
        shift: What `clear_met` returned.
        space: Its keys are lost; receives one count for each distinct n-gram that was counted.

    Returns:
        How many counts there are.
    """
    keys, met, slots = space.keys, space.met, space.slots
    counted, counts = space.counted, space.counts
    left = np.uint64(0)
    for k in range(ngrams):
        key = keys[k]
        keys[left] = key
        left += np.uint64(met[key >> shift] > 1)
    distinct = np.uint64(0)
    while left:
        # A slot is the first comer's. Keys that find another's there are left for a next round, made other keys: to
        # look further for a slot would be a branch, which cannot be predicted and costs more than all else here.
        found = np.int64(left)
        bits = _FEWEST_BITS
        while (1 << bits) < 2 * found:
            bits += 1
        to_slot = np.uint64(64 - bits)
        slots[: 1 << bits] = _FREE
        left = np.uint64(0)
        for k in range(found):
            key = keys[k]
            slot = key >> to_slot
            counted[distinct], counts[distinct] = key, 0
            number = np.uint64(slots[slot])
            is_new = number == _FREE
            number = distinct if is_new else number
            slots[slot] = number
            is_counted = counted[number] == key
            counts[number] += np.uint32(is_counted)
            distinct += np.uint64(is_new)
            keys[left] = key * FACTOR
            left += np.uint64(not is_counted)
    return np.int64(distinct)
