"""SHA-1 (FIPS 180-4) of word n-grams, sixteen at a time, and the permutations that RedPajama-V2 takes of them."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import load_eight_bytes

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Words32 = npt.NDArray[np.uint32]

LANES = 16
SCHEDULE_WORDS = 80
STATE_WORDS = 5

_BLOCK = 64  # bytes
_INITIAL = np.array([0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0], np.uint32)
_ROUNDS = 20  # of each of the four kinds
_CONSTANTS = np.array([0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6], np.uint32)
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)  # masks of the first 0 to 8
_END_MARK = np.uint64(0x80)
_EIGHT = np.uint64(8)
_HALF = np.uint64(32)
_LOW_HALF = np.uint64(0xFFFFFFFF)
_MERSENNE = np.uint64((1 << 61) - 1)
_MERSENNE_BITS = np.uint64(61)
_ALL_ONES = np.uint32(0xFFFFFFFF)


@kernel
def sign_word_ngrams(
    text: Bytes,
    word_starts: Integers,
    words_until: Integers,
    size: int,
    multipliers: npt.NDArray[np.uint64],
    increments: npt.NDArray[np.uint64],
    hashes: Words32,
    signatures: Words32,
) -> None:
    """Write RedPajama-V2's MinHash signature of each document: of each permutation, the least value.

    A permutation is h → ((a h + b) modulo 2**64 modulo 2**61 - 1) modulo 2**32, of the first four bytes of an
    n-gram's SHA-1, the least significant first.

    Args:
        text: This and the next two: what `normalize` wrote.
        word_starts: See `text`.
        words_until: See `text`.
        size: Words of an n-gram.
        multipliers: uint64[permutations].
        increments: uint64[permutations].
        hashes: Space for one a word of the longest document.
        signatures: uint32[documents, permutations], receives the least values; all ones for a document of fewer words.
    """
    state = np.empty((STATE_WORDS, LANES), np.uint32)
    schedule = np.empty((SCHEDULE_WORDS, LANES), np.uint32)
    least = np.empty(len(multipliers), np.uint64)
    for document in range(len(words_until) - 1):
        starts = word_starts[words_until[document] : words_until[document + 1] + 1]
        count = max(len(starts) - size, 0)
        for first in range(0, count, LANES):
            _hash_ngrams(text, starts, first, min(LANES, count - first), size, state, schedule, hashes)
        least[:] = np.uint64(_ALL_ONES)
        for ngram in range(count):
            value = np.uint64(hashes[ngram])
            for permutation in range(len(least)):
                product = value * multipliers[permutation] + increments[permutation]
                folded = (product & _MERSENNE) + (product >> _MERSENNE_BITS)
                folded = folded - _MERSENNE if folded >= _MERSENNE else folded
                least[permutation] = min(least[permutation], folded & _LOW_HALF)
        for permutation in range(len(least)):
            signatures[document, permutation] = np.uint32(least[permutation])


@inlined
def _hash_ngrams(
    text: Bytes,
    starts: Integers,
    first: Index,
    lanes: Index,
    size: int,
    state: Words32,
    schedule: Words32,
    hashes: Words32,
) -> None:
    """Write the first word of the SHA-1 of some n-grams next to each other, as many as there are lanes."""
    most: Index = 0
    for lane in range(lanes):
        most = max(most, _blocks(starts[first + lane + size] - 1 - starts[first + lane]))
    for word in range(STATE_WORDS):
        state[word] = _INITIAL[word]
    for block in range(most):
        for lane in range(lanes):
            start = starts[first + lane]
            _fill_schedule(text, start, starts[first + lane + size] - 1 - start, block, schedule, lane)
        _compress(state, schedule)
        for lane in range(lanes):
            if _blocks(starts[first + lane + size] - 1 - starts[first + lane]) == block + 1:
                hashes[first + lane] = _swap_bytes(state[0, lane])


@inlined
def _blocks(length: Index) -> Index:
    """Return the blocks of a message: its bytes, an end mark of one byte, and its length in eight."""
    return (length + 8) // _BLOCK + 1


@inlined
def _fill_schedule(text: Bytes, start: Index, length: Index, block: Index, schedule: Words32, lane: Index) -> None:
    """Write one block of a message, padded, as sixteen words with the most significant byte first."""
    for pair in range(8):
        place = block * _BLOCK + 8 * pair
        left = length - place
        eight = np.uint64(0)
        if left >= 8:
            eight = load_eight_bytes(text, start + place)
        elif left >= 0:
            mark = _END_MARK << (np.uint64(left) * _EIGHT)
            eight = np.uint64(load_eight_bytes(text, start + place) & _FIRST_BYTES[left] | mark)
        schedule[2 * pair, lane] = _swap_bytes(np.uint32(eight & _LOW_HALF))
        schedule[2 * pair + 1, lane] = _swap_bytes(np.uint32(eight >> _HALF))
    if _blocks(length) == block + 1:
        schedule[15, lane] = np.uint32(8 * length)


@inlined
def _compress(state: Words32, schedule: Words32) -> None:
    """Work one block of each lane into its state."""
    for step in range(16, SCHEDULE_WORDS):
        for lane in range(LANES):
            mixed = schedule[step - 3, lane] ^ schedule[step - 8, lane]
            schedule[step, lane] = _rotate(mixed ^ schedule[step - 14, lane] ^ schedule[step - 16, lane], 1)
    a, b, c, d, e = state[0].copy(), state[1].copy(), state[2].copy(), state[3].copy(), state[4].copy()
    for step in range(_ROUNDS):
        for lane in range(LANES):
            chosen = (b[lane] & c[lane]) | (~b[lane] & d[lane])
            _step(a, b, e, chosen, _CONSTANTS[0], schedule[step, lane], lane)
        a, b, c, d, e = e, a, b, c, d
    for step in range(_ROUNDS, 2 * _ROUNDS):
        for lane in range(LANES):
            _step(a, b, e, b[lane] ^ c[lane] ^ d[lane], _CONSTANTS[1], schedule[step, lane], lane)
        a, b, c, d, e = e, a, b, c, d
    for step in range(2 * _ROUNDS, 3 * _ROUNDS):
        for lane in range(LANES):
            most = (b[lane] & c[lane]) | (b[lane] & d[lane]) | (c[lane] & d[lane])
            _step(a, b, e, most, _CONSTANTS[2], schedule[step, lane], lane)
        a, b, c, d, e = e, a, b, c, d
    for step in range(3 * _ROUNDS, 4 * _ROUNDS):
        for lane in range(LANES):
            _step(a, b, e, b[lane] ^ c[lane] ^ d[lane], _CONSTANTS[3], schedule[step, lane], lane)
        a, b, c, d, e = e, a, b, c, d
    for lane in range(LANES):
        state[0, lane] += a[lane]
        state[1, lane] += b[lane]
        state[2, lane] += c[lane]
        state[3, lane] += d[lane]
        state[4, lane] += e[lane]


@inlined
def _step(
    a: Words32, b: Words32, e: Words32, mixed: np.uint32, constant: np.uint32, word: np.uint32, lane: Index
) -> None:
    e[lane] = np.uint32(e[lane] + _rotate(a[lane], 5) + mixed + constant + word)
    b[lane] = _rotate(b[lane], 30)


@inlined
def _rotate(word: np.uint32, bits: int) -> np.uint32:
    return np.uint32((word << np.uint32(bits)) | (word >> np.uint32(32 - bits)))


@inlined
def _swap_bytes(word: np.uint32) -> np.uint32:
    outer = (word >> np.uint32(24)) | (word << np.uint32(24))
    inner = ((word >> np.uint32(8)) & np.uint32(0xFF00)) | ((word << np.uint32(8)) & np.uint32(0xFF0000))
    return np.uint32(outer | inner)
