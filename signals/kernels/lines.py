"""What stands on each line."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.line_characters import CAPITALS, CHARACTERS, FIRST, LAST, NUMBERS
from signals.kernels.utf8 import decode

_BULLETS = (0x2022, 0x2023, 0x25B6, 0x25C0, 0x25E6, 0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x2013)
_ELLIPSIS = 0x2026
_CLOSING_QUOTE = 0x201D


@kernel
def measure_lines(
    data: npt.NDArray[np.uint8],
    lines_until: npt.NDArray[np.int64],
    line_characters: npt.NDArray[np.int32],
    line_words: npt.NDArray[np.int64],
    word_hashes: npt.NDArray[np.uint64],
    word_lengths: npt.NDArray[np.int32],
    javascript: np.uint64,
    starts: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    terminal: npt.NDArray[np.uint8],
    bullets: npt.NDArray[np.uint8],
    javascripts: npt.NDArray[np.int32],
    words: npt.NDArray[np.int32],
    numeric: npt.NDArray[np.float64],
    upper: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """Measure each line of each document.

    Args:
        data: UTF-8 of all documents.
        lines_until: This and `line_words`: what `normalize` returned and wrote about lines.
        line_characters: What `measure_line_characters` returned.
        line_words: See `lines_until`.
        word_hashes: What `hash_words` wrote.
        word_lengths: Characters of each normalised word.
        javascript: Hash of the word "javascript".
        starts: Receives the first character of each line within its document.
        ends: Receives the end of each line, its newline included.
        terminal: Receives 1 where the line ends with ``.``, ``!``, ``?`` or U+201D, white space apart, else 0.
        bullets: Receives 1 where it starts with a bullet, white space apart, else 0.
        javascripts: Receives how many of its normalised words are "javascript".
        words: Receives the number of its normalised words.
        numeric: Receives the share of numeric characters in the normalised line, 0 where that is empty.
        upper: Receives the share of upper-case characters in the line, its newline included.

    Returns:
        For each document, the number of its lines that end with an ellipsis, white space apart.
    """
    documents = len(lines_until) - 1
    ellipses = np.zeros(documents, np.int64)
    word = 0
    for document in range(documents):
        character = np.int64(0)
        for line in range(lines_until[document], lines_until[document + 1]):
            row = line_characters[line]
            length = np.int64(row[CHARACTERS])
            starts[line] = character
            character += length
            ends[line] = character
            upper[line] = row[CAPITALS] / max(length, 1)  # 0 in what is no UTF-8 only

            count, characters, scripts = line_words[line] - word, 0, 0
            lengths, hashes = word_lengths[word : line_words[line]], word_hashes[word : line_words[line]]
            for k in range(len(lengths)):
                characters += lengths[k]
                scripts += hashes[k] == javascript
            word = line_words[line]
            words[line] = count
            javascripts[line] = scripts
            normalized_length = characters + max(count - 1, 0)
            numeric[line] = row[NUMBERS] / normalized_length if normalized_length > 0 else 0.0

            first, last = np.int64(row[FIRST]), np.int64(row[LAST])
            last_character = _code_point_before(data, first, last)
            terminal[line] = last_character in (ord("."), ord("!"), ord("?"), _CLOSING_QUOTE)
            bullets[line] = _code_point(data, first, last) in _BULLETS
            ellipses[document] += last_character == _ELLIPSIS or (
                last - first >= 3
                and data[last - 1] == ord(".")
                and data[last - 2] == ord(".")
                and data[last - 3] == ord(".")
            )
    return ellipses


@inlined
def _code_point(data: npt.NDArray[np.uint8], start: Index, end: Index) -> Index:
    """Return the first code point between two bytes, -1 if there is none."""
    if start == end:
        return -1
    if data[start] < 0x80:
        return np.int64(data[start])
    return decode(data, start)[0]


@inlined
def _code_point_before(data: npt.NDArray[np.uint8], start: Index, end: Index) -> Index:
    """Return the last code point between two bytes, -1 if there is none."""
    position = end - 1
    while position > start and data[position] & 0xC0 == 0x80:
        position -= 1
    return _code_point(data, max(position, start), end)


@kernel
def count_lorem_ipsum(
    normalized: npt.NDArray[np.uint8], word_starts: npt.NDArray[np.int64], words_until: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Count "lorem ipsum" in the normalised text of each document."""
    documents = len(words_until) - 1
    counts = np.zeros(documents, np.int64)
    for document in range(documents):
        start, end = word_starts[words_until[document]], word_starts[words_until[document + 1]] - 1
        for block in range(start, end, _SEARCHED):
            first = normalized[block : min(block + _SEARCHED, end)]
            if _has_middle(first, normalized[block + 1 :], normalized[block + 2 :], normalized[block + 3 :]):
                for middle in range(max(block, start + _BEFORE), min(block + _SEARCHED, end)):
                    found = normalized[middle - _BEFORE : min(middle - _BEFORE + len(_LOREM_IPSUM), end)]
                    counts[document] += np.array_equal(found, _LOREM_IPSUM)
    return counts


_LOREM_IPSUM = np.frombuffer(b"lorem ipsum", np.uint8)
_MIDDLE = tuple(np.uint8(byte) for byte in b"m ip")
_BEFORE = len(b"lore")
_SEARCHED = 128  # bytes whose counts fit a byte


@inlined
def _has_middle(
    first: npt.NDArray[np.uint8],
    second: npt.NDArray[np.uint8],
    third: npt.NDArray[np.uint8],
    fourth: npt.NDArray[np.uint8],
) -> bool:
    """Tell whether "m ip" begins in a block, without a branch: LLVM takes 32 places at once."""
    found = np.uint8(0)
    for k in range(len(first)):
        begins = (first[k] == _MIDDLE[0]) & (second[k] == _MIDDLE[1])
        found = np.uint8(found + (begins & (third[k] == _MIDDLE[2]) & (fourth[k] == _MIDDLE[3])))
    return bool(found > 0)
