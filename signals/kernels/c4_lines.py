"""How lines end, as C4's rule for terminal marks sees it."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel
from signals.kernels.line_characters import FIRST, LAST

_STOP, _OPENING, _CLOSING = (np.uint8(ord(mark)) for mark in ".[]")
_ZERO, _NINE = np.uint8(ord("0")), np.uint8(ord("9"))
_CITATIONS = (np.frombuffer(b"[edit]", np.uint8), np.frombuffer(b"[citation needed]", np.uint8))
_IS_TERMINAL = np.zeros(256, np.int32)
_IS_TERMINAL[list(b".?!\"'")] = 1


@kernel
def find_c4_terminals(data: npt.NDArray[np.uint8], line_characters: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Tell of each line whether it ends with one of . ? ! " ' but not with "...".

    White space behind and then citations do not count.

    Args:
        data: UTF-8 of all documents.
        line_characters: What `measure_line_characters` returned.
    """
    found = np.zeros(len(line_characters), np.int32)
    for line in range(len(found)):
        start, end = np.int64(line_characters[line, FIRST]), np.int64(line_characters[line, LAST])
        while end > start and data[end - 1] == _CLOSING:
            before = np.int64(_before_citation(data, start, end))
            if before == end:
                break
            end = before
        if end > start:  # no branch for how it ends, which cannot be predicted
            stops = (data[end - 1] == _STOP) & (end - start > 2) & (data[end - 2] == _STOP) & (data[end - 3] == _STOP)
            found[line] = _IS_TERMINAL[data[end - 1]] * np.int32(not stops)
    return found


@inlined
def _before_citation(data: npt.NDArray[np.uint8], start: Index, end: Index) -> Index:
    """Return where a citation that ends here begins: [12], [], [edit] or [citation needed]; else the end."""
    place = end - 2
    while place > start and _ZERO <= data[place] <= _NINE:
        place -= 1
    if place >= start and data[place] == _OPENING:
        return place
    for citation in _CITATIONS:
        place = end - len(citation)
        if place >= start and np.array_equal(data[place:end], citation):
            return place
    return end
