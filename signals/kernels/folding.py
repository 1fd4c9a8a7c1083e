"""Folded text, and where words begin and end in it."""

import numpy as np
import numpy.typing as npt

from signals.characters import REPLACED
from signals.kernels import kernel
from signals.kernels.classify import place_in_table
from signals.kernels.normalize import order_marks
from signals.kernels.utf8 import decode

# The flags of a character, beside REPLACED.
WHITE_SPACE = np.uint16(1 << 0)
IN_WORD = np.uint16(1 << 1)  # a word character of a script with spaces between words
MARK = np.uint16(1 << 2)  # a combining mark, which no boundary parts from its letter

_SPACE_BYTE = np.uint8(ord(" "))
_FOLDED_BYTE = np.arange(256, dtype=np.uint8)
_FOLDED_BYTE[ord("A") : ord("Z") + 1] += 32
_FOLDED_BYTE[[*range(0x09, 0x0E), *range(0x1C, 0x20)]] = _SPACE_BYTE
_NO, _YES = np.uint8(0), np.uint8(1)
_IN_WORD_BYTE = np.array([chr(byte).isalnum() and byte < 0x80 for byte in range(256)], np.uint8)
_NOT_SPACE_BYTE = np.array([byte != _SPACE_BYTE for byte in range(256)], np.uint8)


@kernel
def fold_texts(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    replacement_start: npt.NDArray[np.int32],
    replacement_bytes: npt.NDArray[np.uint8],
    first_combining: npt.NDArray[np.uint8],
    last_combining: npt.NDArray[np.uint8],
    folded: npt.NDArray[np.uint8],
) -> npt.NDArray[np.int64]:
    """Write each document as `signals.toxicity.folding.fold` does.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        pages: This and the next six: the fields of `FoldingTables`.
        flags: See `pages`.
        replacement: See `pages`.
        replacement_start: See `pages`.
        replacement_bytes: See `pages`.
        first_combining: See `pages`.
        last_combining: See `pages`.
        folded: Receives the text; three bytes for each of `data`, and PADDING, suffice.

    Returns:
        int64[documents + 1], where each document begins in `folded`.
    """
    documents = len(offsets) - 1
    starts = np.zeros(documents + 1, np.int64)
    out = 0
    for document in range(documents):
        first, marks_end = out, -1
        last_mark = np.uint8(0)
        in_order, after_space = True, False
        position, end = offsets[document], offsets[document + 1]
        while position < end:
            byte = data[position]
            if byte < 0x80:
                byte = _FOLDED_BYTE[byte]
                is_space = byte == _SPACE_BYTE
                folded[out] = byte
                out += not (is_space and after_space)
                after_space = is_space
                position += 1
                continue
            code, length = decode(data, position)
            place = place_in_table(pages, code)
            if flags[place] & WHITE_SPACE:
                folded[out] = _SPACE_BYTE
                out += not after_space
                after_space = True
            elif flags[place] & REPLACED:
                row = replacement[place]
                begin, behind = replacement_start[row], replacement_start[row + 1]
                mark = first_combining[row]
                if mark != 0 and marks_end == out and last_mark > mark:
                    in_order = False
                joined = begin + np.int32(
                    after_space and replacement_bytes[begin] == _SPACE_BYTE
                )  # an accent alone has one
                for k in range(joined, behind):
                    folded[out] = replacement_bytes[k]
                    out += 1
                if behind > begin:  # else the character is left out, and what stood before it is still the last
                    marks_end, last_mark, after_space = out, last_combining[row], False
            else:
                for k in range(position, position + length):
                    folded[out] = data[k]
                    out += 1
                after_space = False
            position += length
        if not in_order:
            order_marks(folded, first, out, pages, flags, replacement, first_combining)
        starts[document + 1] = out
    return starts


@kernel
def mark_boundaries(
    folded: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    boundaries: npt.NDArray[np.uint8],
    places: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Tell where entries of word lists may begin and end: not within a word with spaces, nor before a combining mark.

    Args:
        folded: What `fold_texts` wrote.
        starts: What it returned.
        pages: This and the next: fields of `FoldingTables`.
        flags: See `pages`.
        boundaries: Receives 1 at the first byte of each character with a boundary before it, else 0.
        places: Receives the positions of these bytes, those of spaces left out; room for one more than bytes.

    Returns:
        int64[documents + 1], how many places there are up to each document.
    """
    places_until = np.zeros(len(starts), np.int64)
    place = np.int64(0)
    for document in range(len(starts) - 1):
        inside = _NO
        position, end = starts[document], starts[document + 1]
        while position < end:
            byte = folded[position]
            places[place] = position
            if byte < 0x80:  # no branch for each kind
                in_word = _IN_WORD_BYTE[byte]
                boundary = _YES - (inside & in_word)
                boundaries[position] = boundary
                place += np.int64(boundary & _NOT_SPACE_BYTE[byte])
                inside = in_word
                position += 1
                continue
            code, length = decode(folded, position)
            found = flags[place_in_table(pages, code)]
            for k in range(position + 1, position + length):
                boundaries[k] = 0
            if found & MARK:
                boundary = np.uint8(position == starts[document])
            else:
                in_word = np.uint8(found & IN_WORD != 0)
                boundary = _YES - (inside & in_word)
                inside = in_word
            boundaries[position] = boundary
            place += np.int64(boundary)
            position += length
        places_until[document + 1] = place
    return places_until
