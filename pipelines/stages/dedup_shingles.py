"""Shingles: the sets of those documents that are compared with others, shard by shard."""

from collections.abc import Sequence

import numpy as np

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.dedup.arrays import indices, read_array, write_lists
from pipelines.dedup.profiles import PROFILES
from pipelines.sources.text_column import total_bytes
from pipelines.stages.dedup_pairs import ROW, wanted_path
from pipelines.stages.dedup_pass import FOLDER, TEXT, Pass, planned_pass
from signals.minhash.compute import shingle_sets

TABLE = f"{FOLDER}/shingles"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    planned = planned_pass(plan, generation)
    if planned is None or (planned.profile is None and planned.kinds == (TEXT,)):
        return []
    profile = planned.profile or PROFILES["loam"]
    return [
        Unit(
            STAGE.name,
            f"generation-{generation}/{shard.unit}",
            generation,
            (shard.path("documents"), wanted_path(planned, shard)),
            {"profile": profile.name, "output": shingles_path(planned, shard)},
        )
        for shard in planned.all_shards
    ]


def shingles_path(planned: Pass, shard: Shard) -> str:
    """Return where the sets of shingles of a shard's documents lie."""
    return f"{planned.folder('shingles')}/{shard.unit}.arrow"


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    documents, wanted = unit.inputs
    shingling = PROFILES[str(unit.parameters["profile"])].shingling
    rows = read_array(shelf.root / wanted, ROW)
    until, hashes = [np.zeros(1, np.int64)], [np.empty(0, np.uint64)]
    begin, elements, text_bytes = 0, 0, 0
    for batch in shelf.batches(documents, ["text"]) if len(rows) else ():
        first, behind = np.searchsorted(rows, [begin, begin + batch.num_rows])
        texts = batch["text"].take(indices(rows[first:behind] - np.uint32(begin)))
        begin += batch.num_rows
        sets = shingle_sets(texts, shingling)
        until.append(sets.until[1:] + elements)
        hashes.append(sets.hashes)
        elements += len(sets.hashes)
        text_bytes += total_bytes(texts)
    write_lists(shelf.temporary(str(unit.parameters["output"])), rows, np.concatenate(until), np.concatenate(hashes))
    return Outcome(len(rows), len(rows), {}, text_bytes)


STAGE = Stage("dedup-shingles", 1, (TABLE,), _plan, _work)
