"""The sum of the vectors of each document's features, for a supervised fastText model.

Source: facebookresearch/fastText, src/dictionary.cc (`getLine`, `computeSubwords`, `addWordNgrams`); Bojanowski et al.
2016 (arXiv 1607.04606).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import hash_bytes

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

REMEMBERED_BYTES = 32  # longer words are rare

_HASH_START, _HASH_FACTOR = np.uint64(2166136261), np.uint64(16777619)  # FNV-1a
_LOW_HALF, _HIGH_HALF = np.uint64(0x00000000FFFFFFFF), np.uint64(0xFFFFFFFF00000000)
_SIGN_BIT = np.uint64(31)
# fastText takes bytes of 0x80 and above for negative numbers, and widens them to 32 bits.
_HASHED_BYTE = np.array([byte if byte < 0x80 else byte | 0xFFFFFF00 for byte in range(256)], np.uint64)
_WORD_FACTOR = np.uint64(116049371)
_SPREAD, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_NOTHING, _ONE, _THREE, _SEVEN = np.uint64(0), np.uint64(1), np.uint64(3), np.uint64(7)

_BEGIN, _END = np.uint8(ord("<")), np.uint8(ord(">"))
_END_OF_LINE = np.array(list(b"</s>"), np.uint8)
_LABEL = np.array(list(b"__label__"), np.uint8)
_IS_SPACE = np.zeros(256, np.bool_)
_IS_SPACE[[0, 9, 10, 11, 12, 13, 32]] = True


class Features(NamedTuple):
    """The features that a model has vectors for.

    Attributes:
        vectors: float32[rows, dim].
        word_keys: uint64[a power of two], a hash table of words by `hash_bytes`; see `fill_table`.
        word_rows: The row of each.
        ngram_seen: uint8[bucket / 8 + 1], a bit for each n-gram that has a row.
        ngram_keys: uint64[a power of two], a hash table of these n-grams by `ngram_keys`.
        ngram_rows: The row of each.
        all_ngrams: Whether each n-gram has a row, so that the three before tell nothing.
        first_ngram: Then, the row of n-gram 0.
        bucket: By how many numbers n-grams are known.
        min_n: The fewest characters of a word that make one feature.
        max_n: The most; 0 for none.
        word_ngrams: The most words that make one feature.
        end_row: The row of the end of a line, -1 for none.
    """

    vectors: Floats
    word_keys: Keys
    word_rows: Integers
    ngram_seen: Bytes
    ngram_keys: Keys
    ngram_rows: Integers
    all_ngrams: bool
    first_ngram: int
    bucket: int
    min_n: int
    max_n: int
    word_ngrams: int
    end_row: int


class Remembered(NamedTuple):
    """Words met before, in whatever slots their hashes fall: they save time and change nothing else.

    Attributes:
        keys: uint64[a power of two and one], by `hash_bytes`, 0 for an empty slot; the last is for long words.
        sums: float32[words, dim], the sum of the vectors of each.
        counts: int64[words], of how many.
    """

    keys: Keys
    sums: Floats
    counts: Integers


@kernel
def fill_table(keys: Keys, rows: Integers, table_keys: Keys, table_rows: Integers) -> None:
    """Write keys, none of them 0, and their rows to a hash table of a power of two slots, each to the next free one."""
    mask = np.uint64(len(table_keys) - 1)
    for place in range(len(keys)):
        slot = (keys[place] >> _HALF) & mask
        while table_keys[slot] != _NOTHING:
            slot = (slot + _ONE) & mask
        table_keys[slot] = keys[place]
        table_rows[slot] = rows[place]


def ngram_keys(numbers: Keys) -> Keys:
    """Return what n-grams are known by in their hash table."""
    return (numbers + _ONE) * _SPREAD


@kernel
def add_features(
    data: Bytes,
    offsets: Integers,
    features: Features,
    remembered: Remembered,
    bounded: Bytes,
    sums: Floats,
    counts: Integers,
) -> None:
    """Add up the vectors of the features of each document, read as one line.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        features: The model's.
        remembered: Kept from batch to batch.
        bounded: Two bytes more than the longest document, to write in.
        sums: float32[documents, dim], receives the sums.
        counts: Receives of how many vectors each is.
    """
    # Each array on its own: to pass on a tuple costs as many atomic operations as it has arrays.
    vectors, word_keys, word_rows = features.vectors, features.word_keys, features.word_rows
    seen, table_keys, table_rows = features.ngram_seen, features.ngram_keys, features.ngram_rows
    all_ngrams, first_ngram = features.all_ngrams, np.uint64(features.first_ngram)
    bucket, min_n, max_n = np.uint64(features.bucket), features.min_n, features.max_n
    known_keys, known_sums, known_counts = remembered.keys, remembered.sums, remembered.counts
    spare = np.uint64(len(known_keys) - 1)
    mask = spare - _ONE
    hashes = np.zeros(features.word_ngrams, np.uint64)  # of the words before and this one, the last word first
    end_hash = _word_hash(_END_OF_LINE, 0, len(_END_OF_LINE))
    for document in range(len(offsets) - 1):
        row = np.uint64(document)
        sums[document] = 0
        count, words = 0, 0
        position, end = offsets[document], offsets[document + 1]
        while position < end:
            if _IS_SPACE[data[position]]:
                position += 1
                continue
            start = position
            while position < end and not _IS_SPACE[data[position]]:
                position += 1
            length = position - start
            if _is_label(data, start, length):
                continue
            key = hash_bytes(data, start, length)
            slot = key & mask if length <= REMEMBERED_BYTES else spare
            if slot == spare or known_keys[slot] != key:
                known_sums[slot] = 0
                known_counts[slot] = _add_word(
                    data,
                    start,
                    length,
                    key,
                    vectors,
                    word_keys,
                    word_rows,
                    seen,
                    table_keys,
                    table_rows,
                    all_ngrams,
                    first_ngram,
                    bucket,
                    min_n,
                    max_n,
                    bounded,
                    known_sums,
                    slot,
                )
                known_keys[slot] = key
            for k in range(sums.shape[1]):
                sums[row, k] += known_sums[slot, k]
            count += known_counts[slot]
            if len(hashes) > 1:
                _shift_in(hashes, _word_hash(data, start, length))
                words += 1
                count += _add_word_ngrams(
                    hashes, words, vectors, seen, table_keys, table_rows, all_ngrams, first_ngram, bucket, sums, row
                )
        if features.end_row >= 0:
            for k in range(sums.shape[1]):
                sums[row, k] += vectors[features.end_row, k]
            count += 1
        if len(hashes) > 1:
            _shift_in(hashes, end_hash)
            words += 1
            count += _add_word_ngrams(
                hashes, words, vectors, seen, table_keys, table_rows, all_ngrams, first_ngram, bucket, sums, row
            )
        counts[document] = count


@inlined
def _is_label(data: Bytes, start: Index, length: Index) -> bool:
    """Tell whether a word begins as labels do: such words are no features."""
    if length < len(_LABEL) or data[start] != _LABEL[0]:
        return False
    equal = 1
    while equal < len(_LABEL) and data[start + equal] == _LABEL[equal]:
        equal += 1
    return equal == len(_LABEL)


@kernel
def _add_word(
    data: Bytes,
    start: int,
    length: int,
    key: np.uint64,
    vectors: Floats,
    word_keys: Keys,
    word_rows: Integers,
    seen: Bytes,
    table_keys: Keys,
    table_rows: Integers,
    all_ngrams: bool,
    first_ngram: np.uint64,
    bucket: np.uint64,
    min_n: int,
    max_n: int,
    bounded: Bytes,
    sums: Floats,
    row: np.uint64,
) -> int:
    """Add the vectors of a word and of its character n-grams to a row of `sums`; return how many they are."""
    count = 0
    mask = np.uint64(len(word_keys) - 1)
    slot = (key >> _HALF) & mask
    while word_keys[slot] != _NOTHING:
        if word_keys[slot] == key:
            for k in range(sums.shape[1]):
                sums[row, k] += vectors[word_rows[slot], k]
            count += 1
            break
        slot = (slot + _ONE) & mask
    if max_n <= 0:
        return count
    bounded[0] = _BEGIN
    for place in range(length):
        bounded[place + 1] = data[start + place]
    bounded[length + 1] = _END
    end = length + 2
    for first in range(end):
        if bounded[first] & 0xC0 == 0x80:
            continue
        hashed = _HASH_START
        behind = first
        for n in range(1, max_n + 1):
            if behind == end:
                break
            hashed = _hash_byte(hashed, bounded[behind])
            behind += 1
            while behind < end and bounded[behind] & 0xC0 == 0x80:
                hashed = _hash_byte(hashed, bounded[behind])
                behind += 1
            if n < min_n or (n == 1 and (first == 0 or behind == end)):
                continue
            number = hashed % bucket
            if all_ngrams or seen[number >> _THREE] >> (number & _SEVEN) & 1:
                source = _row_of_ngram(number, table_keys, table_rows, all_ngrams, first_ngram)
                for k in range(sums.shape[1]):
                    sums[row, k] += vectors[source, k]
                count += 1
    return count


@kernel
def _add_word_ngrams(
    hashes: Keys,
    words: int,
    vectors: Floats,
    seen: Bytes,
    table_keys: Keys,
    table_rows: Integers,
    all_ngrams: bool,
    first_ngram: np.uint64,
    bucket: np.uint64,
    sums: Floats,
    row: np.uint64,
) -> int:
    """Add the vectors of the n-grams of words that end with the latest word; return how many they are."""
    count = 0
    for length in range(2, min(len(hashes), words) + 1):
        hashed = _NOTHING
        for place in range(length - 1, -1, -1):
            hashed = hashed * _WORD_FACTOR + hashes[place]
        number = hashed % bucket
        if all_ngrams or seen[number >> _THREE] >> (number & _SEVEN) & 1:
            source = _row_of_ngram(number, table_keys, table_rows, all_ngrams, first_ngram)
            for k in range(sums.shape[1]):
                sums[row, k] += vectors[source, k]
            count += 1
    return count


@inlined
def _row_of_ngram(
    number: np.uint64, table_keys: Keys, table_rows: Integers, all_ngrams: bool, first_ngram: np.uint64
) -> np.uint64:
    """Return the row of an n-gram that has one."""
    if all_ngrams:
        return first_ngram + number
    mask = np.uint64(len(table_keys) - 1)
    key = (number + _ONE) * _SPREAD
    slot = (key >> _HALF) & mask
    while table_keys[slot] != key:
        slot = (slot + _ONE) & mask
    return np.uint64(table_rows[slot])


@inlined
def _shift_in(hashes: Keys, hashed: np.uint64) -> None:
    """Put a word's hash before the others, and drop the last."""
    for place in range(len(hashes) - 1, 0, -1):
        hashes[place] = hashes[place - 1]
    hashes[0] = hashed


@inlined
def _word_hash(data: Bytes, start: Index, length: Index) -> np.uint64:
    """Return the hash of a word as word n-grams take it: as a signed 32-bit number, widened."""
    hashed: np.uint64 = _HASH_START
    for place in range(length):
        hashed = _hash_byte(hashed, data[start + place])
    return hashed | _HIGH_HALF * (hashed >> _SIGN_BIT)


@inlined
def _hash_byte(hashed: np.uint64, byte: np.uint8) -> np.uint64:
    widened: np.uint64 = _HASHED_BYTE[byte]
    return (hashed ^ widened) * _HASH_FACTOR & _LOW_HALF
