"""Copies: documents that have the hash of their text, their URL or their digest in common, one unit a kind of key."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.dedup.arrays import read_array, write_arrays
from pipelines.dedup.copies import Hashes, Numbers, first_copies
from pipelines.dedup.keys import NO_KEY
from pipelines.stages.dedup_keys import keys_path
from pipelines.stages.dedup_pass import FOLDER, TEXT, Pass, pass_memory, pass_of, planned_pass
from pipelines.stages.dedup_table import decided_inputs, decided_rows

TABLE = f"{FOLDER}/copies"
FIRST = "first"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    planned = planned_pass(plan, generation)
    if planned is None:
        return []
    keys = [keys_path(shard) for shard in planned.all_shards]
    documents = [shard.path("documents") for shard in planned.frozen]
    inputs = [*planned.order_paths(), *keys, *decided_inputs(planned), *documents]
    return [planned.unit(STAGE.name, kind, inputs, kind=kind) for kind in planned.kinds]


def copies_path(planned: Pass, kind: str) -> str:
    """Return where the first copy of each document lies, by number."""
    return f"{planned.folder('copies')}/{kind}.arrow"


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    planned, kind = pass_of(unit), str(unit.parameters["kind"])
    numbering = planned.numbering(shelf)

    def keyed() -> Iterator[tuple[Hashes, Hashes, Numbers]]:
        for shard, numbers in zip(numbering.shards, numbering.numbers, strict=True):
            path = shelf.root / keys_path(shard)
            upper, lower = read_array(path, f"{kind}_upper"), read_array(path, f"{kind}_lower")
            takes_part = (upper != NO_KEY) | (lower != NO_KEY)
            if kind == TEXT and TEXT not in planned.on:  # copies of a text are merged as being alike, or not at all
                alike = False if planned.profile is None else read_array(path, "band_0") != NO_KEY
                takes_part = takes_part & alike
            if shard in planned.frozen:
                takes_part = takes_part & _speaks_for_itself(planned, shelf, shard)
            yield upper[takes_part], lower[takes_part], numbers[takes_part]

    first = first_copies(keyed(), numbering.count)
    write_arrays(shelf.temporary(copies_path(planned, kind)), {FIRST: first})
    return Outcome(numbering.count, numbering.count, {}, 0)


def _speaks_for_itself(planned: Pass, shelf: Shelf, shard: Shard) -> npt.NDArray[np.bool_]:
    """Return which documents of a decided shard no other one stands for."""
    duplicates = decided_rows(planned, shelf, shard, ["id", "representative"])
    copies = duplicates["id"].filter(pc.invert(duplicates["representative"]))
    ids = shelf.read(shard.path("documents"), ["id"])["id"]
    spoken_for: npt.NDArray[np.bool_] = pc.is_in(ids, value_set=copies).to_numpy()
    return ~spoken_for


STAGE = Stage("dedup-copies", 2, (TABLE,), _plan, _work, pass_memory)
