"""Which windows occur more than once, and which of them is whose copy."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

NONE = np.int32(-1)
_PLACE_IN_TEXT = np.uint64(0xFFFFFFFF)


@kernel
def group_windows(
    hashes: Hashes, order: Hashes, places: Hashes, slots: Numbers, groups: Numbers, first: Numbers, copies: Numbers
) -> int:
    """Group windows of one hash and find the first of each group, whatever order they come in.

    Args:
        hashes: The hash of each window.
        order: The place of its document in the order of preference; no two documents have the same.
        places: Its place; of one document, the windows lie in the order of their places.
        slots: Space for a hash table: a power of two, more than there are windows, filled with NONE.
        groups: Receives the group of each window.
        first: Receives, for each group, the first window: that of the preferred document, and in it the earliest.
        copies: Receives, for each group, how many windows it has.

    Returns:
        The number of groups.
    """
    mask = np.uint64(len(slots) - 1)
    count = 0
    for window in range(len(hashes)):
        slot = hashes[window] & mask
        while slots[slot] != NONE and hashes[first[slots[slot]]] != hashes[window]:
            slot = (slot + np.uint64(1)) & mask
        group = slots[slot]
        if group == NONE:
            group = np.int32(count)
            slots[slot], first[group], copies[group] = group, window, 0
            count += 1
        elif _comes_before(order, places, window, first[group]):
            first[group] = window
        groups[window] = group
        copies[group] += 1
    return count


@kernel
def find_second(
    order: Hashes, places: Hashes, groups: Numbers, first: Numbers, elsewhere: bool, second: Numbers
) -> None:
    """Write for each group the next window after the first, NONE where there is none.

    Args:
        order: As in `group_windows`.
        places: Likewise.
        groups: What `group_windows` wrote.
        first: Likewise.
        elsewhere: Whether it must lie in another document.
        second: Receives the windows; filled with NONE.
    """
    for window in range(len(groups)):
        group = groups[window]
        leader = first[group]
        if window == leader or (elsewhere and order[window] == order[leader]):
            continue
        if second[group] == NONE or _comes_before(order, places, window, second[group]):
            second[group] = window


@inlined
def _comes_before(order: Hashes, places: Hashes, one: Index, other: Index) -> bool:
    if order[one] != order[other]:
        return bool(order[one] < order[other])
    return bool((places[one] & _PLACE_IN_TEXT) < (places[other] & _PLACE_IN_TEXT))


@kernel
def are_copies(
    folded: Bytes,
    starts: Integers,
    ends: Integers,
    others: Bytes,
    other_starts: Integers,
    copies: npt.NDArray[np.bool_],
) -> None:
    """Write whether each of some spans of a text reads as its counterpart in another, byte for byte.

    Args:
        folded: The one text.
        starts: Where each span begins in it.
        ends: Where it ends.
        others: The other text.
        other_starts: Where each counterpart begins in it.
        copies: Receives the answers.
    """
    for span in range(len(starts)):
        length = ends[span] - starts[span]
        equal = other_starts[span] + length <= len(others)
        if equal:
            one, other = folded[starts[span] : ends[span]], others[other_starts[span] : other_starts[span] + length]
            for k in range(length):
                equal &= one[k] == other[k]
        copies[span] = equal


@kernel
def cover(
    size: int, windows: Integers, flags: npt.NDArray[np.bool_], value: bool, covered: npt.NDArray[np.bool_]
) -> None:
    """Set `covered` to a value for the tokens of some windows.

    Args:
        size: Tokens of a window.
        windows: The first token of each window, ascending.
        flags: Which of the windows count.
        value: What is written.
        covered: One for each token.
    """
    reached = np.int64(0)
    for k in range(len(windows)):
        if flags[k]:
            for token in range(max(reached, windows[k]), windows[k] + size):
                covered[token] = value
            reached = windows[k] + size
