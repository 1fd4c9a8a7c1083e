"""A source's operations, one after the other, over some of its documents; and what each of them did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dedup.arrays import indices
from pipelines.edits.resolve import Spans
from pipelines.edits.splice import splice
from pipelines.transforms.compose import Composed, compose
from pipelines.transforms.documents import (
    NO_KEY,
    Bools,
    Documents,
    Edit,
    Filter,
    Integers,
    Operation,
    Repeats,
    lines_of,
)
from pipelines.transforms.repeats import Keys, without_repeated_lines

SAMPLES = 3  # documents of a batch that are shown, for each operation
EXCERPT = 400  # characters before and after


@dataclass(frozen=True)
class Found:
    """What a source has more than once, of documents or of lines.

    Attributes:
        keys: uint64, ascending.
        shards: For documents, the number of the shard where each stands first.
        rows: For documents, its row there.
    """

    keys: Keys
    shards: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]


@dataclass
class Effect:
    """What an operation did to the documents that reached it.

    Attributes:
        documents: How many reached it.
        changed: How many it changed.
        dropped: How many it dropped.
        characters: How many characters they had.
        removed: How many characters it took out.
        added: How many it put in.
        samples: (id, before, after) of some; after is null where the document was dropped.
    """

    documents: int = 0
    changed: int = 0
    dropped: int = 0
    characters: int = 0
    removed: int = 0
    added: int = 0
    samples: list[tuple[str, str, str | None]] = field(default_factory=list)


@dataclass
class Transformed:
    """Documents behind some operations.

    Attributes:
        kept: Rows, among those given, of the documents that are left.
        documents: These, as they are then.
        composed: The edits that lead there, rows counted among all documents given.
        dropped: The operation that dropped each of the documents given, null where none did.
    """

    kept: Integers
    documents: Documents
    composed: Composed
    dropped: "pa.Array[Any]"


def transform(
    ids: "pa.Array[Any]",
    documents: Documents,
    operations: Sequence[Operation],
    found: Mapping[int, Found],
    place: tuple[int, int],
    effects: Sequence[Effect] | None = None,
) -> Transformed:
    """Apply operations in their order.

    Args:
        ids: The documents.
        documents: Their texts and what else is told of them.
        operations: The operations.
        found: What operations that compare documents look for, by their position.
        place: The number of the shard and the row in it of the first document.
        effects: One an operation, added to; None where nobody asks.
    """
    texts = documents.texts
    kept = np.arange(len(texts))
    dropped = np.full(len(texts), None, object)
    composed = Composed.nothing()
    for number, operation in enumerate(operations):
        rows, gone = kept, np.zeros(len(kept), np.bool_)
        if isinstance(operation, Edit):
            spans = operation.spans(documents)
        elif isinstance(operation, Filter):
            gone, spans = ~operation.stays(documents), None
        else:
            gone, spans = _repeats(operation, documents, found[number], place, kept)
        before = documents
        if spans is not None and len(spans.rows):
            documents = Documents(splice(documents.texts, spans), documents.columns)
            absolute = Spans(rows[spans.rows], spans.starts, spans.ends, spans.replacements)
            current = _scattered(before.texts, rows, len(texts))
            composed = compose(composed, absolute, number, current)
        if effects is not None:
            _note(effects[number], ids.take(indices(rows)), before, documents, spans, gone)
        if gone.any():
            dropped[rows[gone]] = operation.name
            stays = np.flatnonzero(~gone)
            kept, documents = rows[stays], documents.take(stays)
    return Transformed(kept, documents, _of_rows(composed, kept), pa.array(dropped, pa.string()))


def _repeats(
    operation: Repeats, documents: Documents, found: Found, place: tuple[int, int], kept: Integers
) -> tuple[Bools, Spans | None]:
    keys = operation.keys(documents)
    if not len(found.keys) or not len(keys):
        repeated = np.zeros(len(keys), np.bool_)
        positions = np.zeros(len(keys), np.int64)
    else:
        positions = np.minimum(np.searchsorted(found.keys, keys), len(found.keys) - 1)
        repeated = (found.keys[positions] == keys) & (keys != NO_KEY)
    if operation.of_lines:
        lines = lines_of(documents.texts)
        return np.zeros(len(documents.texts), np.bool_), without_repeated_lines(lines, repeated)
    if not repeated.any():
        return repeated, None
    shard, first_row = place
    is_first = (found.shards[positions] == shard) & (found.rows[positions] == first_row + kept)
    return repeated & ~is_first, None


def _scattered(texts: "pa.Array[Any]", rows: Integers, count: int) -> "pa.Array[Any]":
    """Return texts at their rows among all, null elsewhere."""
    if len(rows) == count:
        return texts
    positions = np.full(count, -1, np.int64)
    positions[rows] = np.arange(len(rows))
    taken: pa.Array[Any] = texts.take(pa.array(positions, mask=positions < 0))  # type: ignore[arg-type]
    return taken


def _of_rows(composed: Composed, rows: Integers) -> Composed:
    mask = np.isin(composed.spans.rows, rows)
    spans = composed.spans
    left = Spans(spans.rows[mask], spans.starts[mask], spans.ends[mask], spans.replacements.filter(pa.array(mask)))
    return Composed(left, composed.rules[mask])


def _note(
    effect: Effect, ids: "pa.Array[Any]", before: Documents, after: Documents, spans: Spans | None, gone: Bools
) -> None:
    """Add up what an operation did to a batch, and keep the first documents that it did something to."""
    effect.documents += len(gone)
    effect.dropped += int(gone.sum())
    effect.characters += int(pc.sum(pc.utf8_length(before.texts)).as_py() or 0)
    shown = np.flatnonzero(gone)
    if spans is not None and len(spans.rows):
        added: Any = spans.replacements
        effect.removed += int((spans.ends - spans.starts).sum())
        effect.added += int(pc.sum(pc.utf8_length(added)).as_py() or 0)
        shown = np.unique(spans.rows)
        effect.changed += len(shown)
    for row in shown[:SAMPLES].tolist() if len(effect.samples) < SAMPLES else []:
        start = 0 if spans is None else _excerpt_start(spans, row)
        excerpt = before.texts[row].as_py()[start : start + EXCERPT]
        left = None if gone[row] else after.texts[row].as_py()[start : start + EXCERPT]
        effect.samples.append((ids[row].as_py(), excerpt, left))


def _excerpt_start(spans: Spans, row: int) -> int:
    """Return where a sample begins: shortly before the first change."""
    return max(0, int(spans.starts[np.searchsorted(spans.rows, row)]) - EXCERPT // 8)
