"""Words of scripts without spaces, cut into what repetition can be seen in: single characters."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, REPLACED, UNSPACED, WORD
from signals.kernels import Index, inlined, kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode, hash_bytes

_LETTER_OF_UNSPACED = np.uint16(UNSPACED | WORD)
_ANY_PLACE = np.uint16(UNSPACED | WORD | CONTINUATION)
_BLOCK = 1 << 15  # bytes whose counts fit 16 bits


@kernel
def count_unspaced(classes: npt.NDArray[np.uint16], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each document the letters, marks and digits of scripts without spaces.

    Args:
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
    """
    documents = len(offsets) - 1
    letters = np.zeros(documents, np.int64)
    for document in range(documents):
        for block in range(offsets[document], offsets[document + 1], _BLOCK):
            found = classes[block : min(block + _BLOCK, offsets[document + 1])]
            count = np.uint16(0)  # no wider than what is read: LLVM then takes 16 elements at once
            for k in range(len(found)):
                count = np.uint16(count + ((found[k] & _ANY_PLACE) == _LETTER_OF_UNSPACED))
            letters[document] += count
    return letters


@kernel
def cut_unspaced(
    normalized: npt.NDArray[np.uint8],
    word_starts: npt.NDArray[np.int64],
    words_until: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.bool_],
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    first_combining: npt.NDArray[np.uint8],
    hashes: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:
    """Cut the words of some documents at each letter of a script without spaces; marks stay with their letter.

    What stands between such letters (a word of another script, a number) is one piece; punctuation is none.

    Args:
        normalized: This and the next two: what `normalize` returned and wrote.
        word_starts: See `normalized`.
        words_until: See `normalized`.
        wanted: The documents to cut; the others get no pieces.
        pages: This and the next three: the fields of `CharacterTables`.
        flags: See `pages`.
        replacement: See `pages`.
        first_combining: See `pages`.
        hashes: Receives the hash of each piece. One for each code point of the wanted documents suffices.
        lengths: Receives its code points.

    Returns:
        The number of pieces up to the end of each document, a zero first.
    """
    documents = len(words_until) - 1
    pieces_until = np.zeros(documents + 1, np.int64)
    piece = np.int64(0)
    for document in range(documents):
        for word in range(words_until[document], words_until[document + 1] if wanted[document] else 0):
            position, end = word_starts[word], word_starts[word + 1] - 1
            start, length, unspaced = position, 0, False  # a piece is open where it has a length
            while position < end:
                size, kind = _kind(normalized, position, pages, flags, replacement, first_combining)
                goes_on = length > 0 and (kind == _MARK or (kind == _LETTER and not unspaced))
                if length > 0 and not goes_on:
                    hashes[piece], lengths[piece] = hash_bytes(normalized, start, position - start), length
                    piece += 1
                    length = 0
                if goes_on:
                    length += 1
                elif kind in (_LETTER, _UNSPACED):
                    start, length, unspaced = position, 1, kind == _UNSPACED
                position += size
            if length > 0:
                hashes[piece], lengths[piece] = hash_bytes(normalized, start, end - start), length
                piece += 1
        pieces_until[document + 1] = piece
    return pieces_until


_OTHER, _LETTER, _UNSPACED, _MARK = 0, 1, 2, 3


@inlined
def _kind(
    text: npt.NDArray[np.uint8],
    position: Index,
    pages: npt.NDArray[np.uint16],
    flags: npt.NDArray[np.uint16],
    replacement: npt.NDArray[np.uint16],
    first_combining: npt.NDArray[np.uint8],
) -> tuple[int, int]:
    """Return the bytes of a character and what it is; a letter is any character of a word."""
    code: Index = np.int64(text[position])
    size = 1
    if code >= 0x80:
        code, size = decode(text, position)
    place = place_in_table(pages, code)
    found = flags[place]
    if found & REPLACED and first_combining[replacement[place]] != 0:
        return size, _MARK
    if not found & WORD:
        return size, _OTHER
    return size, _UNSPACED if found & UNSPACED else _LETTER
