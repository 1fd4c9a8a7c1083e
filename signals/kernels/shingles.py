"""Shingles (n-grams of words or characters), their MinHash signatures and their sets."""

import numpy as np
import numpy.typing as npt

from signals.characters import REPLACED, UNSPACED
from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode, hash_bytes

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Words32 = npt.NDArray[np.uint32]

_BASE = np.uint64(0x9E3779B97F4A7C15)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_THIRTY, _TWENTY_SEVEN, _THIRTY_ONE = np.uint64(30), np.uint64(27), np.uint64(31)
_HALF = np.uint64(32)
_ASCII_END = np.uint8(0x80)


@kernel
def split_unspaced(
    text: Bytes,
    word_starts: Integers,
    word_hashes: Hashes,
    words_until: Integers,
    runs_until: Integers,
    run_seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    units: Hashes,
) -> Integers:
    """Write a hash of each unit: a character of a script without spaces, or what of a word lies between such.

    Args:
        text: This and the next three: what `normalize` and `hash_words` wrote.
        word_starts: See `text`.
        word_hashes: See `text`.
        words_until: See `text`.
        runs_until: This and the next: what `find_runs` returned and wrote.
        run_seen: See `runs_until`.
        pages: `CharacterTables.pages`.
        flags: `CharacterTables.flags`.
        units: Receives the hashes; one a byte of the batch, and one a document, suffice.

    Returns:
        int64[documents + 1], units up to the end of each document, a zero first.
    """
    documents = len(words_until) - 1
    units_until = np.zeros(documents + 1, np.int64)
    unit: Index = 0
    for document in range(documents):
        first, behind = words_until[document], words_until[document + 1]
        seen = np.uint16(0)
        for run in range(runs_until[document], runs_until[document + 1]):
            seen |= run_seen[run]
        if seen & UNSPACED:
            for word in range(first, behind):
                unit = _split_word(text, word_starts[word], word_starts[word + 1] - 1, pages, flags, units, unit)
        else:
            for word in range(first, behind):
                units[unit] = word_hashes[word]
                unit += 1
        units_until[document + 1] = unit
    return units_until


@inlined
def _split_word(
    text: Bytes,
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    units: Hashes,
    unit: Index,
) -> Index:
    """Write the units of one word and return the number of all so far; a combining mark belongs to what it follows."""
    begin = position = start
    behind_unspaced = False
    while position < end:
        size, found = 1, np.uint16(0)
        if text[position] >= _ASCII_END:
            code, size = decode(text, position)
            found = flags[place_in_table(pages, code)]
        if not found & REPLACED:  # of normalised text, none but combining marks would be replaced
            unspaced = (found & UNSPACED) != 0
            if position > begin and (unspaced or behind_unspaced):
                units[unit] = hash_bytes(text, begin, position - begin)
                unit += 1
                begin = position
            behind_unspaced = unspaced
        position += size
    units[unit] = hash_bytes(text, begin, end - begin)
    return unit + 1


@kernel
def split_characters(text: Bytes, word_starts: Integers, words_until: Integers, units: Hashes) -> Integers:
    """Write the code points of normalised text, one space between two words.

    Args:
        text: This and the next two: what `normalize` wrote.
        word_starts: See `text`.
        words_until: See `text`.
        units: Receives the code points; one a byte of `text` suffices.

    Returns:
        int64[documents + 1], code points up to the end of each document, a zero first.
    """
    documents = len(words_until) - 1
    units_until = np.zeros(documents + 1, np.int64)
    unit: Index = 0
    for document in range(documents):
        position, end = word_starts[words_until[document]], word_starts[words_until[document + 1]] - 1
        while position < end:
            if text[position] < _ASCII_END:
                units[unit] = text[position]
                position += 1
            else:
                code, size = decode(text, position)
                units[unit] = code
                position += size
            unit += 1
        units_until[document + 1] = unit
    return units_until


@kernel
def sign_shingles(
    units: Hashes,
    units_until: Integers,
    size: int,
    multipliers: Words32,
    increments: Words32,
    hashes: Hashes,
    signatures: Words32,
) -> None:
    """Write the MinHash signature of each document: of each permutation, the least value over its shingles.

    A permutation is x → a x + b modulo 2**32, a odd, of the upper half of a shingle's hash.

    Args:
        units: A hash of each unit.
        units_until: int64[documents + 1], units up to the end of each document.
        size: Units of a shingle.
        multipliers: uint32[permutations], odd.
        increments: uint32[permutations].
        hashes: Space for the hashes of the shingles of the longest document.
        signatures: uint32[documents, permutations], receives the least values; all ones without shingles.
    """
    for document in range(len(units_until) - 1):
        count = _hash_shingles(units[units_until[document] : units_until[document + 1]], size, hashes)
        row = signatures[document]
        row[:] = np.uint32(0xFFFFFFFF)
        for shingle in range(count):
            value = np.uint32(hashes[shingle] >> _HALF)
            for permutation in range(len(row)):
                permuted = np.uint32(np.uint32(value * multipliers[permutation]) + increments[permutation])
                row[permutation] = min(row[permutation], permuted)


@kernel
def collect_shingles(units: Hashes, units_until: Integers, size: int, sets: Hashes) -> Integers:
    """Write the set of each document's shingles: their hashes, sorted, each once.

    Args:
        units: A hash of each unit.
        units_until: int64[documents + 1], units up to the end of each document.
        size: Units of a shingle.
        sets: Receives the sets; one element a unit suffices.

    Returns:
        int64[documents + 1], elements up to the end of each document, a zero first.
    """
    documents = len(units_until) - 1
    sets_until = np.zeros(documents + 1, np.int64)
    written = 0
    for document in range(documents):
        found = sets[written:]
        count = _hash_shingles(units[units_until[document] : units_until[document + 1]], size, found)
        found[:count].sort()
        distinct = 0
        for place in range(count):
            if place == 0 or found[place] != found[distinct - 1]:
                found[distinct] = found[place]
                distinct += 1
        written += distinct
        sets_until[document + 1] = written
    return sets_until


@inlined
def _hash_shingles(units: Hashes, size: int, hashes: Hashes) -> int:
    """Write a 64-bit hash of each run of `size` units, of all units where there are fewer; return how many.

    The units are the digits of a number, modulo 2**64, mixed as SplitMix64 does (Steele, Lea, Flood 2014).
    """
    if len(units) == 0:
        return 0
    size = min(size, len(units))
    count = len(units) - size + 1
    for first in range(count):
        state = np.uint64(0)
        for place in range(size):
            state = state * _BASE + units[first + place]
        state = (state ^ (state >> _THIRTY)) * _FIRST_FACTOR
        state = (state ^ (state >> _TWENTY_SEVEN)) * _SECOND_FACTOR
        hashes[first] = state ^ (state >> _THIRTY_ONE)
    return count
