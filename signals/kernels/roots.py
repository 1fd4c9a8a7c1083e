"""ROOTS' filter values: repetition of characters and of words, special characters, words of lists."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.hash_tables import key_of, slot_of
from signals.kernels.utf8 import copy_sixteen_bytes, decode

Counts = npt.NDArray[np.int64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no character is lost in the sums
_ONE, _HALF = np.uint64(1), np.uint64(32)
_HASHES_PER_NGRAM = 4  # at least: of n-grams that occur once, about an eighth then shares another's hash
_MANY = 64  # occurrences
_SIXTEEN = np.uint64(16)
_SPACE, _LINE_FEED, _TAB = (np.uint8(ord(separator)) for separator in " \n\t")


class NgramSpace(NamedTuple):
    """Space to count the n-grams of one document in, of undefined content.

    Attributes:
        ngrams: Keys of n-grams, as many as there may be.
        met: At least `met_bytes` of that.
        table: At least `table_slots` of that.
        counts: As many.
    """

    ngrams: npt.NDArray[np.uint64]
    met: npt.NDArray[np.uint8]
    table: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.uint32]


def met_bytes(ngrams: int) -> int:
    """Return the bytes that `NgramSpace.met` needs."""
    return max(64, 1 << (_HASHES_PER_NGRAM * max(ngrams, 1) - 1).bit_length())


def table_slots(ngrams: int) -> int:
    """Return the slots that `NgramSpace.table` needs."""
    return max(2, 1 << (2 * max(ngrams, 1) - 1).bit_length())


@kernel
def measure_characters(
    data: npt.NDArray[np.uint8],
    offsets: Counts,
    sizes: Counts,
    special: npt.NDArray[np.bool_],
    codes: npt.NDArray[np.int32],
    space: NgramSpace,
) -> tuple[Counts, Counts, Counts, Counts]:
    """Count characters, special ones, and those n-grams of characters whose share is the repetition.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        sizes: Characters of an n-gram, by document.
        special: Whether each code point is special.
        codes: Space for the code points of a document.
        space: Space for as many n-grams as a document has characters.

    Returns:
        For each document: characters; special ones; occurrences of the most frequent n-grams; and, by the older
        formula, of those. `signals.reference.roots` has both formulas.
    """
    documents = len(offsets) - 1
    characters = np.zeros(documents, np.int64)
    specials = np.zeros(documents, np.int64)
    top = np.zeros(documents, np.int64)
    top_ac_dc = np.zeros(documents, np.int64)
    for document in range(documents):
        position, end = np.uint64(offsets[document]), np.uint64(offsets[document + 1])
        length, special_count = np.uint64(0), 0
        while position < end:
            code: Index = np.uint64(data[position])
            size = 1
            if code >= 0x80:
                code, size = decode(data, position)
            codes[length] = code
            special_count += special[np.uint64(code)]
            length += _ONE
            position += np.uint64(size)
        specials[document], characters[document] = special_count, length
        n = sizes[document]
        if np.int64(length) < n:
            continue
        ngrams = np.int64(length) - n + 1
        _write_ngrams(codes[:length], n, space.ngrams)
        slots = _count_repeats(ngrams, space)
        top[document], top_ac_dc[document] = _sum_of_top(space.counts[:slots], ngrams)
    return characters, specials, top, top_ac_dc


@inlined
def _write_ngrams(codes: npt.NDArray[np.int32], n: Index, ngrams: npt.NDArray[np.uint64]) -> None:
    """Write the key of each n-gram of characters, a polynomial that rolls on."""
    leaving, key = _ONE, np.uint64(0)
    for k in range(n):
        leaving *= _FACTOR
        key = key * _FACTOR + np.uint64(codes[k])
    ngrams[0] = key
    left, entered, further = codes[: len(codes) - n], codes[n:], ngrams[1:]
    for k in range(len(left)):
        key = key * _FACTOR + (np.uint64(entered[k]) - leaving * np.uint64(left[k]))
        further[k] = key


@inlined
def _count_repeats(ngrams: Index, space: NgramSpace) -> Index:
    """Count each n-gram that occurs more than once, and a few others, in a hash table; return its slots.

    First, n-grams whose hash no other has are sorted out: a byte for each hash tells how often it was met, and most
    n-grams of most texts need no more than that.
    """
    hashes, shift = 64, np.uint64(58)
    while hashes < _HASHES_PER_NGRAM * ngrams:
        hashes *= 2
        shift -= _ONE
    met, keys = space.met[:hashes], space.ngrams[:ngrams]
    met[:] = 0
    for k in range(len(keys)):
        spread = _spread(keys[k]) >> shift
        met[spread] += np.uint8(met[spread] < 2)
    kept = np.uint64(0)
    for k in range(len(keys)):
        key = keys[k]
        keys[kept] = key
        kept += np.uint64(met[_spread(key) >> shift] > 1)
    slots = 2
    while slots < 2 * np.int64(kept):
        slots *= 2
    table, counts = space.table[:slots], space.counts[:slots]
    counts[:] = 0
    last = np.uint64(slots - 1)
    for k in range(np.int64(kept)):
        key = keys[k]
        slot = (_spread(key) >> _HALF) & last
        while counts[slot] and table[slot] != key:
            slot = (slot + _ONE) & last
        table[slot] = key
        counts[slot] += np.uint32(1)
    return slots


@inlined
def _spread(key: np.uint64) -> np.uint64:
    """Return a number whose high bits depend on all of the key's."""
    return (key ^ (key >> _HALF)) * _FACTOR


