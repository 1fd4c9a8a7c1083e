"""Places in a text from which spans were removed, as places in the text as it was."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import pyarrow as pa

from pipelines.corpus.schemas import EDITS

Span = tuple[int, int]


def in_original_texts(edits: pa.Table, removed: pa.Table) -> pa.Table:
    """Return edits of texts from which spans were removed as edits of the texts as they were.

    Args:
        edits: Columns of `EDITS`, of the shortened texts.
        removed: Columns of `EDITS`: what was removed, for each document in the order of its places, not overlapping.

    Returns:
        Columns of `EDITS`. An edit that a removed span lies within becomes the two beside it, of which the first
        has the replacement, so none overlaps one.
    """
    spans: dict[str, list[Span]] = {}
    for id_, start, end in zip(*(removed[name].to_pylist() for name in ("id", "start", "end")), strict=True):
        spans.setdefault(id_, []).append((start, end))
    rows = []
    for edit in edits.to_pylist():
        pieces = original_spans((edit["start"], edit["end"]), spans.get(edit["id"], []))
        for position, (start, end) in enumerate(pieces):
            rows.append({**edit, "start": start, "end": end, "replacement": "" if position else edit["replacement"]})
    return pa.Table.from_pylist(rows, EDITS.remove_metadata())


def original_spans(span: Span, removed: Sequence[Span]) -> Iterator[Span]:
    """Yield what a span of a shortened text is of the text as it was.

    Args:
        span: First character and first character behind it, in the text without the removed spans.
        removed: The removed spans, ascending, not overlapping.
    """
    lengths = [0, *accumulate(end - start for start, end in removed)]
    places = [start - before for (start, _), before in zip(removed, lengths, strict=False)]  # in the shortened text
    first, last = bisect_right(places, span[0]), bisect_left(places, span[1])
    cuts = [span[0], *dict.fromkeys(places[first:last]), span[1]]
    for start, end in pairwise(cuts):
        shift = lengths[bisect_right(places, start)]
        yield start + shift, end + shift
