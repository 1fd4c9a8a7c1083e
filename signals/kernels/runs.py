"""Runs of one kind of characters: of words, of white space, of neither (which is called punctuation)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.characters import GAP, WORD
from signals.kernels import kernel

KIND = np.uint16(WORD | GAP)


class Runs(NamedTuple):
    """Runs of characters of one kind; see `find_runs`."""

    until: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int32]
    seen: npt.NDArray[np.uint16]


@kernel
def find_runs(
    classes: npt.NDArray[np.uint16],
    offsets: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int32],
    seen: npt.NDArray[np.uint16],
) -> npt.NDArray[np.int64]:
    """Write where each run begins, and the flags that any of its characters has.

    There is no branch in the loop on purpose: where words end cannot be predicted, and each wrong guess of the
    processor costs as much as ten bytes.

    Args:
        classes: What `classify` wrote.
        offsets: Where each document begins; one more than there are documents.
        starts: Receives the first byte of each run, and the end of the last. One for each byte and one suffice.
        seen: Receives the flags of each run, combined. One for each byte suffices.

    Returns:
        The number of runs up to the end of each document, a zero first.
    """
    documents = len(offsets) - 1
    runs_until = np.zeros(documents + 1, np.int64)
    run = np.uint64(0)  # the next one
    for document in range(documents):
        begin = offsets[document]
        found = classes[begin : offsets[document + 1]]
        previous, flags = KIND, np.uint16(0)  # no character is both of a word and white space
        for position in range(len(found)):
            character = found[position]
            kind = character & KIND
            begins = kind != previous
            flags = character if begins else np.uint16(flags | character)
            starts[run] = begin + position
            run += np.uint64(begins)
            seen[run - np.uint64(1)] = flags
            previous = kind
        runs_until[document + 1] = run
    starts[run] = offsets[documents]
    return runs_until
