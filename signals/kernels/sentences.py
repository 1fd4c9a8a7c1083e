"""Where sentences end, in any script."""

import numpy as np
import numpy.typing as npt

from signals.character_breaks import FULL_STOP, SPACED_MARK, UNSPACED_MARK
from signals.characters import ASCII_LETTER, CONTINUATION, LOWER, NUMERIC, SPACE, UPPER
from signals.kernels import Index, borrowing, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.tokens import contains
from signals.kernels.utf8 import decode, load_eight_bytes
from signals.kernels.word_kinds import has_letter

_NEWLINE, _STOP = np.uint8(ord("\n")), np.uint8(ord("."))
_PARAGRAPH_SEPARATOR = 0x2029
_ORDINAL = 2  # digits of a number that a full stop makes an ordinal, or the label of a list item

_LOWEST_BITS, _HIGHEST_BITS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_NEWLINES, _STOPS, _EXCLAMATION_MARKS, _QUESTION_MARKS = (np.uint64(ord(mark)) * _LOWEST_BITS for mark in "\n.!?")
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)  # masks of the first 0 to 8

_NONE, _MAYBE, _CERTAIN = 0, 1, 2  # whether a sentence ends: a full stop also abbreviates


@kernel
def find_sentence_ends(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    words: int,
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    hashes: npt.NDArray[np.uint64],
    abbreviations: npt.NDArray[np.uint64],
    pages: npt.NDArray[np.uint16],
    sentence_end: npt.NDArray[np.uint8],
    last_words: npt.NDArray[np.int32],
) -> Index:
    """Write the words behind which a sentence ends, if there is one; return how many there are.

    Between two words it ends

    - at a blank line, or a paragraph separator;
    - at a terminal mark beyond ASCII;
    - at an exclamation or question mark, or such marks and what stands with them, before white space;
    - at a full stop or ellipsis, or such marks and what stands with them, before white space, unless the next word
      begins with a lower-case letter, or the word before is an abbreviation, a letter, letters with full stops
      between them (e.g., z.B., U.S.), or a number of one or two digits.

    There are no branches in the first loops on purpose: what stands between words cannot be predicted.

    Args:
        data: UTF-8 of all documents.
        classes: What `classify` wrote.
        words: How many there are.
        starts: This and the next: what `find_words` wrote.
        ends: See `starts`.
        hashes: What `hash_folded_words` wrote.
        abbreviations: Hash table of words that a full stop abbreviates; see `contains`.
        pages: `CharacterTables.pages`.
        sentence_end: `CharacterTables.sentence_end`.
        last_words: Receives the words. One for each word suffices.
    """
    wide = np.uint64(0)
    last = max(words - 1, 0)
    before, following = ends[:last], starts[1 : last + 1]
    for k in range(len(before)):
        last_words[wide] = k
        wide += np.uint64(following[k] - before[k] > 1)
    marked = np.uint64(0)
    for k in range(wide):
        gap = last_words[k]
        last_words[marked] = gap
        marked += np.uint64(_may_end(data, ends[gap], starts[gap + 1]))
    kept = np.uint64(0)
    for k in range(marked):
        word = np.int64(last_words[k])
        start, end = np.int64(ends[word]), np.int64(starts[word + 1])
        ending = _ending(data, classes, start, end, pages, sentence_end)
        if ending == _MAYBE and not classes[end] & LOWER:
            abbreviated = data[start] == _STOP and data[start + 1] != _STOP
            abbreviated = abbreviated and (
                contains(abbreviations, hashes[word]) or _is_short(data, classes, np.int64(starts[word]), start)
            )
            ending = _MAYBE if abbreviated else _CERTAIN
        last_words[kept] = word
        kept += np.uint64(ending == _CERTAIN)
    return kept


