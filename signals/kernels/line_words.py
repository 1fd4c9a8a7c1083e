"""Which words stand on which lines."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel


@kernel
def count_words_until(
    word_starts: npt.NDArray[np.int32], words: int, line_ends: npt.NDArray[np.int64], lines: int
) -> npt.NDArray[np.int64]:
    """Return the number of words up to the end of each line, a zero first.

    Args:
        word_starts: The first byte of each word.
        words: How many there are.
        line_ends: The end of each line, in the same bytes.
        lines: How many there are.
    """
    until = np.zeros(lines + 1, np.int64)
    word = np.uint64(0)
    for line in range(lines):
        while word < np.uint64(words) and word_starts[word] < line_ends[line]:
            word += np.uint64(1)
        until[line + 1] = word
    return until
