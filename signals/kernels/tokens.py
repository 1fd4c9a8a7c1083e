"""Tokens, sentences and symbols of the text as it is."""

import numpy as np
import numpy.typing as npt

from signals.characters import (
    ASCII_LETTER,
    GAP,
    LOWER,
    SENTENCE_END,
    SENTENCE_WORD,
    UPPER,
    WORD,
)
from signals.kernels import Index, inlined, kernel
from signals.kernels.utf8 import hash_bytes

Counts = npt.NDArray[np.int64]

BUCKET = 4

_TO_BUCKET = ~np.uint64(BUCKET - 1)
_ONE, _TWO, _THREE = np.uint64(1), np.uint64(2), np.uint64(3)

_NUMBER_SIGN, _FULL_STOP, _OPENING_BRACE, _CLOSING_BRACE = (np.uint8(ord(mark)) for mark in "#.{}")
_ELLIPSIS = tuple(np.uint8(byte) for byte in "…".encode())
_TAIL_BITS, _TAIL = np.uint8(0xC0), np.uint8(0x80)  # of the bytes of a character behind its first
_BLOCK = 128  # bytes whose counts fit a byte


@kernel
def count_tokens(
    classes: npt.NDArray[np.uint16],
    runs_until: Counts,
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
) -> tuple[Counts, Counts, Counts, Counts]:
    r"""Count the tokens ``\w+|[^\w\s]+`` of each document, and the sentences ``\b[^.!?]+[.!?]*``.

    A sentence is what stands between two runs of end marks, if it has a character of a word.

    Args:
        classes: What `classify` wrote.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.

    Returns:
        For each document: tokens; those with an ASCII letter; those in capitals (`str.isupper`); sentences.
    """
    documents = len(runs_until) - 1
    tokens = np.zeros(documents, np.int64)
    alphabetic = np.zeros(documents, np.int64)
    capitals = np.zeros(documents, np.int64)
    sentences = np.zeros(documents, np.int64)
    for document in range(documents):
        first = runs_until[document]
        all_seen = run_seen[first : runs_until[document + 1]]
        count, letters, capital = 0, 0, 0
        for k in range(len(all_seen)):  # without what depends on the run before: LLVM takes many at once
            seen = all_seen[k]
            count += (seen & GAP) == 0
            letters += (seen & ASCII_LETTER) != 0
            capital += (seen & (UPPER | LOWER)) == UPPER
        sentence = 0
        waiting = True  # for the first word character of a sentence
        for k in range(len(all_seen)):
            seen = all_seen[k]
            if seen & (WORD | SENTENCE_WORD) == SENTENCE_WORD:  # rare: `re` and `regex` disagree what a word is
                begun, waiting = _count_sentences(classes, run_starts[first + k], run_starts[first + k + 1], waiting)
                sentence += begun
            else:
                begins = waiting & ((seen & SENTENCE_WORD) != 0)
                sentence += begins
                waiting = (waiting & (not begins)) | ((seen & SENTENCE_END) != 0)
        tokens[document], alphabetic[document], capitals[document] = count, letters, capital
        sentences[document] = sentence
    return tokens, alphabetic, capitals, sentences


@inlined
def _count_sentences(classes: npt.NDArray[np.uint16], start: Index, end: Index, waiting: bool) -> tuple[int, bool]:
    """Return the sentences that begin in a run of punctuation, and whether one may begin behind it."""
    count = 0
    for position in range(start, end):
        if classes[position] & SENTENCE_END:
            waiting = True
        elif classes[position] & SENTENCE_WORD:
            count += waiting
            waiting = False
    return count, waiting


