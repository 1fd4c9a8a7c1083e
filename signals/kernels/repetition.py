"""How much of a document repeats itself: word n-grams."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel

LARGEST_TOP = 4  # the most frequent n-gram is sought for n = 2, 3, 4 …
SMALLEST_DUPLICATE = 5  # … and repeated ones are measured for n = 5 to 10
LARGEST_DUPLICATE = 10

_MEMORISED = 64  # counts whose term of the entropy is computed once a document
_SCATTER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_FREE = np.uint32(0xFFFFFFFF)
_ONE = np.uint64(1)
_SLOTS_PER_KEY = 4  # at least: it cannot be predicted whether the first slot is another's, and seldom is then
_FEWEST_BITS = 6


def numbering_slots(keys: int) -> int:
    """Return the slots that `number_keys` needs for so many keys."""
    return 1 << max(_FEWEST_BITS, (_SLOTS_PER_KEY * max(keys, 1) - 1).bit_length())


@kernel
def measure_repetition(
    hashes: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.int32],
    words_until: npt.NDArray[np.int64],
    keys: npt.NDArray[np.uint64],
    distinct_keys: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
    places: npt.NDArray[np.uint32],
    characters_until: npt.NDArray[np.int64],
    slots: npt.NDArray[np.uint32],
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
]:
    """Measure the distinct words and the repeated n-grams of each document.

    Args:
        hashes: A number for each word of all documents, equal for equal words only.
        lengths: Characters of each word.
        words_until: Words up to the end of each document, a zero first.
        keys: This and the next five: space for the words of the longest document, plus one.
        distinct_keys: See `keys`.
        numbers: See `keys`.
        counts: See `keys`.
        places: See `keys`.
        characters_until: See `keys`.
        slots: Space for a hash table: `numbering_slots` of the words of the longest document.

    Returns:
        For each document: characters of all words; distinct words; entropy of the distribution of words, in nats;
        [documents, 3] characters under the occurrences of the most frequent 2-, 3-, 4-gram (overlaps counted again,
        the first of equals, 0 where none repeats); [documents, 6] characters under repeated 5- to 10-grams (each
        once); [documents, 3] occurrences of the most frequent 2-, 3-, 4-gram that do not overlap (1 where none
        repeats, 0 where there are fewer words), and the characters of one; [documents, 6] characters of 5- to
        10-grams that occurred before, read from left to right, each character once.
    """
    documents = len(words_until) - 1
    characters = np.zeros(documents, np.int64)
    distinct_words = np.zeros(documents, np.int64)
    entropy = np.zeros(documents, np.float64)
    top = np.zeros((documents, LARGEST_TOP - 1), np.int64)
    duplicated = np.zeros((documents, LARGEST_DUPLICATE - SMALLEST_DUPLICATE + 1), np.int64)
    top_count = np.zeros((documents, LARGEST_TOP - 1), np.int64)
    top_length = np.zeros((documents, LARGEST_TOP - 1), np.int64)
    recurring = np.zeros((documents, LARGEST_DUPLICATE - SMALLEST_DUPLICATE + 1), np.int64)
    terms = np.empty(_MEMORISED, np.float64)
    for document in range(documents):
        first, words = words_until[document], words_until[document + 1] - words_until[document]
        if words == 0:
            continue
        total = _sum_up(lengths[first : first + words], characters_until)
        for place in range(words):
            places[place] = place
        characters[document] = total
        distinct = number_keys(hashes[first : first + words], words, slots, distinct_keys, numbers, counts)
        distinct_words[document] = distinct
        entropy[document] = _entropy(counts, distinct, words, terms)
        kept = _keep_repeated(numbers, counts, places, words)
        for size in range(2, min(LARGEST_TOP, words) + 1):  # until one repeats, the first is the most frequent
            top_count[document, size - 2], top_length[document, size - 2] = 1, characters_until[size]
        for size in range(2, LARGEST_DUPLICATE + 1):
            # An n-gram repeats only where both (n-1)-grams in it do, and is told by the pair of their numbers.
            grams = _pair_neighbours(numbers, places, kept, keys)
            if grams == 0:
                break
            distinct = number_keys(keys, grams, slots, distinct_keys, numbers, counts)
            if distinct == grams:
                break
            if size <= LARGEST_TOP:
                best, place = _most_frequent(numbers, counts, places, grams, distinct)
                count = counts[best]
                if count > 1:
                    length = characters_until[place + size] - characters_until[place]
                    top[document, size - 2] = count * length
                    top_length[document, size - 2] = length
                    top_count[document, size - 2] = _count_apart(numbers, places, grams, best, size)
            kept = _keep_repeated(numbers, counts, places, grams)
            if size >= SMALLEST_DUPLICATE:
                column = size - SMALLEST_DUPLICATE
                duplicated[document, column] = _covered(places, kept, size, characters_until)
                recurring[document, column] = _recurring(numbers, counts, places, kept, size, characters_until)
    return characters, distinct_words, entropy, top, duplicated, top_count, top_length, recurring


@inlined
def _sum_up(lengths: npt.NDArray[np.int32], until: npt.NDArray[np.int64]) -> np.int64:
    """Write the sum of the lengths before each word, and of all behind the last; return that."""
    total = np.int64(0)
    for word in range(len(lengths)):
        until[word] = total
        total += lengths[word]
    until[len(lengths)] = total
    return total


@inlined
def number_keys(
    keys: npt.NDArray[np.uint64],
    count: Index,
    slots: npt.NDArray[np.uint32],
    distinct_keys: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
) -> np.int64:
    """Number the distinct keys from 0 in order of first appearance and count each; return how many there are.

    Whether a key is new cannot be predicted, so there is no branch for it: each is written as if it were.
    """
    bits = _FEWEST_BITS
    while (1 << bits) < _SLOTS_PER_KEY * count:
        bits += 1
    shift, mask = np.uint64(64 - bits), np.uint64((1 << bits) - 1)
    slots[: 1 << bits] = _FREE
    distinct = np.uint64(0)
    for k in range(count):
        key = keys[k]
        distinct_keys[distinct], counts[distinct] = key, 0
        slot = (key * _SCATTER) >> shift
        while True:
            number = np.uint64(slots[slot])
            is_new = number == _FREE
            number = distinct if is_new else number
            if distinct_keys[number] == key:
                break
            slot = (slot + _ONE) & mask
        slots[slot] = numbers[k] = number
        counts[number] += np.uint32(1)
        distinct += np.uint64(is_new)
    return np.int64(distinct)


@inlined
def _entropy(counts: npt.NDArray[np.uint32], distinct: Index, words: Index, terms: npt.NDArray[np.float64]) -> float:
    """Return the sum of -p ln p, in the order of first appearance (floating-point sums depend on it)."""
    terms[:] = 0.0
    total = 0.0
    for number in range(distinct):
        count = np.int64(counts[number])
        place = np.int64(min(int(count), len(terms) - 1))  # the last place is of no count: others lead there
        term = terms[place]
        if term == 0.0 or place == len(terms) - 1:
            share = count / words
            term = -share * np.log(share)
            terms[place] = term
        total += term
    return total


@inlined
def _keep_repeated(
    numbers: npt.NDArray[np.uint32], counts: npt.NDArray[np.uint32], places: npt.NDArray[np.uint32], count: Index
) -> np.int64:
    """Move what occurs at least twice to the front of `numbers` and `places`; return how many that are."""
    kept = np.uint64(0)
    for k in range(count):
        numbers[kept] = numbers[k]
        places[kept] = places[k]
        kept += np.uint64(counts[numbers[k]] > 1)
    return np.int64(kept)


@inlined
def _pair_neighbours(
    numbers: npt.NDArray[np.uint32], places: npt.NDArray[np.uint32], count: Index, keys: npt.NDArray[np.uint64]
) -> np.int64:
    """Write the n-grams made of two neighbouring (n-1)-grams to `keys` and `places`; return how many there are."""
    pairs = np.uint64(0)
    for k in range(count - 1):
        keys[pairs] = (np.uint64(numbers[k]) << _HALF) | np.uint64(numbers[k + 1])
        neighbours = places[k + 1] == places[k] + 1
        places[pairs] = places[k]
        pairs += np.uint64(neighbours)
    return np.int64(pairs)


@inlined
def _most_frequent(
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
    places: npt.NDArray[np.uint32],
    grams: Index,
    distinct: Index,
) -> tuple[int, int]:
    """Return the number and the first place of the most frequent n-gram; among equals, of the first."""
    best = 0
    for number in range(1, distinct):
        if counts[number] > counts[best]:
            best = number
    for k in range(grams):
        if numbers[k] == best:
            return best, int(places[k])
    return best, 0


@inlined
def _covered(
    places: npt.NDArray[np.uint32], count: Index, size: int, characters_until: npt.NDArray[np.int64]
) -> np.int64:
    """Return the characters of all words under the n-grams at `places`, each word once."""
    covered, end = np.int64(0), 0
    for k in range(count):
        start = max(int(places[k]), end)
        end = int(places[k]) + size
        covered += characters_until[end] - characters_until[start]
    return covered


@inlined
def _count_apart(
    numbers: npt.NDArray[np.uint32], places: npt.NDArray[np.uint32], grams: Index, wanted: Index, size: int
) -> int:
    """Return how many occurrences of an n-gram do not overlap, counted from the left."""
    count, end = 0, 0
    for k in range(grams):
        if numbers[k] == wanted and int(places[k]) >= end:
            count += 1
            end = int(places[k]) + size
    return count


@inlined
def _recurring(
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
    places: npt.NDArray[np.uint32],
    count: Index,
    size: int,
    characters_until: npt.NDArray[np.int64],
) -> np.int64:
    """Return the characters of n-grams met before; behind each of them, reading goes on with the word after it.

    `counts` of the n-grams are set to 0 where they are first met: they are needed no longer.
    """
    characters, end = np.int64(0), 0
    for k in range(count):
        place, number = int(places[k]), numbers[k]
        if place < end:
            continue
        if counts[number] != 0:
            counts[number] = 0
        else:
            end = place + size
            characters += characters_until[end] - characters_until[place]
    return characters
