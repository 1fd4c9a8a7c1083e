"""Shingles: the sets of those documents that are compared with others, shard by shard.

Of documents of other corpora, the sets that stand there are read, and only those that are lacking are made.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.other import OtherShard, open_other
from pipelines.dedup.arrays import indices, read_array, read_lists, write_lists
from pipelines.dedup.numbering import Numbering, Numbers
from pipelines.dedup.profiles import PROFILES
from pipelines.sources.text_column import total_bytes
from pipelines.stages.against import other_corpora
from pipelines.stages.dedup_pairs import ROW, wanted_path
from pipelines.stages.dedup_pass import FOLDER, TEXT, Pass, planned_pass
from signals.minhash.compute import shingle_sets

if TYPE_CHECKING:
    from pipelines.corpus import Json

TABLE = f"{FOLDER}/shingles"

_REUSED = "reused_sets"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    planned = planned_pass(plan, generation)
    if planned is None or (planned.profile is None and planned.kinds == (TEXT,)):
        return []
    reused = reused_sets(plan, planned).get(_REUSED, [])
    return [_unit(plan, planned, shard, cast("list[int]", reused)) for shard in planned.all_shards]


def _unit(plan: Plan, planned: Pass, shard: Shard, reused: Sequence[int]) -> Unit:
    parameters: dict[str, Json] = {"profile": _profile(planned), "output": shingles_path(planned, shard)}
    inputs, elsewhere = [wanted_path(planned, shard)], []
    if isinstance(shard, OtherShard):
        corpus = open_other(plan, Path(shard.root))
        elsewhere.append(shard.own.path("documents"))
        if shard.number in reused:
            elsewhere.append(_standing_path(shard.own))
        parameters["elsewhere"] = [corpus.output(path).sha256 for path in elsewhere]
        elsewhere = [f"{shard.root}/{path}" for path in elsewhere]
    else:
        inputs.append(shard.path("documents"))
    name = f"generation-{planned.generation}/{shard.unit}"
    return Unit(STAGE.name, name, planned.generation, tuple(inputs), parameters, tuple(elsewhere))


def _profile(planned: Pass) -> str:
    return (planned.profile or PROFILES["loam"]).name


def shingles_path(planned: Pass, shard: Shard) -> str:
    """Return where the sets of shingles of a shard's documents lie."""
    return f"{planned.folder('shingles')}/{shard.unit}.arrow"


def _standing_path(shard: Shard) -> str:
    """Return where a corpus keeps the sets of shingles of a shard of generation 0."""
    return shard.file(f"{TABLE}/generation-0", "arrow")


def reused_sets(plan: Plan, planned: Pass) -> "dict[str, Json]":
    """Return the numbers of other corpora whose sets can be read, as a parameter of units; nothing without others."""
    if planned.against is None:
        return {}
    numbers = []
    for number, other in enumerate(other_corpora(plan)):
        receipts = other.receipts(STAGE.name, 0)
        made = {(receipt.version, receipt.parameters["profile"]) for receipt in receipts}
        stand = all(other.stands(_standing_path(shard)) for shard in other.document_shards(0))
        if stand and made <= {(STAGE.version, _profile(planned))}:
            numbers.append(number)
    return {_REUSED: numbers}


def set_files(
    planned: Pass, numbering: Numbering, parameters: "Mapping[str, Json]", root: Path
) -> list[tuple[Path, Numbers]]:
    """Return the files that hold the sets of a pass, each with the numbers of its shard's documents.

    Args:
        planned: The pass.
        numbering: Its documents.
        parameters: Those of a unit, with what `reused_sets` returned.
        root: The corpus.
    """
    shards = list(zip(numbering.shards, numbering.numbers, strict=True))
    files = [(root / shingles_path(planned, shard), numbers) for shard, numbers in shards]
    reused = cast("list[int]", parameters.get(_REUSED, []))
    for shard, numbers in shards:
        if isinstance(shard, OtherShard) and shard.number in reused:
            files.append((Path(_standing_path(shard)), numbers))
    return files


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    wanted, documents, *standing = *unit.inputs, *unit.externals
    shingling = PROFILES[str(unit.parameters["profile"])].shingling
    rows = read_array(shelf.root / wanted, ROW)
    if standing:
        rows = np.setdiff1d(rows, read_lists(Path(standing[0]))[0], assume_unique=True)
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


STAGE = Stage("dedup-shingles", 2, (TABLE,), _plan, _work)
