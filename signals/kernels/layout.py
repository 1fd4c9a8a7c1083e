"""Lines and paragraphs of a document: how long they are, how they begin and end, which of them stood there before."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.line_characters import BULLET, CHARACTERS, FIRST, LAST, SPACES, TERMINAL
from signals.kernels.repetition import number_keys
from signals.kernels.utf8 import hash_bytes

SHORT = 30  # characters of a short line: FineWeb (arXiv 2406.17557)
MEASURES = 12

_PARAGRAPH_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_NEWLINE = np.uint8(ord("\n"))


@kernel
def measure_layout(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    lines_until: npt.NDArray[np.int64],
    line_characters: npt.NDArray[np.int32],
    keys: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.int64],
    paragraph_keys: npt.NDArray[np.uint64],
    paragraph_lengths: npt.NDArray[np.int64],
    distinct_keys: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
    slots: npt.NDArray[np.uint32],
) -> npt.NDArray[np.int64]:
    """Measure the lines and paragraphs of each document.

    A line is taken without the white space at its ends, and one of white space alone parts paragraphs.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        lines_until: The number of lines up to the end of each document, a zero first.
        line_characters: What `measure_line_characters` returned.
        keys: This and the next six: space for the lines of the longest document.
        lengths: See `keys`.
        paragraph_keys: See `keys`.
        paragraph_lengths: See `keys`.
        distinct_keys: See `keys`.
        numbers: See `keys`.
        counts: See `keys`.
        slots: Space for a hash table: `numbering_slots` of the lines of the longest document.

    Returns:
        int64[MEASURES, documents]: lines; their characters; those of the longest; lines of at most SHORT characters;
        lines that end with a terminal mark, closing marks behind it apart; lines that begin with a bullet; lines
        that stood there before; their characters; paragraphs; paragraphs that stood there before; their
        characters; line feeds.
    """
    documents = len(offsets) - 1
    measured = np.zeros((MEASURES, documents), np.int64)
    for document in range(documents):
        lines, characters, longest = 0, np.int64(0), np.int64(0)
        short, terminal, bullets = np.int64(0), np.int64(0), np.int64(0)
        paragraphs, paragraph, paragraph_length = 0, np.uint64(0), np.int64(0)
        for line in range(lines_until[document], lines_until[document + 1]):
            row = line_characters[line]
            first, last = np.int64(row[FIRST]), np.int64(row[LAST])
            if first == last:
                if paragraph_length > 0:
                    paragraph_keys[paragraphs], paragraph_lengths[paragraphs] = paragraph, paragraph_length
                    paragraphs += 1
                    paragraph, paragraph_length = np.uint64(0), np.int64(0)
                continue
            length = np.int64(row[CHARACTERS]) - np.int64(row[SPACES])
            key = hash_bytes(data, first, last - first)
            keys[lines], lengths[lines] = key, length
            paragraph = (paragraph ^ key) * _PARAGRAPH_FACTOR
            paragraph ^= paragraph >> _HALF
            paragraph_length += length
            lines += 1
            characters += length
            longest = max(longest, length)
            short += length <= SHORT
            terminal += row[TERMINAL]
            bullets += row[BULLET]
        if paragraph_length > 0:
            paragraph_keys[paragraphs], paragraph_lengths[paragraphs] = paragraph, paragraph_length
            paragraphs += 1
        found = measured[:, document]
        found[0], found[1], found[2], found[3], found[4], found[5] = (
            lines,
            characters,
            longest,
            short,
            terminal,
            bullets,
        )
        found[6], found[7] = _count_copies(keys, lengths, lines, slots, distinct_keys, numbers, counts)
        found[8] = paragraphs
        found[9], found[10] = _count_copies(
            paragraph_keys, paragraph_lengths, paragraphs, slots, distinct_keys, numbers, counts
        )
        found[11] = lines_until[document + 1] - lines_until[document]
        if offsets[document + 1] > offsets[document] and data[offsets[document + 1] - 1] != _NEWLINE:
            found[11] -= 1
    return measured


@inlined
def _count_copies(
    keys: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.int64],
    count: Index,
    slots: npt.NDArray[np.uint32],
    distinct_keys: npt.NDArray[np.uint64],
    numbers: npt.NDArray[np.uint32],
    counts: npt.NDArray[np.uint32],
) -> tuple[int, np.int64]:
    """Return how many keys stood there before, and the sum of their lengths."""
    distinct = int(number_keys(keys, count, slots, distinct_keys, numbers, counts))
    copies, characters, seen = int(count) - distinct, np.int64(0), 0
    if copies > 0:
        for k in range(count):
            if numbers[k] == seen:
                seen += 1
            else:
                characters += lengths[k]
    return copies, characters
