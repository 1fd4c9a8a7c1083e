"""How alike two sets of shingles are."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel

Integers = npt.NDArray[np.int64]


@kernel
def compare_sets(
    later: Integers,
    earlier: Integers,
    until: Integers,
    hashes: npt.NDArray[np.uint64],
    containment: bool,
    at_least: float,
    similarities: npt.NDArray[np.float64],
) -> None:
    """Write how similar each pair is: what both have over what either has (Jaccard), or over the smaller set.

    Args:
        later: int64[pairs], the place of a set.
        earlier: int64[pairs], the place of the other.
        until: int64[sets + 1], elements up to the end of each set.
        hashes: The elements, sorted and distinct in each set.
        containment: Whether the smaller set is measured instead of the union.
        at_least: A pair that cannot reach it for the sizes of its sets gives 0.
        similarities: Receives the similarities; 0 where a set is empty.
    """
    for pair in range(len(later)):
        first = hashes[until[later[pair]] : until[later[pair] + 1]]
        second = hashes[until[earlier[pair]] : until[earlier[pair] + 1]]
        smaller, larger = min(len(first), len(second)), max(len(first), len(second))
        similarities[pair] = 0.0
        if smaller == 0 or (not containment and smaller < at_least * larger):
            continue
        i = j = shared = 0
        while i < len(first) and j < len(second):
            a, b = first[i], second[j]
            shared += a == b
            i += a <= b
            j += b <= a
        similarities[pair] = shared / (smaller if containment else smaller + larger - shared)


@kernel
def copy_sets(
    rows: Integers,
    places: Integers,
    until: Integers,
    hashes: npt.NDArray[np.uint64],
    copied_until: Integers,
    copied: npt.NDArray[np.uint64],
) -> None:
    """Copy some sets to their places among others.

    Args:
        rows: int64[sets], which sets of `hashes`.
        places: int64[sets], the place of each in `copied`.
        until: Elements up to the end of each set of `hashes`, a zero first.
        hashes: The elements.
        copied_until: Elements up to the end of each set of `copied`, a zero first.
        copied: Receives the elements.
    """
    for index in range(len(rows)):
        begin, end = until[rows[index]], until[rows[index] + 1]
        target = copied_until[places[index]]
        copied[target : target + end - begin] = hashes[begin:end]
