"""Phrases of web pages, by which C4 and others tell lines that are no prose."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, borrowing, kernel

# Columns of what is counted.
JAVASCRIPT, POLICY, LOREM_IPSUM = range(3)
KINDS = 3

# C4's phrases, in lower case, each with three letters of it that are rare elsewhere: by these it is sought.
PHRASES = (
    ("javascript", "jav", JAVASCRIPT),
    ("terms of use", "rms", POLICY),
    ("cookie policy", "oki", POLICY),
    ("uses cookies", "oki", POLICY),
    ("use of cookies", "oki", POLICY),
    ("use cookies", "oki", POLICY),
    ("lorem ipsum", "psu", LOREM_IPSUM),
    ("privacy policy", "acy", POLICY),
)

_BYTES = np.frombuffer("".join(phrase for phrase, _, _ in PHRASES).encode(), np.uint8)
_STARTS = np.cumsum([0] + [len(phrase) for phrase, _, _ in PHRASES])
_PLACES = np.array([phrase.index(letters) for phrase, letters, _ in PHRASES])
_KINDS = np.array([kind for _, _, kind in PHRASES])

_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += 32
_CASE = np.uint8(0x20)  # with it, a capital letter is its lower case, and some others look like letters
_A, _C, _I, _J, _K, _M, _O, _P, _R, _S, _U, _V, _Y = (np.uint8(ord(letter)) for letter in "acijkmoprsuvy")
_BLOCK = 128  # bytes whose counts fit a byte


@kernel
def count_phrases(
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    lines_until: npt.NDArray[np.int64],
    line_ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.int32]:
    """Count the phrases of each line, in capitals or not.

    Args:
        data: UTF-8 of all documents.
        offsets: Where each document begins; one more than there are documents.
        lines_until: This and the next: what `normalize` returned and wrote about lines.
        line_ends: See `lines_until`.

    Returns:
        int32[KINDS, lines].
    """
    counts = np.zeros((KINDS, lines_until[-1]), np.int32)
    for document in range(len(offsets) - 1):
        begin, end, line = offsets[document], offsets[document + 1], lines_until[document]
        for block in range(begin, end, _BLOCK):
            behind = min(block + _BLOCK, end)
            if not _may_hold(data[block:behind], data[block + 1 : behind + 1], data[block + 2 : behind + 2]):
                continue
            for position in range(block, behind):
                if _is_sought(data[position] | _CASE, data[position + 1] | _CASE, data[position + 2] | _CASE):
                    while line_ends[line] <= position:
                        line += 1
                    _count_at(data, begin, end, position, counts[:, line])
    return counts


@borrowing
def _may_hold(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8], third: npt.NDArray[np.uint8]) -> bool:
    """Tell whether the letters of some phrase begin at one of these bytes; without a branch, many at once."""
    found = np.uint8(0)
    for k in range(len(first)):
        found = np.uint8(found + _is_sought(first[k] | _CASE, second[k] | _CASE, third[k] | _CASE))
    return bool(found > 0)


@borrowing
def _is_sought(first: np.uint8, second: np.uint8, third: np.uint8) -> bool:
    sought: bool = (
        ((first == _J) & (second == _A) & (third == _V))
        | ((first == _R) & (second == _M) & (third == _S))
        | ((first == _O) & (second == _K) & (third == _I))
        | ((first == _P) & (second == _S) & (third == _U))
        | ((first == _A) & (second == _C) & (third == _Y))
    )
    return sought


@borrowing
def _count_at(
    data: npt.NDArray[np.uint8], begin: Index, end: Index, position: Index, counts: npt.NDArray[np.int32]
) -> None:
    """Count the phrases whose letters begin here; none holds a line feed, so that none goes beyond its line."""
    for phrase in range(len(_PLACES)):
        first, length = position - _PLACES[phrase], _STARTS[phrase + 1] - _STARTS[phrase]
        if first < begin or first + length > end:
            continue
        same = 0
        while same < length and _LOWER[data[first + same]] == _BYTES[_STARTS[phrase] + same]:
            same += 1
        counts[_KINDS[phrase]] += same == length