@inlined
def _sum_of_top(counts: npt.NDArray[np.uint32], total: Index) -> tuple[np.int64, np.int64]:
    """Return the sums of the highest counts, as many as both formulas take."""
    with_count = np.zeros(_MANY, np.int64)  # how many n-grams have each of the lower counts
    many = 0
    for slot in range(len(counts)):
        count = counts[slot]
        if count < _MANY:
            with_count[count] += 1
        else:
            counts[many] = count  # slots behind are not read again
            many += 1
    highest = np.sort(counts[:many])[::-1]
    repeated, repeats = np.int64(many), np.int64(highest.sum())
    for count in range(2, _MANY):
        repeated += with_count[count]
        repeats += with_count[count] * count
    once = total - repeats
    root = np.int64(np.sqrt(once + repeated))
    top = _sum_of_highest(highest, with_count, min(root, repeated))
    taken = min(root, once)
    top_ac_dc = _sum_of_highest(highest, with_count, min(taken, repeated)) + max(taken - repeated, np.int64(0))
    return top, top_ac_dc


@inlined
def _sum_of_highest(highest: npt.NDArray[np.uint32], with_count: npt.NDArray[np.int64], taken: np.int64) -> np.int64:
    """Return the sum of so many counts: of the highest, which are sorted, and of those of which there are many."""
    total = np.int64(highest[:taken].sum())
    left = taken - min(taken, np.int64(len(highest)))
    for count in range(len(with_count) - 1, 1, -1):
        of_these = min(left, with_count[count])
        total += of_these * count
        left -= of_these
    return total