@kernel
def count_sentences(
    data: npt.NDArray[np.uint8],
    words_until: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
    last_words: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:
    """Count the sentences of each document, or of each line: those that have a word with a letter.

    Args:
        data: UTF-8 of all documents.
        words_until: This and the next three: what `find_words` returned and wrote.
        starts: See `words_until`.
        ends: See `words_until`.
        seen: See `words_until`.
        pages: `CharacterTables.pages`.
        word_break: `CharacterTables.word_break`.
        last_words: What `find_sentence_ends` wrote.
    """
    documents = len(words_until) - 1
    sentences = np.zeros(documents, np.int64)
    place = 0
    for document in range(documents):
        first, behind = words_until[document], words_until[document + 1]
        count, begin = 0, first  # the first word of the sentence
        lettered = False
        while place < len(last_words) and last_words[place] < behind:
            word = np.int64(last_words[place])
            place += 1
            if word == behind - 1:  # the next word is of another document
                break
            while not lettered and begin <= word:
                lettered = _is_lettered(data, starts, ends, seen, begin, pages, word_break)
                begin += 1
            if lettered:
                count += 1
                begin = word + 1
                lettered = False
        while not lettered and begin < behind:
            lettered = _is_lettered(data, starts, ends, seen, begin, pages, word_break)
            begin += 1
        sentences[document] = count + lettered
    return sentences


@borrowing
def _is_lettered(
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
    word: Index,
    pages: npt.NDArray[np.uint16],
    word_break: npt.NDArray[np.uint8],
) -> bool:
    """Tell whether a word has a letter."""
    return (seen[word] & ASCII_LETTER) != 0 or has_letter(data, starts[word], ends[word], pages, word_break)


@borrowing
def _may_end(data: npt.NDArray[np.uint8], start: Index, end: Index) -> bool:
    """Tell whether there is a terminal mark, a byte beyond ASCII, two line feeds, or more than sixteen bytes."""
    length = end - start
    first = np.uint64(load_eight_bytes(data, start) & _FIRST_BYTES[min(length, 8)])
    second = np.uint64(load_eight_bytes(data, start + 8) & _FIRST_BYTES[min(max(length - 8, 0), 8)])
    marks = (first | second | _marks(first) | _marks(second)) & _HIGHEST_BITS
    newlines = (_equal(first, _NEWLINES) >> np.uint64(7)) + (_equal(second, _NEWLINES) >> np.uint64(7))
    return bool((length > 16) | (marks != 0) | ((newlines * _LOWEST_BITS) >> np.uint64(56) > 1))


@borrowing
def _marks(eight: np.uint64) -> np.uint64:
    """Return the highest bit of each byte that is a terminal mark of ASCII."""
    return _equal(eight, _STOPS) | _equal(eight, _EXCLAMATION_MARKS) | _equal(eight, _QUESTION_MARKS)


@borrowing
def _equal(eight: np.uint64, wanted: np.uint64) -> np.uint64:
    """Return the highest bit of each byte below 0x80 that equals the same byte of `wanted`."""
    differing = eight ^ wanted
    return ~((differing & ~_HIGHEST_BITS) + ~_HIGHEST_BITS | differing) & _HIGHEST_BITS


@borrowing
def _ending(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    start: Index,
    end: Index,
    pages: npt.NDArray[np.uint16],
    sentence_end: npt.NDArray[np.uint8],
) -> int:
    """Tell whether a sentence ends in what stands between two words."""
    ending, pending, newlines = _NONE, _NONE, 0
    position = start
    while position < end:
        byte = data[position]
        if classes[position] & SPACE:
            newlines += byte == _NEWLINE
            if newlines == 2:
                return _CERTAIN
            ending = max(ending, pending)
            pending = _NONE
        else:
            newlines = 0
        mark, length = 0, 1
        if byte < 0x80:
            mark = sentence_end[byte]
        else:
            code, length = decode(data, position)
            mark = sentence_end[place_in_table(pages, code)]
            if code == _PARAGRAPH_SEPARATOR:
                return _CERTAIN
        if mark == UNSPACED_MARK:
            return _CERTAIN
        if mark == SPACED_MARK:
            pending = _CERTAIN
        elif mark == FULL_STOP:
            pending = max(pending, _MAYBE)
        position += length
    return ending


@borrowing
def _is_short(data: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint16], start: Index, end: Index) -> bool:
    """Tell whether a word is a cased letter or several with full stops between them, or a number of 1 or 2 digits."""
    digits, letters, stops = 0, 0, 0
    for position in range(start, end):
        found = classes[position]
        if found & CONTINUATION:
            continue
        if data[position] == _STOP:
            stops += 1
        elif found & NUMERIC:
            digits += 1
        elif found & (UPPER | LOWER):
            letters += 1
        else:
            return False
        if letters > stops + 1:
            return False
    if digits > 0:
        return digits <= _ORDINAL and letters == 0 and stops == 0
    return letters == stops + 1
