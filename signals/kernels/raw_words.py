"""Words and sentences of the text as it is."""

import numpy as np
import numpy.typing as npt

from signals.characters import (
    ASCII_LETTER,
    CONTINUATION,
    GAP,
    LOWER,
    SENTENCE_END,
    SENTENCE_WORD,
    UPPER,
    WORD,
)
from signals.kernels import inlined, kernel
from signals.kernels.utf8 import hash_bytes

Counts = npt.NDArray[np.int64]

_KIND = np.uint16(WORD | GAP)  # neither: the character belongs to a run of punctuation
_ELLIPSIS = (0xE2, 0x80, 0xA6)  # U+2026 in UTF-8


@kernel
def count_raw_words(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    offsets: Counts,
    stop_lists: Counts,
    stop_words: npt.NDArray[np.uint64],
    longest_stop_word: int,
) -> tuple[Counts, Counts, Counts, Counts]:
    r"""Count the tokens ``\w+|[^\w\s]+`` of each document, and three kinds of them.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
        stop_lists: Row of `stop_words` for each document; -1 for none.
        stop_words: One hash table a row: hashes of words at their places modulo the width (a power of two), 0 = free.
        longest_stop_word: Bytes of the longest stop word.

    Returns:
        For each document: tokens; those with an ASCII letter; those in capitals (`str.isupper`); stop words.
    """
    documents = len(offsets) - 1
    tokens = np.zeros(documents, np.int64)
    alphabetic = np.zeros(documents, np.int64)
    capitals = np.zeros(documents, np.int64)
    stops = np.zeros(documents, np.int64)
    for document in range(documents):
        position, end = offsets[document], offsets[document + 1]
        stop_list = stop_lists[document]
        while position < end:
            found = classes[position]
            if found & GAP:
                position += 1
                continue
            kind = found & _KIND
            seen = found
            start = position
            position += 1
            while position < end and classes[position] & _KIND == kind:
                seen |= classes[position]
                position += 1
            tokens[document] += 1
            alphabetic[document] += (seen & ASCII_LETTER) != 0
            capitals[document] += (seen & (UPPER | LOWER)) == UPPER
            if kind == WORD and stop_list >= 0 and position - start <= longest_stop_word:
                stops[document] += _contains(stop_words[stop_list], hash_bytes(data, start, position - start))
    return tokens, alphabetic, capitals, stops


@inlined
def _contains(table: npt.NDArray[np.uint64], wanted: np.uint64) -> bool:
    mask = np.uint64(len(table) - 1)
    place = wanted & mask
    while table[place] != 0:
        if table[place] == wanted:
            return True
        place = (place + np.uint64(1)) & mask
    return False


@kernel
def count_marks(
    data: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint16], offsets: Counts
) -> tuple[Counts, Counts, Counts, Counts]:
    """Count characters, sentences, symbols and curly brackets of each document.

    A sentence is a match of ``\\b[^.!?]+[.!?]*``: what stands between two runs of end marks, if it has a character
    of a word. Symbols are "#", "..." (three dots of a longer run count once for each three) and "…".
    """
    documents = len(offsets) - 1
    characters = np.zeros(documents, np.int64)
    sentences = np.zeros(documents, np.int64)
    symbols = np.zeros(documents, np.int64)
    brackets = np.zeros(documents, np.int64)
    for document in range(documents):
        start, end = offsets[document], offsets[document + 1]
        tails, hashes, curly, ellipses = 0, 0, 0, 0
        for position in range(start, end):  # separate loops of one sum each: LLVM makes vector code of them
            tails += (classes[position] & CONTINUATION) != 0
        for position in range(start, end):
            hashes += data[position] == ord("#")
        for position in range(start, end):
            curly += (data[position] == ord("{")) | (data[position] == ord("}"))
        for position in range(start, end - 2):
            ellipses += (
                (data[position] == _ELLIPSIS[0])
                & (data[position + 1] == _ELLIPSIS[1])
                & (data[position + 2] == _ELLIPSIS[2])
            )
        characters[document] = end - start - tails
        brackets[document] = curly
        symbols[document] = hashes + ellipses + _count_dots(data, start, end)
        sentences[document] = _count_sentences(classes, start, end)
    return characters, sentences, symbols, brackets


@inlined
def _count_dots(data: npt.NDArray[np.uint8], start: int, end: int) -> int:
    """Return how often "..." occurs, occurrences not overlapping."""
    count, run = 0, 0
    for position in range(start, end):
        run = run + 1 if data[position] == ord(".") else 0
        full = run == 3
        count += full
        run = 0 if full else run
    return count


@inlined
def _count_sentences(classes: npt.NDArray[np.uint16], start: int, end: int) -> int:
    count = 0
    waiting = True  # for the first word character of a sentence
    for position in range(start, end):
        found = classes[position]
        count += waiting & ((found & SENTENCE_WORD) != 0)
        waiting = (waiting & ((found & SENTENCE_WORD) == 0)) | ((found & SENTENCE_END) != 0)
    return count
