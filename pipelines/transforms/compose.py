"""Edits of edited texts, told as edits of the texts as they were: how operations one after the other become one set."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dedup.arrays import indices
from pipelines.edits.resolve import Integers, Spans
from pipelines.transforms.documents import Bools, Texts, no_spans


@dataclass(frozen=True)
class Composed:
    """Spans of texts as they were, none of which overlaps another, by row and place.

    Attributes:
        spans: The spans.
        rules: int64[spans], the number of the operation that touched each last.
    """

    spans: Spans
    rules: Integers

    @classmethod
    def nothing(cls) -> "Composed":
        """Return no edits."""
        return cls(no_spans(), np.empty(0, np.int64))


def compose(first: Composed, then: Spans, rule: int, current: Texts) -> Composed:
    """Return the edits that do at once what some edits and then some edits of their result do.

    Where a later edit touches what an earlier one put in, both become one, under the later one's rule.

    Args:
        first: The edits that led to the present texts.
        then: Edits of these, none overlapping another, by row and place.
        rule: The number of the operation that asks for them.
        current: The present texts.
    """
    if not len(then.rows):
        return first
    if not len(first.rules):
        return Composed(then, np.full(len(then.rows), rule, np.int64))
    places = _Places.of(first.spans)
    touching = _touching_rows(places, then)
    mapped = _mapped(places, then)
    fast_first = ~np.isin(first.spans.rows, touching)
    fast_then = ~np.isin(then.rows, touching)
    parts = [
        (_chosen(first.spans, fast_first), first.rules[fast_first]),
        (_chosen(mapped, fast_then), np.full(int(fast_then.sum()), rule, np.int64)),
        *(_merged_row(first, places, then, int(row), rule, current) for row in touching),
    ]
    return _sorted(parts)


@dataclass(frozen=True)
class _Places:
    """Where the replacements of some edits stand in the edited texts.

    Attributes:
        rows: The text of each edit.
        starts: The first character of its replacement there.
        ends: The character behind it.
        inserts: Whether the edit takes nothing out.
        before: By how much a text has grown before the edit.
        after: By how much with it.
    """

    rows: Integers
    starts: Integers
    ends: Integers
    inserts: Bools
    before: Integers
    after: Integers

    @classmethod
    def of(cls, spans: Spans) -> "_Places":
        added = np.asarray(pc.utf8_length(_strings(spans))).astype(np.int64)
        growth = np.cumsum(added - (spans.ends - spans.starts))
        rows = spans.rows
        first_of_row = np.searchsorted(rows, rows)
        base = np.concatenate([[0], growth])[first_of_row]
        after = growth - base
        before = after - added + (spans.ends - spans.starts)
        starts = spans.starts + before
        return cls(rows, starts, starts + added, spans.ends == spans.starts, before, after)


def _strings(spans: Spans) -> Texts:
    return spans.replacements


def _lifted(rows: Integers, places: Integers, stride: int) -> Integers:
    """Return places that ascend over all rows."""
    return rows * stride + places


def _touching_rows(places: _Places, then: Spans) -> Integers:
    """Return the texts in which an edit meets an earlier one's replacement, or an insertion its neighbour."""
    stride = int(max(places.ends.max(), then.ends.max())) + 1
    starts, ends = _lifted(places.rows, places.starts, stride), _lifted(places.rows, places.ends, stride)
    begin, end = _lifted(then.rows, then.starts, stride), _lifted(then.rows, then.ends, stride)
    overlap = np.searchsorted(starts, end, "left") > np.searchsorted(ends, begin, "right")
    from_, until = np.searchsorted(ends, begin, "left"), np.searchsorted(starts, end, "right")
    inserts = np.concatenate([[0], np.cumsum(places.inserts)])
    beside = (until > from_) & ((begin == end) | (inserts[np.maximum(until, from_)] > inserts[from_]))
    found: Integers = np.unique(then.rows[overlap | beside])
    return found


def _mapped(places: _Places, then: Spans) -> Spans:
    """Return edits of the edited texts at their places in the texts before, right where nothing touches."""
    stride = int(max(places.ends.max(), then.ends.max())) + 1
    ends = _lifted(places.rows, places.ends, stride)
    passed = np.searchsorted(ends, _lifted(then.rows, then.starts, stride), "right") - 1
    same_row = (passed >= 0) & (places.rows[np.maximum(passed, 0)] == then.rows)
    grown = np.where(same_row, places.after[np.maximum(passed, 0)], 0)
    return Spans(then.rows, then.starts - grown, then.ends - grown, then.replacements)


