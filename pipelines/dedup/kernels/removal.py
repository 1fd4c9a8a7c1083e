"""From repeated tokens to the characters that go."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, UNSPACED
from signals.kernels import Index, inlined, kernel

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_NEWLINE = np.uint8(ord("\n"))
_TAIL_BITS, _TAIL = np.uint8(0xC0), np.uint8(0x80)  # of the bytes of a character behind its first


@kernel
def word_spans(
    offsets: Integers,
    classes: npt.NDArray[np.uint16],
    space: np.uint16,
    until: Integers,
    starts: Integers,
    ends: Integers,
    removed: npt.NDArray[np.bool_],
    documents: Integers,
    span_starts: Integers,
    span_ends: Integers,
    glued: npt.NDArray[np.bool_],
) -> int:
    """Write the bytes that runs of removed words take with them; return the number of runs.

    With the last word go the marks that stand against it and the white space behind; with the first word of a text
    what stands before it, with its last what stands behind.

    Args:
        offsets: int64[documents + 1], where each document begins.
        classes: What `classify` wrote.
        space: The flag of white space in `classes`.
        until: int64[documents + 1], words up to the end of each document.
        starts: The first byte of each word.
        ends: The first byte behind it.
        removed: Which words go.
        documents: Receives the document of each run; one for each word suffices.
        span_starts: Receives its first byte.
        span_ends: Receives the first byte behind it.
        glued: Receives whether the words around it would become one.
    """
    count = 0
    for document in range(len(until) - 1):
        first, behind = until[document], until[document + 1]
        word = first
        while word < behind:
            if not removed[word]:
                word += 1
                continue
            documents[count], glued[count] = document, False
            span_starts[count] = offsets[document] if word == first else starts[word]
            joins = word > first and ends[word - 1] == starts[word] and not classes[starts[word] - 1] & UNSPACED
            while word < behind and removed[word]:
                word += 1
            if word == behind:
                span_ends[count] = offsets[document + 1]
            else:
                position, end = ends[word - 1], starts[word]
                position = _skip(classes, position, end, space, False)
                span_ends[count] = _skip(classes, position, end, space, True)
                glued[count] = joins and span_ends[count] == end and not classes[end] & UNSPACED
            count += 1
    return count


@inlined
def _skip(classes: npt.NDArray[np.uint16], position: Index, end: Index, space: np.uint16, spaces: bool) -> Index:
    """Return the first place from here that is white space, or is none."""
    while position < end and (classes[position] & CONTINUATION or ((classes[position] & space) != 0) == spaces):
        position += 1
    return position


@kernel
def line_spans(
    data: Bytes,
    offsets: Integers,
    until: Integers,
    starts: Integers,
    ends: Integers,
    removed: npt.NDArray[np.bool_],
    documents: Integers,
    span_starts: Integers,
    span_ends: Integers,
) -> int:
    """Write the bytes of removed lines, neighbours in one span; return the number of spans.

    What is left is the other lines with newlines between them: where the last line goes, the newline before it goes.

    Args:
        data: UTF-8 of all documents.
        offsets: int64[documents + 1], where each document begins.
        until: int64[documents + 1], lines up to the end of each document.
        starts: The first byte of each line.
        ends: The first byte behind it, its newline included.
        removed: Which lines go.
        documents: Receives the document of each span; one for each line suffices.
        span_starts: Receives its first byte.
        span_ends: Receives the first byte behind it.
    """
    count = 0
    for document in range(len(until) - 1):
        line = until[document]
        while line < until[document + 1]:
            if not removed[line]:
                line += 1
                continue
            start, end = starts[line], ends[line]
            line += 1
            while line < until[document + 1] and removed[line] and starts[line] == end:
                end = ends[line]
                line += 1
            if end == offsets[document + 1] and data[end - 1] != _NEWLINE and start > offsets[document]:
                start -= 1
            documents[count], span_starts[count], span_ends[count] = document, start, end
            count += 1
    return count


@kernel
def to_characters(data: Bytes, offsets: Integers, documents: Integers, places: Integers) -> None:
    """Turn bytes of a batch into characters of the document that they lie in, in place.

    Args:
        data: UTF-8 of all documents.
        offsets: int64[documents + 1], where each document begins.
        documents: The document of each place, ascending.
        places: Bytes of the batch, ascending in a document.
    """
    document, position, characters = np.int64(-1), np.int64(0), np.int64(0)
    for k in range(len(places)):
        if documents[k] != document:
            document, position, characters = documents[k], offsets[documents[k]], np.int64(0)
        for byte in range(position, places[k]):
            characters += (data[byte] & _TAIL_BITS) != _TAIL
        position = places[k]
        places[k] = characters
