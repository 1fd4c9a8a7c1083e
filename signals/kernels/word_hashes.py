"""Words made alike where they differ in case or normal form only, and how many distinct ones there are."""

import numpy as np
import numpy.typing as npt

from signals.characters import CASE_IGNORABLE, CONTINUATION, MIDDLE, REPLACED
from signals.kernels import Index, borrowing, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.normalize import (
    CAPITAL_SIGMA,
    FINAL_SIGMA_LAST_BYTE,
    SIGMA_FIRST_BYTE,
    SIGMA_LAST_BYTE,
    is_final_sigma,
    order_marks,
)
from signals.kernels.repetition import number_keys
from signals.kernels.tokens import contains
from signals.kernels.utf8 import copy_sixteen_bytes, decode, hash_bytes, hash_lower_case, load_eight_bytes

_APOSTROPHE = np.uint8(ord("'"))
_TYPOGRAPHIC_APOSTROPHE = 0x2019
_CASE = np.uint8(0x20)
_MEMORISED = 64  # counts whose weight is computed once
_PASSED_OVER = np.uint16(CASE_IGNORABLE | CONTINUATION)


@kernel
def hash_folded_words(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    count: int,
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    replacement_start: npt.NDArray[np.int32],
    replacement_bytes: npt.NDArray[np.uint8],
    first_combining: npt.NDArray[np.uint8],
    last_combining: npt.NDArray[np.uint8],
    folded: npt.NDArray[np.uint8],
    hashes: npt.NDArray[np.uint64],
) -> None:
    """Write the hash of each word, lower-cased, decomposed (NFD) and with plain apostrophes.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        count: The number of words.
        starts: This and the next two: what `find_words` wrote.
        ends: See `starts`.
        seen: See `starts`.
        pages: This and the next six: the fields of `CharacterTables`.
        flags: See `pages`.
        replacement: See `pages`.
        replacement_start: See `pages`.
        replacement_bytes: See `pages`.
        first_combining: See `pages`.
        last_combining: See `pages`.
        folded: Space for the longest word: three bytes for each of its own, and PADDING.
        hashes: Receives the hash of each word.
    """
    for word in range(count):
        found = seen[word]
        if found & REPLACED or (found & CONTINUATION and found & MIDDLE):
            length = _fold(
                data,
                classes,
                starts[word],
                ends[word],
                pages,
                flags,
                replacement,
                replacement_start,
                replacement_bytes,
                first_combining,
                last_combining,
                folded,
            )
            hashes[word] = hash_bytes(folded, 0, length)
        else:
            hashes[word] = hash_lower_case(data, np.int64(starts[word]), np.int64(ends[word]) - np.int64(starts[word]))


@borrowing
def _fold(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    replacement_start: npt.NDArray[np.int32],
    replacement_bytes: npt.NDArray[np.uint8],
    first_combining: npt.NDArray[np.uint8],
    last_combining: npt.NDArray[np.uint8],
    folded: npt.NDArray[np.uint8],
) -> np.int64:
    """Write a word lower-cased, decomposed and with plain apostrophes; return its length in bytes."""
    out, marks_end, last_mark = np.uint64(0), np.uint64(0), np.uint8(0)
    position, in_order = np.int64(start), True
    while position < end:
        byte = data[position]
        if byte < 0x80:
            folded[out] = byte | _CASE if ord("A") <= byte <= ord("Z") else byte
            out += np.uint64(1)
            position += 1
            continue
        code, length = decode(data, position)
        if classes[position] & REPLACED:
            if code == CAPITAL_SIGMA:
                final = is_final_sigma(classes, start, end, position, _PASSED_OVER)
                folded[out] = SIGMA_FIRST_BYTE
                folded[out + np.uint64(1)] = FINAL_SIGMA_LAST_BYTE if final else SIGMA_LAST_BYTE
                out += np.uint64(2)
            else:
                row = replacement[place_in_table(pages, code)]
                mark = first_combining[row]
                if mark != 0 and marks_end == out and last_mark > mark:
                    in_order = False
                begin = np.uint64(replacement_start[row])
                copy_sixteen_bytes(replacement_bytes, begin, folded, out)
                out += np.uint64(replacement_start[row + 1]) - begin
                marks_end, last_mark = out, last_combining[row]
        elif code == _TYPOGRAPHIC_APOSTROPHE:
            folded[out] = _APOSTROPHE
            out += np.uint64(1)
        else:
            copy_sixteen_bytes(data, np.uint64(position), folded, out)
            out += np.uint64(length)
        position += length
    if not in_order:
        order_marks(folded, np.uint64(0), out, pages, flags, replacement, first_combining)
    return np.int64(out)


