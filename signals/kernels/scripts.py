"""Which scripts a text is written in."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel
from signals.kernels.classify import place_in_table
from signals.kernels.utf8 import decode


@kernel
def count_scripts(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    pages: npt.NDArray[np.uint16],
    script: npt.NDArray[np.uint8],
    scripts: int,
) -> npt.NDArray[np.int64]:
    """Count the characters of each script.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        pages: `CharacterTables.pages`.
        script: `CharacterTables.script`.
        scripts: How many there are.

    Returns:
        int64[documents, scripts] characters.
    """
    documents = len(offsets) - 1
    counts = np.zeros((documents, scripts), np.int64)
    for document in range(documents):
        position, end = offsets[document], offsets[document + 1]
        while position < end:
            if data[position] < 0x80:
                counts[document, script[data[position]]] += 1
                position += 1
            else:
                code, length = decode(data, position)
                counts[document, script[place_in_table(pages, code)]] += 1
                position += length
    return counts
