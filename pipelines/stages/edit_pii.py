"""Edit PII: personal data in documents is masked, by edits that put a placeholder in its place."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import EDITS
from pipelines.edits.edited import edited_texts, read_edits
from pipelines.edits.places import Replaced, in_original_text
from pipelines.edits.resolve import Spans, resolve
from pipelines.edits.splice import splice
from pipelines.rules.columns import TRANSFORMS
from pipelines.sources.text_column import total_bytes
from signals.pii import MASKS_VERSION, masks

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

_EDITS = "edits/pii"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    if plan.recipe.annotate.edits.pii is None:
        return []
    units = []
    for shard in plan.document_shards(generation):
        paths = (shard.path("documents"), shard.path(f"edits/{TRANSFORMS}"))
        inputs = tuple(path for path in paths if plan.stands(path))
        units.append(Unit(STAGE.name, shard.unit, generation, inputs, {"masks": MASKS_VERSION}))
    return units


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    """Write the masks of a shard. What is accounted for is personal data: found, left, and masked by each rule."""
    cleaning = read_edits(shelf, unit.inputs[1:])
    masked = Counter[str]()
    left = text_bytes = 0
    with shelf.open_writer(Shard.of(unit.inputs[0]).path(_EDITS), EDITS) as edits:
        for batch in shelf.batches(unit.inputs[0], ["id", "text"]):
            texts = edited_texts(batch["text"], batch["id"], cleaning)
            found = masks(texts)
            edits.write(_edits(batch["id"], _in_documents(found, resolve(cleaning, batch["id"]))))
            masked.update(map(str, found["rule"].to_pylist()))
            left += masks(_masked(texts, found)).num_rows
            text_bytes += total_bytes(pa.chunked_array([batch["text"]]))
    return Outcome(left + masked.total(), left, dict(sorted(masked.items())), text_bytes)


def _in_documents(found: pa.Table, cleaned: Spans) -> pa.Table:
    """Return masks of texts that operations of their source have cleaned as masks of the texts as they were."""
    if not len(cleaned.rows):
        return found
    lengths = (len(str(replacement)) for replacement in cleaned.replacements.to_pylist())
    replaced = list(map(Replaced, cleaned.starts.tolist(), cleaned.ends.tolist(), lengths))
    places: list[tuple[int, int]] = []
    columns = (found[name].to_pylist() for name in ("row", "start", "end"))
    for row, spans in groupby(zip(*columns, strict=True), key=lambda span: span[0]):
        first, last = np.searchsorted(cleaned.rows, [row, row + 1]).tolist()
        places += in_original_text([(start, end) for _, start, end in spans], replaced[first:last])
    starts, ends = (pa.array([place[side] for place in places], pa.int64()) for side in (0, 1))
    return pa.table({**dict(zip(found.column_names, found.columns, strict=True)), "start": starts, "end": ends})


def _edits(ids: Column, found: pa.Table) -> pa.Table:
    columns = {name: found[name] for name in ("start", "end", "replacement", "rule")}
    return pa.table({"id": ids.take(found["row"]), **columns}).cast(EDITS.remove_metadata())


def _masked(texts: Column, found: pa.Table) -> Column:
    """Return the texts that have masks, with these in their place."""
    rows, starts, ends = (found[name].to_numpy() for name in ("row", "start", "end"))
    spans = Spans(rows, starts, ends, found["replacement"].combine_chunks())
    return splice(texts, spans).take(pc.unique(found["row"]))


STAGE = Stage("edit-pii", 1, (_EDITS,), _plan, _work)
