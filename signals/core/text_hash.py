"""A hash for documents that say the same."""

import hashlib

import numpy as np
import numpy.typing as npt

HASH_BYTES = 16


def hash_texts(
    normalized: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    """Return the hashes of a batch of documents: uint8[documents * HASH_BYTES].

    Args:
        normalized: Normalised texts, a space behind each word.
        starts: Where each document begins in `normalized`, the end of the last behind.
        data: The texts as they are.
        offsets: Where each document begins in `data`, the end of the last behind.
    """
    normalized_view, raw_view = memoryview(normalized.data), memoryview(data.data)
    normalized_ends, raw_ends = starts.tolist(), offsets.tolist()
    hashes = []
    for document in range(len(raw_ends) - 1):
        start, end = normalized_ends[document], normalized_ends[document + 1] - 1  # less the last space
        text = normalized_view[start:end]
        if end <= start:  # nothing but punctuation and white space: the same only as its exact copies
            text = raw_view[raw_ends[document] : raw_ends[document + 1]]
        hashes.append(hashlib.sha256(text).digest()[:HASH_BYTES])
    return np.frombuffer(b"".join(hashes), np.uint8)