@kernel
def count_distinct(
    hashes: npt.NDArray[np.uint64],
    words_until: npt.NDArray[np.int64],
    distinct_keys: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
    slots: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Count the distinct words of each document, and measure how evenly they are distributed.

    Args:
        hashes: A number for each word of all documents, equal for equal words only.
        words_until: Words up to the end of each document, a zero first.
        distinct_keys: This and the next two: space for the words of the longest document.
        numbers: See `distinct_keys`.
        counts: See `distinct_keys`.
        slots: Space for a hash table: `numbering_slots` of the words of the longest document.

    Returns:
        For each document: distinct words; the sum of c ln c over the counts c of its distinct words, in the order of
        their first appearance.
    """
    documents = len(words_until) - 1
    distinct = np.zeros(documents, np.int64)
    weights = np.zeros(documents, np.float64)
    memorised = np.zeros(_MEMORISED, np.float64)
    for count in range(2, _MEMORISED):
        memorised[count] = count * np.log(count)
    for document in range(documents):
        first, behind = words_until[document], words_until[document + 1]
        if first == behind:
            continue
        found = number_keys(hashes[first:behind], behind - first, slots, distinct_keys, numbers, counts)
        distinct[document] = found
        weight = 0.0
        for number in range(found):
            times = np.int64(counts[number])
            weight += memorised[times] if times < _MEMORISED else times * np.log(times)
        weights[document] = weight
    return distinct, weights


@kernel
def count_listed(
    hashes: npt.NDArray[np.uint64],
    words_until: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    tables: npt.NDArray[np.uint64],
    table_starts: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Count the words of each document that are on the list of its language.

    Args:
        hashes: The hash of each word.
        words_until: Words up to the end of each document, a zero first.
        rows: The list of each document; -1 for none, of which no word is.
        tables: The hash tables of the lists, one after the other; see `contains`.
        table_starts: Where the table of each list begins, the end of the last behind.
    """
    documents = len(words_until) - 1
    listed = np.zeros(documents, np.int64)
    for document in range(documents):
        row = rows[document]
        if row < 0:
            continue
        table = tables[table_starts[row] : table_starts[row + 1]]
        words = hashes[words_until[document] : words_until[document + 1]]
        count = 0
        for word in range(len(words)):
            count += contains(table, words[word])
        listed[document] = count
    return listed


@kernel
def find_short_words(
    data: npt.NDArray[np.uint8],
    words_until: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    multiplier: np.uint64,
    slots: npt.NDArray[np.uint64],
) -> npt.NDArray[np.int64]:
    """Count how many of some words of at most eight bytes each document has, however often.

    Args:
        data: UTF-8 of all documents.
        words_until: This and the next two: what `find_words` returned and wrote.
        starts: See `words_until`.
        ends: See `words_until`.
        multiplier: With it, the highest bits of the product lead each of the words to a slot of its own.
        slots: uint64[32], the bytes of the words as little-endian numbers, 0 where there is none.
    """
    documents = len(words_until) - 1
    found = np.zeros(documents, np.int64)
    for document in range(documents):
        present = np.uint64(0)
        first, behind = words_until[document], words_until[document + 1]
        begins, stops = starts[first:behind], ends[first:behind]
        for word in range(len(begins)):
            length = min(stops[word] - begins[word], 8)
            key = load_eight_bytes(data, begins[word]) & (~np.uint64(0) >> np.uint64(64 - 8 * length))
            slot = (key * multiplier) >> np.uint64(59)
            present |= np.uint64(slots[slot] == key) << slot
        while present:
            present &= present - np.uint64(1)
            found[document] += 1
    return found
