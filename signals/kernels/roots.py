"""ROOTS' filter values: repetition of characters and of words, and special characters."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.ngrams import NgramSpace, clear_met, count_repeated, write_ngrams
from signals.kernels.utf8 import decode, load_eight_bytes

Counts = npt.NDArray[np.int64]

# What is known of a code point; see `signals.roots.special_characters`.
SPECIAL = np.uint8(1)
SPECIAL_LOWERED = np.uint8(2)  # its lower case is special
CHANGED = np.uint8(4)  # beyond ASCII, and lower case makes another character of it

_ONE, _EIGHT = np.uint64(1), np.uint64(8)
_HIGHEST_BITS = np.uint64(0x8080808080808080)
_MANY = 64  # occurrences


@kernel
def measure_characters(
    data: npt.NDArray[np.uint8],
    offsets: Counts,
    sizes: Counts,
    flags: npt.NDArray[np.uint8],
    codes: npt.NDArray[np.int32],
    space: NgramSpace,
) -> tuple[Counts, Counts, Counts, Counts]:
    """Count characters, special ones, and those n-grams of characters whose share is the repetition.

    Args:
        data: UTF-8 of all documents, PADDING bytes behind.
        offsets: Where each document begins; one more than there are documents.
        sizes: Characters of an n-gram, by document.
        flags: SPECIAL of each code point, and more.
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
    with_count = np.empty((2, _MANY), np.int64)
    for document in range(documents):
        length, special = _read(data, offsets[document], offsets[document + 1], flags, codes)
        characters[document], specials[document] = length, special
        ngrams = length - sizes[document] + 1
        if ngrams < 1:
            continue
        shift = clear_met(ngrams, space.met)
        write_ngrams(codes[:length], sizes[document], space, shift)
        counts = space.counts[: count_repeated(ngrams, shift, space)]
        top[document], top_ac_dc[document] = _sum_of_top(counts, ngrams, with_count)
    return characters, specials, top, top_ac_dc


@inlined
def _read(
    data: npt.NDArray[np.uint8],
    begin: Index,
    behind: Index,
    flags: npt.NDArray[np.uint8],
    codes: npt.NDArray[np.int32],
) -> tuple[np.int64, np.int64]:
    """Write the code points of a document; return how many there are, and how many of them are special."""
    position, end = np.uint64(begin), np.uint64(behind)
    length, special = np.uint64(0), np.uint64(0)
    while position < end:
        if position + _EIGHT <= end and load_eight_bytes(data, position) & _HIGHEST_BITS == 0:
            for k in range(_EIGHT):
                byte = data[position + k]
                codes[length + k] = byte
                special += np.uint64(flags[byte] & SPECIAL)
            position += _EIGHT
            length += _EIGHT
            continue
        code: Index = np.uint64(data[position])
        size = 1
        if code >= 0x80:
            code, size = decode(data, position)
        codes[length] = code
        special += np.uint64(flags[np.uint64(code)] & SPECIAL)
        position += np.uint64(size)
        length += _ONE
    return np.int64(length), np.int64(special)


@inlined
def _sum_of_top(
    counts: npt.NDArray[np.uint32], total: Index, with_count: npt.NDArray[np.int64]
) -> tuple[np.int64, np.int64]:
    """Return the sums of the highest counts, as many as both formulas take."""
    with_count[:] = 0  # how many n-grams have each of the lower counts; in two rows: equal ones need not wait
    many = 0
    for k in range(len(counts)):
        count = counts[k]
        if count < _MANY:
            with_count[k & 1, count] += 1
        else:
            counts[many] = count  # those before are not read again
            many += 1
    with_count[0] += with_count[1]
    of_each = with_count[0]
    highest = np.sort(counts[:many]) if many else counts[:0]
    repeated, repeats = np.int64(many), np.int64(highest.sum())
    for count in range(2, _MANY):
        repeated += of_each[count]
        repeats += of_each[count] * count
    once = total - repeats
    root = np.int64(np.sqrt(once + repeated))
    taken, taken_ac_dc = min(root, repeated), min(root, once)
    top = _sum_of_highest(highest, of_each, taken)
    top_ac_dc = top if taken_ac_dc == taken else _sum_of_highest(highest, of_each, min(taken_ac_dc, repeated))
    return top, top_ac_dc + max(taken_ac_dc - repeated, np.int64(0))


@inlined
def _sum_of_highest(highest: npt.NDArray[np.uint32], of_each: npt.NDArray[np.int64], taken: np.int64) -> np.int64:
    """Return the sum of so many counts: of the highest, in ascending order, and of those of which there are many."""
    of_highest = min(taken, np.int64(len(highest)))
    total = np.int64(highest[len(highest) - of_highest :].sum())
    left = taken - of_highest
    for count in range(len(of_each) - 1, 1, -1):
        of_these = min(left, of_each[count])
        total += of_these * count
        left -= of_these
    return total


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
        shift = clear_met(ngrams, space.met)
        write_ngrams(words, sizes[document], space, shift)
        for number in range(count_repeated(ngrams, shift, space)):
            if space.counts[number] > 1:
                repeats[document] += space.counts[number]
    return repeats
