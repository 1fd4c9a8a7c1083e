"""Words of documents in scripts without spaces, hashed as they stand: white space does not tell them apart."""

import numpy as np
import numpy.typing as npt

from signals.characters import UNSPACED
from signals.kernels import kernel
from signals.kernels.utf8 import hash_bytes


@kernel
def hash_unspaced_words(
    data: npt.NDArray[np.uint8],
    words_until: npt.NDArray[np.int64],
    word_starts: npt.NDArray[np.int32],
    word_ends: npt.NDArray[np.int32],
    word_seen: npt.NDArray[np.uint16],
    hashes: npt.NDArray[np.uint64],
    lengths: npt.NDArray[np.int32],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Hash the words of the documents most of whose words are of scripts without spaces.

    Args:
        data: UTF-8 of all documents.
        words_until: This and the next three: the fields of `WordSpans`.
        word_starts: See `words_until`.
        word_ends: See `words_until`.
        word_seen: See `words_until`.
        hashes: Receives the hash of each of their words; one for each word of all documents suffices.
        lengths: Receives its code points.

    Returns:
        Which documents these are; their words up to the end of each document, a zero first.
    """
    documents = len(words_until) - 1
    mostly = np.zeros(documents, np.bool_)
    hashed_until = np.zeros(documents + 1, np.int64)
    word = 0
    for document in range(documents):
        first, behind = words_until[document], words_until[document + 1]
        unspaced = 0
        for k in range(first, behind):
            unspaced += (word_seen[k] & UNSPACED) != 0
        mostly[document] = 2 * unspaced > behind - first
        for k in range(first, behind if mostly[document] else first):
            start, end = np.int64(word_starts[k]), np.int64(word_ends[k])
            hashes[word] = hash_bytes(data, start, end - start)
            length = 0
            for position in range(start, end):
                length += (data[position] & 0xC0) != 0x80
            lengths[word] = length
            word += 1
        hashed_until[document + 1] = word
    return mostly, hashed_until
