"""Transform: the cleaning operations of a source, as edits of its documents and as reasons to drop them.

Texts stay as they are. What operations that follow each other do to a text is put down as one set of edits, each under
the operation that touched the place last; what a document is dropped by stands in `signals/transforms`, where `select`
reads it. What each operation did to each shard, with samples, stands in `transforms/effects`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from pipelines.corpus import Json, Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import EDITS
from pipelines.dedup.arrays import indices
from pipelines.rules.columns import TRANSFORM_DROPS, TRANSFORMED, TRANSFORMS
from pipelines.stages.transform_comparisons import (
    FOLDER,
    batches,
    comparisons,
    found_paths,
    operations_of,
    read_found,
    shards_by_source,
)
from pipelines.transforms.apply import Effect, transform
from pipelines.transforms.catalogue import operation_named
from pipelines.transforms.compose import Composed

if TYPE_CHECKING:
    from pipelines.transforms.documents import Operation

EFFECTS = f"{FOLDER}/effects"

SUMMED = ("documents", "changed", "dropped", "characters", "removed", "added")
_SAMPLE = pa.struct([("id", pa.string()), ("before", pa.large_string()), ("after", pa.large_string())])
_EFFECT: dict[str, pa.DataType] = {
    "position": pa.int64(),
    "operation": pa.string(),
    **dict.fromkeys(SUMMED, pa.int64()),
    "samples": pa.list_(_SAMPLE),
}
EFFECT_SCHEMA = pa.schema(_EFFECT)

_EDITS = f"edits/{TRANSFORMS}"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit a shard of every source, so that the table of drops is whole, if any source has operations."""
    if not any(source.transforms for source in plan.recipe.sources):
        return []
    units = []
    for source, shards in shards_by_source(plan, generation).items():
        operations = operations_of(plan, source)
        found = found_paths(plan, source, operations)
        for number, shard in enumerate(shards):
            parameters: dict[str, Json] = {"operations": [operation.name for operation in operations]}
            if comparisons(operations):
                parameters["shard"] = number
            units.append(Unit(STAGE.name, shard.unit, generation, (shard.path("documents"), *found), parameters))
    return units


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    operations = [operation_named(name) for name in cast("list[str]", unit.parameters["operations"])]
    shard = Shard.of(unit.inputs[0])
    if not operations:
        every = shelf.read(unit.inputs[0], ["id"])["id"]
        shelf.write(shard.path(TRANSFORM_DROPS), _dropped(every, pa.nulls(len(every), pa.string())))
        return Outcome(len(every), len(every), {}, 0)
    found = read_found(shelf, unit.inputs[1:], operations)
    effects = [Effect() for _ in operations]
    dropped = Counter[str]()
    documents = text_bytes = 0
    with (
        shelf.open_writer(shard.path(_EDITS), EDITS) as edits,
        shelf.open_writer(shard.path(TRANSFORM_DROPS), TRANSFORMED) as drops,
    ):
        for row, ids, batch in batches(shelf, unit.inputs[0]):
            place = (cast("int", unit.parameters.get("shard", 0)), row)
            done = transform(ids, batch, operations, found, place, effects)
            edits.write(_edits(ids, done.composed, operations))
            drops.write(_dropped(ids, done.dropped))
            dropped.update(reason for reason in done.dropped.to_pylist() if reason is not None)
            documents += len(ids)
            text_bytes += batch.texts.nbytes
    shelf.write(shard.path(EFFECTS), _effects(operations, effects))
    return Outcome(documents, documents - dropped.total(), dict(sorted(dropped.items())), text_bytes)


def _dropped(ids: Any, reasons: Any) -> pa.Table:  # noqa: ANN401 -- Arrow columns, chunked or not
    return pa.table({"id": ids, **dict.fromkeys(TRANSFORMED.names[1:], reasons)}).cast(TRANSFORMED)


def _edits(ids: "pa.Array[Any]", composed: Composed, operations: "Sequence[Operation]") -> pa.Table:
    names: pa.Array[Any] = pa.array([operation.name for operation in operations], pa.string())
    spans = composed.spans
    return pa.table(
        {
            "id": ids.take(indices(spans.rows)),
            "start": indices(spans.starts),
            "end": indices(spans.ends),
            "replacement": spans.replacements,
            "rule": names.take(indices(composed.rules)),
        }
    ).cast(EDITS.remove_metadata())


def _effects(operations: "Sequence[Operation]", effects: Sequence[Effect]) -> pa.Table:
    rows = []
    for position, (operation, effect) in enumerate(zip(operations, effects, strict=True), 1):
        samples = [dict(zip(("id", "before", "after"), sample, strict=True)) for sample in effect.samples]
        rows.append({**asdict(effect), "position": position, "operation": operation.name, "samples": samples})
    return pa.Table.from_pylist(rows, EFFECT_SCHEMA)


STAGE = Stage("transform", 1, (_EDITS, TRANSFORM_DROPS, EFFECTS), _plan, _work)