@kernel
def count_stop_words(
    data: npt.NDArray[np.uint8],
    runs_until: Counts,
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    words: npt.NDArray[np.int32],
    rows: Counts,
    tables: npt.NDArray[np.uint64],
    table_starts: Counts,
    longest: int,
) -> Counts:
    """Count the tokens of each document that are stop words.

    Args:
        data: UTF-8 of all documents.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        words: Space for as many numbers as there are runs.
        rows: The list of each document; -1 for none.
        tables: The hash tables of the lists, one after the other; see `contains`.
        table_starts: Where the table of each list begins, the end of the last behind.
        longest: Bytes of the longest stop word.
    """
    documents = len(runs_until) - 1
    stop_words = np.zeros(documents, np.int64)
    for document in range(documents):
        if rows[document] < 0:
            continue
        first = runs_until[document]
        starts, seen = run_starts[first:], run_seen[first : runs_until[document + 1]]
        count = 0
        for run in range(len(seen)):
            words[count] = run
            short = starts[run + 1] - starts[run] <= longest
            count += short & ((seen[run] & WORD) != 0)
        table = tables[table_starts[rows[document]] : table_starts[rows[document] + 1]]
        for word in range(count):
            place = np.uint64(words[word])
            start = np.int64(starts[place])
            length = np.int64(starts[place + _ONE]) - start
            stop_words[document] += contains(table, hash_bytes(data, start, length))
    return stop_words


@inlined
def contains(table: npt.NDArray[np.uint64], wanted: np.uint64) -> bool:
    """Tell whether a hash is in a table, without a branch that depends on what stands there.

    Args:
        table: A power of two slots in buckets of BUCKET. The hash modulo their number lies in the only bucket that
            may have it; free slots are 0.
        wanted: The hash.
    """
    place = wanted & np.uint64(len(table) - 1) & _TO_BUCKET
    found: bool = (
        (table[place] == wanted)
        | (table[place + _ONE] == wanted)
        | (table[place + _TWO] == wanted)
        | (table[place + _THREE] == wanted)
    )
    return found


@kernel
def count_marks(data: npt.NDArray[np.uint8], offsets: Counts) -> tuple[Counts, Counts, Counts]:
    """Return the code points, symbols ("#", "..." and "…") and curly brackets of each document."""
    documents = len(offsets) - 1
    characters = np.zeros(documents, np.int64)
    symbols = np.zeros(documents, np.int64)
    brackets = np.zeros(documents, np.int64)
    for document in range(documents):
        start, end = offsets[document], offsets[document + 1]
        dots = np.int64(0)
        for block in range(start, end, _BLOCK):
            first = data[block : min(block + _BLOCK, end)]
            heads, marks, curly, three_dots = _count_in_block(first, data[block + 1 :], data[block + 2 :])
            characters[document] += heads
            symbols[document] += marks
            brackets[document] += curly
            dots += three_dots
        if dots:
            symbols[document] += _count_three_dots(data[start:end])
    return characters, symbols, brackets


@inlined
def _count_in_block(
    first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8], third: npt.NDArray[np.uint8]
) -> tuple[np.uint8, np.uint8, np.uint8, np.uint8]:
    """Count first bytes of characters, "#" and "…", curly brackets, and places where "..." begins.

    Without a branch and with sums no wider than bytes, LLVM makes code of it that takes 32 bytes at once.
    """
    heads, marks, curly, dots = np.uint8(0), np.uint8(0), np.uint8(0), np.uint8(0)
    for k in range(len(first)):
        heads = np.uint8(heads + ((first[k] & _TAIL_BITS) != _TAIL))
        ellipsis = (first[k] == _ELLIPSIS[0]) & (second[k] == _ELLIPSIS[1]) & (third[k] == _ELLIPSIS[2])
        marks = np.uint8(marks + ((first[k] == _NUMBER_SIGN) | ellipsis))
        curly = np.uint8(curly + ((first[k] == _OPENING_BRACE) | (first[k] == _CLOSING_BRACE)))
        dots = np.uint8(dots + ((first[k] == _FULL_STOP) & (second[k] == _FULL_STOP) & (third[k] == _FULL_STOP)))
    return heads, marks, curly, dots


@inlined
def _count_three_dots(text: npt.NDArray[np.uint8]) -> int:
    """Return how often "..." occurs; of a longer run of dots, each three count."""
    count, dots = 0, 0
    for position in range(len(text)):
        dots = dots + 1 if text[position] == _FULL_STOP else 0
        if dots == 3:
            count += 1
            dots = 0
    return count
