"""Comparisons of transforms: what a source has more than once, for operations such as ROOTS' `dedup_document`.

For each such operation, in the order of the recipe, every shard writes the keys of its documents or lines as the
operations before leave them; then every partition of the keys finds which a source has more than once.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.corpus import Json, Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.dedup.arrays import read_array, write_arrays
from pipelines.transforms.apply import Found, transform
from pipelines.transforms.catalogue import MOST_COMPARISONS, chosen_operations, operation_named
from pipelines.transforms.documents import NO_KEY, Documents, Operation, Repeats

FOLDER = "transforms"
COLUMNS = ("id", "text", "url", "title", "meta")
ONCE = "once"
BATCH_ROWS = 256

_LARGEST_PARTITION = 2**29
_SHARE_OF_MEMORY = 8
_KEY_BITS = 64


def operations_of(plan: Plan, source: str) -> list[Operation]:
    """Return the operations of a source; none of one that the recipe does not name, such as translations made here."""
    sections = {section.name: section for section in plan.recipe.sources}
    return chosen_operations(source, sections[source].transforms) if source in sections else []


def comparisons(operations: Sequence[Operation]) -> list[int]:
    """Return the positions of the operations that compare documents."""
    return [number for number, operation in enumerate(operations) if isinstance(operation, Repeats)]


def shards_by_source(plan: Plan, generation: int) -> dict[str, list[Shard]]:
    """Return the shards of a generation by source."""
    found: dict[str, list[Shard]] = {}
    for shard in plan.document_shards(generation):
        found.setdefault(shard.source, []).append(shard)
    return found


def found_paths(plan: Plan, source: str, operations: Sequence[Operation]) -> tuple[str, ...]:
    """Return the tables of what a source has more than once that some operations look up."""
    return tuple(
        path
        for turn in range(len(comparisons(operations)))
        for path in plan.outputs(_found_stage(turn), f"{FOLDER}/found/{turn}/{source}")
    )


def read_found(shelf: Shelf, paths: Sequence[str], operations: Sequence[Operation]) -> dict[int, Found]:
    """Return what operations look up, by their position; `paths` are those of `found_paths`."""
    found = {}
    for turn, number in enumerate(comparisons(operations)):
        of_turn = [shelf.root / path for path in paths if path.startswith(f"{FOLDER}/found/{turn}/")]
        if of_turn:
            columns = [np.concatenate([read_array(p, name) for p in of_turn]) for name in ("key", "shard", "row")]
            found[number] = Found(*columns)
    return found


def batches(shelf: Shelf, path: str) -> Iterator[tuple[int, "pa.Array[Any]", Documents]]:
    """Yield the documents of a shard in batches: the row of the first, ids, and documents."""
    row = 0
    for batch in shelf.batches(path, COLUMNS, BATCH_ROWS):
        columns = pa.table({name: batch[name] for name in COLUMNS[2:]}).combine_chunks()
        yield row, batch["id"], Documents(batch["text"].cast(pa.large_string()), columns)
        row += batch.num_rows


def _plan_keys(turn: int, plan: Plan, generation: int) -> Sequence[Unit]:
    units = []
    for source, shards in shards_by_source(plan, generation).items():
        operations = operations_of(plan, source)
        compared = comparisons(operations)
        if turn >= len(compared):
            continue
        before = operations[: compared[turn]]
        parameters: dict[str, Json] = {"operations": [o.name for o in operations[: compared[turn] + 1]]}
        for number, shard in enumerate(shards):
            inputs = (shard.path("documents"), *found_paths(plan, source, before))
            of_shard = {**parameters, "shard": number} if before and comparisons(before) else parameters
            units.append(Unit(_keys_stage(turn), shard.unit, generation, inputs, of_shard))
    return units


def _work_keys(unit: Unit, shelf: Shelf) -> Outcome:
    """Write the distinct keys of a shard in ascending order, how many there are of each, and the row of the first."""
    *before, comparing = [operation_named(name) for name in cast("list[str]", unit.parameters["operations"])]
    if not isinstance(comparing, Repeats):
        raise TypeError(f"{comparing.name} compares nothing")
    shard = cast("int", unit.parameters.get("shard", 0))
    found = read_found(shelf, unit.inputs[1:], before)
    keys, rows = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    documents = text_bytes = 0
    for row, ids, batch in batches(shelf, unit.inputs[0]):
        left = transform(ids, batch, before, found, (shard, row))
        of_batch = comparing.keys(left.documents)
        keys.append(of_batch)
        rows.append(np.zeros(len(of_batch), np.int64) if comparing.of_lines else left.kept + row)
        documents += len(ids)
        text_bytes += batch.texts.nbytes
    columns = _counted(np.concatenate(keys), np.concatenate(rows))
    path = f"{FOLDER}/keys/{_turn_of(unit.stage)}/{unit.name}.arrow"
    write_arrays(shelf.temporary(path), dict(zip(("key", "count", "row"), columns, strict=True)))
    return Outcome(documents, documents, {}, text_bytes)


def _counted(
    keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    compared = keys != NO_KEY
    distinct, first, counts = np.unique(keys[compared], return_index=True, return_counts=True)
    return distinct, counts.astype(np.int64), rows[compared][first]


def _plan_found(turn: int, plan: Plan, generation: int) -> Sequence[Unit]:
    units = []
    for source, shards in shards_by_source(plan, generation).items():
        operations = operations_of(plan, source)
        compared = comparisons(operations)
        if turn >= len(compared):
            continue
        inputs = tuple(f"{FOLDER}/keys/{turn}/{shard.unit}.arrow" for shard in shards)
        bits = _partition_bits(plan, inputs)
        units += [
            Unit(
                _found_stage(turn),
                f"{source}/{partition:05d}",
                generation,
                inputs,
                {"operation": operations[compared[turn]].name, "partition": partition, "bits": bits},
            )
            for partition in range(1 << bits)
        ]
    return units


def _partition_bits(plan: Plan, keys: Sequence[str]) -> int:
    """Return how many bits of a key tell its partition: so many that one is counted within the memory allowed."""
    size = sum(plan.output(path).bytes for path in keys) * 3  # sorted as a copy, beside where it came from
    budget = min(max(1, plan.memory // _SHARE_OF_MEMORY), _LARGEST_PARTITION)
    return (max(1, -(-size // budget)) - 1).bit_length()


def _work_found(unit: Unit, shelf: Shelf) -> Outcome:
    """Write the keys of a partition that the source has often enough, and where each stands first."""
    operation = operation_named(str(unit.parameters["operation"]))
    if not isinstance(operation, Repeats):
        raise TypeError(f"{operation.name} compares nothing")
    bits, partition = cast("int", unit.parameters["bits"]), cast("int", unit.parameters["partition"])
    parts = [_of_partition(shelf, path, bits, partition) for path in unit.inputs]
    keys = np.concatenate([part[0] for part in parts])
    shards = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    order = np.argsort(keys, kind="stable")  # of one key, the first shard comes first
    keys, shards = keys[order], shards[order]
    counts, rows = (np.concatenate([part[column] for part in parts])[order] for column in (1, 2))
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.empty(0, np.int64)
    totals = np.add.reduceat(counts, first) if len(first) else np.empty(0, np.int64)
    chosen = first[totals >= operation.copies]
    columns = {"key": keys[chosen], "shard": shards[chosen], "row": rows[chosen]}
    write_arrays(shelf.temporary(f"{FOLDER}/found/{_turn_of(unit.stage)}/{unit.name}.arrow"), columns)
    dropped = {ONCE: len(first) - len(chosen)} if len(first) > len(chosen) else {}
    return Outcome(len(first), len(chosen), dropped, 0)


def _of_partition(shelf: Shelf, path: str, bits: int, partition: int) -> list[npt.NDArray[Any]]:
    columns = [read_array(shelf.root / path, name) for name in ("key", "count", "row")]
    width = _KEY_BITS - bits
    low, high = partition << width, (partition + 1 << width) - 1
    begin = int(np.searchsorted(columns[0], np.uint64(low), "left"))
    end = int(np.searchsorted(columns[0], np.uint64(high), "right"))
    return [column[begin:end] for column in columns]


def _keys_stage(turn: int) -> str:
    return f"transform-keys-{turn}"


def _found_stage(turn: int) -> str:
    return f"transform-found-{turn}"


def _turn_of(stage: str) -> int:
    return int(stage.rpartition("-")[2])


STAGES = tuple(
    stage
    for turn in range(MOST_COMPARISONS)
    for stage in (
        Stage(_keys_stage(turn), 1, (f"{FOLDER}/keys/{turn}",), functools.partial(_plan_keys, turn), _work_keys),
        Stage(_found_stage(turn), 1, (f"{FOLDER}/found/{turn}",), functools.partial(_plan_found, turn), _work_found),
    )
)
