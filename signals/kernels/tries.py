"""Entries of word lists as tries, and how often they stand in texts."""

import numpy as np
import numpy.typing as npt

from signals.kernels import Index, inlined, kernel

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(48)
_BEGINNINGS = 1 << 16


@inlined
def _beginning(first: Index, second: Index, third: Index) -> np.uint64:
    """Return the place of three bytes in a table of 65,536, where a few others may have theirs."""
    return (np.uint64(first | second << 8 | third << 16) * _FACTOR) >> _SHIFT


@kernel
def build_tries(
    entries: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    lists: npt.NDArray[np.int64],
    list_count: int,
) -> tuple[
    npt.NDArray[np.bool_],
    npt.NDArray[np.int32],
    npt.NDArray[np.uint8],
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.bool_],
]:
    """Return the tries of several lists in one pool of nodes, whose number 0 stands for none.

    Args:
        entries: Bytes of all entries one after the other: list by list, sorted within each, none empty.
        offsets: int64[entries + 1], where each begins.
        lists: int64[entries], the list of each.
        list_count: How many lists there are.

    Returns:
        bool[lists, 65536], whether an entry may begin with three bytes; int32[lists, 256], the node of each first
        byte; then by node: its byte, its first child, its next sibling (of a higher byte), whether an entry ends there.
    """
    beginnings = np.zeros((list_count, _BEGINNINGS), np.bool_)
    roots = np.zeros((list_count, 256), np.int32)
    nodes = len(entries) + 1
    label = np.zeros(nodes, np.uint8)
    first_child, next_sibling, last_child = (
        np.zeros(nodes, np.int32),
        np.zeros(nodes, np.int32),
        np.zeros(nodes, np.int32),
    )
    is_entry = np.zeros(nodes, np.bool_)
    path = np.zeros(nodes, np.int32)  # the nodes of the entry before
    used = 1
    for entry in range(len(lists)):
        start, length = offsets[entry], offsets[entry + 1] - offsets[entry]
        shared = 0
        if entry > 0 and lists[entry - 1] == lists[entry]:
            before = offsets[entry - 1]
            while shared < min(length, start - before) and entries[before + shared] == entries[start + shared]:
                shared += 1
        for depth in range(shared, length):
            node, byte = used, entries[start + depth]
            used += 1
            label[node] = byte
            if depth == 0:
                roots[lists[entry], byte] = node
            else:
                parent = path[depth - 1]
                if first_child[parent] == 0:
                    first_child[parent] = node
                else:
                    next_sibling[last_child[parent]] = node
                last_child[parent] = node
            path[depth] = node
        is_entry[path[length - 1]] = True
        first = np.int64(entries[start])
        for second in range(256) if length < 2 else range(entries[start + 1], entries[start + 1] + 1):
            for third in range(256) if length < 3 else range(entries[start + 2], entries[start + 2] + 1):
                beginnings[lists[entry], _beginning(first, second, third)] = True
    return (
        beginnings,
        roots,
        label[:used].copy(),
        first_child[:used].copy(),
        next_sibling[:used].copy(),
        is_entry[:used].copy(),
    )


@kernel
def count_entries(
    text: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    boundaries: npt.NDArray[np.uint8],
    places: npt.NDArray[np.int64],
    places_until: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    overlapping: bool,
    beginnings: npt.NDArray[np.bool_],
    roots: npt.NDArray[np.int32],
    label: npt.NDArray[np.uint8],
    first_child: npt.NDArray[np.int32],
    next_sibling: npt.NDArray[np.int32],
    is_entry: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Count the entries of a list that stand in each document, from boundary to boundary.

    Args:
        text: Bytes of all documents, two spare ones behind.
        starts: int64[documents + 1], where each document begins.
        boundaries: 1 where in `text` an entry may end, else 0; it may at the end of a document.
        places: Where in `text` an entry may begin.
        places_until: int64[documents + 1], how many places there are up to each document.
        rows: The list of each document, -1 for none.
        overlapping: Count every occurrence; otherwise, from left to right, the longest at each place, none of which
            overlap.
        beginnings: This and the next five: what `build_tries` returned.
        roots: See `beginnings`.
        label: See `beginnings`.
        first_child: See `beginnings`.
        next_sibling: See `beginnings`.
        is_entry: See `beginnings`.

    Returns:
        int64[documents], 0 without a list.
    """
    counts = np.zeros(len(rows), np.int64)
    for document in range(len(rows)):
        row = rows[document]
        if row < 0:
            continue
        end, counted = starts[document + 1], starts[document]
        root, may_begin = roots[row], beginnings[row]
        count = 0
        for place in range(places_until[document], places_until[document + 1]):
            position = places[place]
            first, second, third = text[position], np.int64(text[position + 1]), np.int64(text[position + 2])
            if position < counted or not may_begin[_beginning(np.int64(first), second, third)]:
                continue
            node = root[first]
            behind, longest = position + 1, position
            while node != 0:
                if is_entry[node] and (behind == end or boundaries[behind]):
                    longest = behind
                    count += overlapping
                if behind == end:
                    break
                node = _child(node, text[behind], label, first_child, next_sibling)
                behind += 1
            if longest > position and not overlapping:
                count += 1
                counted = longest
        counts[document] = count
    return counts


@inlined
def _child(
    node: Index,
    byte: np.uint8,
    label: npt.NDArray[np.uint8],
    first_child: npt.NDArray[np.int32],
    next_sibling: npt.NDArray[np.int32],
) -> Index:
    """Return the node behind another on a byte, 0 if there is none."""
    child = np.int64(first_child[node])
    while child != 0 and label[child] < byte:
        child = np.int64(next_sibling[child])
    return child if label[child] == byte else np.int64(0)  # node 0 has byte 0, which no UTF-8 entry holds
