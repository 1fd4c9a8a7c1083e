"""What an operation sees of some documents, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.edits.resolve import Spans

Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Texts: TypeAlias = Any  # an Arrow array of large strings, of which its stubs know too little


@dataclass(frozen=True)
class Documents:
    """Some documents in the state in which the operations before left them.

    Attributes:
        texts: large_string[documents].
        columns: What the source tells of them beside the text: `url`, `title` and `meta`, each string[documents].
    """

    texts: Texts
    columns: pa.Table

    def take(self, rows: Integers) -> "Documents":
        """Return some of the documents."""
        positions: Any = pa.array(rows, pa.int64())
        return Documents(self.texts.take(positions), self.columns.take(positions))


@dataclass(frozen=True)
class Edit:
    """An operation that changes texts.

    Attributes:
        name: Its name in recipes and in `edits`.
        spans: What to replace, in characters of the given texts, no span overlapping another, by row and place.
    """

    name: str
    spans: Callable[[Documents], Spans]


@dataclass(frozen=True)
class Filter:
    """An operation that drops documents.

    Attributes:
        name: Its name in recipes and in reasons.
        stays: Whether each document stays.
    """

    name: str
    stays: Callable[[Documents], Bools]


@dataclass(frozen=True)
class Repeats:
    """An operation that drops what a source has elsewhere too, whole documents or lines.

    Attributes:
        name: Its name in recipes, reasons and `edits`.
        of_lines: Whether lines are compared; else whole documents.
        keys: uint64, the key of each document or line (see `lines_of`); NO_KEY for what is not compared.
        copies: So many lines with one key go all; of documents with one key the first stays.
    """

    name: str
    of_lines: bool
    keys: Callable[[Documents], npt.NDArray[np.uint64]]
    copies: int = 2


Operation: TypeAlias = Edit | Filter | Repeats

NO_KEY = np.uint64(0)


@dataclass(frozen=True)
class Lines:
    """The lines of some texts, which line feeds part.

    Attributes:
        rows: int64[lines], the text of each.
        starts: int64[lines], its first character in the text.
        ends: int64[lines], the line feed behind it, or the end of the text.
        values: large_string[lines].
    """

    rows: Integers
    starts: Integers
    ends: Integers
    values: Texts


def lines_of(texts: Texts) -> Lines:
    """Return the lines of texts; an empty text is one empty line."""
    split: Any = pc.split_pattern(texts, "\n")
    counts = pc.list_value_length(split).to_numpy(zero_copy_only=False).astype(np.int64)
    values = split.flatten()
    lengths = pc.utf8_length(values).to_numpy(zero_copy_only=False).astype(np.int64)
    rows = np.repeat(np.arange(len(texts)), counts)
    ends = np.cumsum(lengths + 1) - 1
    first = np.cumsum(counts) - counts
    before = np.concatenate([[0], ends + 1])[first][rows]
    return Lines(rows, ends - lengths - before, ends - before, values)


def removed_lines(lines: Lines, gone: Bools) -> Spans:
    """Return the spans that leave only the other lines of each text, joined as before.

    A line goes with the line feed behind it; at the end of a text, where nothing follows that stays, with the one
    before it.
    """
    last_kept = np.full(int(lines.rows[-1]) + 1 if len(lines.rows) else 0, -1, np.int64)
    kept = np.flatnonzero(~gone)
    last_kept[lines.rows[kept]] = kept
    removed = np.flatnonzero(gone)
    rows = lines.rows[removed]
    followed = last_kept[rows] > removed
    has_next = np.zeros(len(removed), np.bool_)
    inside = removed + 1 < len(lines.rows)
    has_next[inside] = lines.rows[removed[inside] + 1] == rows[inside]
    trailing = ~followed & (last_kept[rows] >= 0)  # behind the last line that stays
    starts = lines.starts[removed] - trailing
    ends = lines.ends[removed] + (~trailing & has_next)
    return removals(rows, starts, ends)


def removals(rows: Integers, starts: Integers, ends: Integers) -> Spans:
    """Return spans that are replaced by nothing; empty ones are left out."""
    some = ends > starts
    return Spans(rows[some], starts[some], ends[some], pa.array([""] * int(some.sum()), pa.string()))


def no_spans() -> Spans:
    """Return no spans."""
    none = np.empty(0, np.int64)
    return Spans(none, none, none, pa.array([], pa.string()))


def spans_of(found: list[tuple[int, int, int, str]]) -> Spans:
    """Return spans given one by one: row, first character, the character behind the last, replacement."""
    places = np.array([span[:3] for span in found], np.int64).reshape(-1, 3)
    replacements = pa.array([span[3] for span in found], pa.string())
    return Spans(places[:, 0].copy(), places[:, 1].copy(), places[:, 2].copy(), replacements)
