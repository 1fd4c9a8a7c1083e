"""A hash for documents that say the same."""

from hashlib import sha256

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
    ends = starts[1:] - 1  # less the last space
    as_it_is = ends <= starts[:-1]  # nothing but punctuation and white space: the same only as its exact copies
    begins, ends = np.where(as_it_is, offsets[:-1], starts[:-1]), np.where(as_it_is, offsets[1:], ends)
    views = memoryview(normalized.data), memoryview(data.data)
    texts = zip(as_it_is.tolist(), begins.tolist(), ends.tolist(), strict=True)
    hashes = [sha256(views[view][begin:end]).digest()[:HASH_BYTES] for view, begin, end in texts]
    return np.frombuffer(b"".join(hashes), np.uint8)