def _chosen(spans: Spans, mask: Bools) -> Spans:
    replacements = spans.replacements.filter(pa.array(mask))
    return Spans(spans.rows[mask], spans.starts[mask], spans.ends[mask], replacements)


def _merged_row(
    first: Composed, places: _Places, then: Spans, row: int, rule: int, current: Texts
) -> tuple[Spans, Integers]:
    """Return the edits of one text, those that touch made one."""
    low, high = np.searchsorted(places.rows, [row, row + 1])
    begin, end = np.searchsorted(then.rows, [row, row + 1])
    # (start, end, takes nothing out, growth with it or None for a later edit, number)
    items: list[tuple[int, int, bool, int | None, int]] = [
        (int(places.starts[k]), int(places.ends[k]), bool(places.inserts[k]), int(places.after[k]), k)
        for k in range(low, high)
    ]
    items += [
        (int(then.starts[k]), int(then.ends[k]), bool(then.starts[k] == then.ends[k]), None, k)
        for k in range(begin, end)
    ]
    items.sort(key=lambda item: (item[0], item[1], item[3] is None))
    text: str = current[row].as_py()
    edits: list[tuple[int, int, str, int]] = []
    grown = 0
    for group in _groups(items):
        start, stop = group[0][0], max(item[1] for item in group)
        later = [item for item in group if item[3] is None]
        begins = start - grown
        for item in group:
            grown = grown if item[3] is None else item[3]
        if later:
            edges = [(start, start), *((item[0], item[1]) for item in later), (stop, stop)]
            news = [*(then.replacements[item[4]].as_py() for item in later), ""]
            kept = (text[left:right] for (_, left), (right, _) in pairwise(edges))
            edits.append((begins, stop - grown, "".join(a + b for a, b in zip(kept, news, strict=True)), rule))
        else:
            edits += [
                (
                    int(first.spans.starts[item[4]]),
                    int(first.spans.ends[item[4]]),
                    first.spans.replacements[item[4]].as_py(),
                    int(first.rules[item[4]]),
                )
                for item in group
            ]
    edits = _with_insertions_joined(edits)
    numbers = np.array([(edit[0], edit[1], edit[3]) for edit in edits], np.int64).reshape(-1, 3)
    replacements = pa.array([edit[2] for edit in edits], pa.string())
    rows = np.full(len(edits), row, np.int64)
    return Spans(rows, numbers[:, 0].copy(), numbers[:, 1].copy(), replacements), numbers[:, 2].copy()


def _with_insertions_joined(edits: list[tuple[int, int, str, int]]) -> list[tuple[int, int, str, int]]:
    """Return edits of one text, an insertion made one with what begins at its place: `resolve` would leave it out."""
    joined: list[tuple[int, int, str, int]] = []
    for edit in edits:
        if joined and joined[-1][0] == joined[-1][1] == edit[0]:
            start, _, inserted, _ = joined.pop()
            joined.append((start, edit[1], inserted + edit[2], edit[3]))
        else:
            joined.append(edit)
    return joined


def _groups(
    items: list[tuple[int, int, bool, int | None, int]],
) -> list[list[tuple[int, int, bool, int | None, int]]]:
    """Return neighbouring edits in groups of those that overlap, or meet where one takes nothing out."""
    groups: list[list[tuple[int, int, bool, int | None, int]]] = []
    reached = -1
    for item in items:
        meets = bool(groups) and item[0] == reached and (item[2] or groups[-1][-1][2])
        if groups and (item[0] < reached or meets):
            groups[-1].append(item)
        else:
            groups.append([item])
        reached = max(reached, item[1])
    return groups


def _sorted(parts: list[tuple[Spans, Integers]]) -> Composed:
    rows, starts, ends = (
        np.concatenate([getattr(spans, name) for spans, _ in parts]) for name in ("rows", "starts", "ends")
    )
    rules = np.concatenate([numbers for _, numbers in parts])
    replacements = pa.chunked_array([spans.replacements for spans, _ in parts], pa.string())
    order = np.lexsort((ends, starts, rows))
    taken: Any = replacements.take(indices(order)).combine_chunks()
    return Composed(Spans(rows[order], starts[order], ends[order], taken), rules[order])
