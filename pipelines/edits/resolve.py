"""From the spans that several rules propose to spans that do not overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]

_ORDER: Sequence[tuple[str, Literal["ascending", "descending"]]] = (
    ("row", "ascending"),
    ("start", "ascending"),
    ("end", "descending"),
    ("listed", "ascending"),
)


@dataclass(frozen=True)
class Spans:
    """Spans of some documents, none of which overlaps another, by row and place.

    Attributes:
        rows: int64[spans], the row of the document.
        starts: int64[spans], the first character replaced.
        ends: int64[spans], the first character after it.
        replacements: string[spans], what stands there instead.
    """

    rows: Integers
    starts: Integers
    ends: Integers
    replacements: "pa.Array[Any]"


def resolve(edits: pa.Table, ids: "pa.Array[Any] | pa.ChunkedArray[Any]") -> Spans:
    """Return the spans to replace in some documents.

    A span that lies inside another is left to that one; of two on the same place, the one listed first counts. Where
    two overlap in part, the later keeps only what the earlier leaves of it, so all that either wanted gone is gone.

    Args:
        edits: Columns of the table `edits`; what is about other documents is left out.
        ids: The documents, in the order of their rows.
    """
    rows = pc.index_in(edits["id"], value_set=ids)
    known = edits.append_column("row", rows).filter(rows.is_valid())
    known = known.append_column("listed", pa.array(np.arange(known.num_rows)))
    ordered = known.take(pc.sort_indices(known, sort_keys=_ORDER))
    row, start, end = (ordered[name].to_numpy().astype(np.int64) for name in ("row", "start", "end"))
    reached = _reached_before(row, end)
    inside = (end <= reached) & ((end > start) | (start < reached))
    kept = ~inside
    starts = np.maximum(start, reached)[kept]
    return Spans(row[kept], starts, end[kept], ordered["replacement"].combine_chunks().filter(pa.array(kept)))


def _reached_before(rows: Integers, ends: Integers) -> Integers:
    """Return for each span how far the spans before it in its document reach."""
    if not len(rows):
        return ends
    stride = int(ends.max()) + 1  # lifts each document above all before it, so that one running maximum serves
    lifted = np.maximum.accumulate(ends + rows * stride) - rows * stride
    reached = np.zeros_like(ends)
    reached[1:] = np.where(rows[1:] == rows[:-1], lifted[:-1], 0)
    return reached