@kernel
def split_words(
    data: npt.NDArray[np.uint8],
    offsets: Counts,
    special: npt.NDArray[np.bool_],
    text: npt.NDArray[np.uint8],
    word_starts: Counts,
) -> Counts:
    """Write what spaces, line feeds and tabs part, without the special characters at both ends.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        special: Whether each code point is special.
        text: Receives the words, a space behind each. As many bytes as `data` has, one a document
            and PADDING suffice.
        word_starts: Receives where each word begins in `text`, the end of the last behind.

    Returns:
        The number of words up to the end of each document, a zero first.
    """
    documents = len(offsets) - 1
    words_until = np.zeros(documents + 1, np.int64)
    word, out = np.uint64(0), np.uint64(0)
    for document in range(documents):
        position, end = np.uint64(offsets[document]), np.uint64(offsets[document + 1])
        while position < end:
            first, last = end, end  # of the word, special characters at its ends apart
            while position < end:
                byte = data[position]
                if byte in (_SPACE, _LINE_FEED, _TAB):
                    break
                code: Index = np.uint64(byte)
                size = 1
                if code >= 0x80:
                    code, size = decode(data, position)
                behind = position + np.uint64(size)
                if not special[np.uint64(code)]:
                    first, last = min(first, position), behind
                position = behind
            if first < end:
                word_starts[word] = out
                word += _ONE
                length = min(last, end) - first
                for k in range(np.uint64(0), length, _SIXTEEN):
                    copy_sixteen_bytes(data, first + k, text, out + k)
                out += length
                text[out] = _SPACE
                out += _ONE
            position += _ONE
        words_until[document + 1] = word
    word_starts[word] = out
    return words_until


@kernel
def measure_word_repetition(
    hashes: npt.NDArray[np.uint64],
    words_until: Counts,
    sizes: Counts,
    space: NgramSpace,
) -> Counts:
    """Return how many n-grams of words of each document occur more than once in it, each as often as it does.

    Args:
        hashes: Hash of each word.
        words_until: The number of words up to the end of each document, a zero first.
        sizes: Words of an n-gram, by document.
        space: Space for as many n-grams as a document has words.
    """
    documents = len(words_until) - 1
    repeats = np.zeros(documents, np.int64)
    for document in range(documents):
        words = hashes[words_until[document] : words_until[document + 1]]
        ngrams = len(words) - sizes[document] + 1
        if ngrams < 1:
            continue
        for k in range(ngrams):
            key = np.uint64(0)
            for following in range(k, k + sizes[document]):
                key = key * _FACTOR + words[following]
            space.ngrams[k] = key
        for slot in range(_count_repeats(ngrams, space)):
            if space.counts[slot] > 1:
                repeats[document] += space.counts[slot]
    return repeats


@kernel
def count_listed_words(
    text: npt.NDArray[np.uint8],
    word_starts: Counts,
    words_until: Counts,
    lists: Counts,
    pairs: npt.NDArray[np.bool_],
    tables: npt.NDArray[np.uint64],
    table_starts: Counts,
) -> Counts:
    """Count the words of each document that a list has, and where wanted the pairs of neighbours with a space between.

    Args:
        text: What `split_words` wrote.
        word_starts: What `split_words` wrote.
        words_until: What `split_words` returned.
        lists: The list for each document, -1 for none.
        pairs: Whether pairs are looked up, by document.
        tables: Keys of the words of all lists: hash tables, see `slot_of`.
        table_starts: Where the table of each list begins, the end of the last behind.
    """
    documents = len(words_until) - 1
    counts = np.zeros(documents, np.int64)
    for document in range(documents):
        row = lists[document]
        if row < 0:
            continue
        table = tables[table_starts[row] : table_starts[row + 1]]
        last = words_until[document + 1] - 1
        for word in range(words_until[document], last + 1):
            start = word_starts[word]
            key = key_of(text, start, word_starts[word + 1] - 1 - start)
            counts[document] += table[slot_of(table, key)] == key
            if pairs[document] and word < last:
                key = key_of(text, start, word_starts[word + 2] - 1 - start)
                counts[document] += table[slot_of(table, key)] == key
    return counts


@kernel
def fill_table(text: npt.NDArray[np.uint8], starts: Counts, table: npt.NDArray[np.uint64]) -> None:
    """Write the keys of words to an empty hash table; word w is ``text[starts[w]:starts[w + 1] - 1]``."""
    for word in range(len(starts) - 1):
        key = key_of(text, starts[word], starts[word + 1] - 1 - starts[word])
        table[slot_of(table, key)] = key
