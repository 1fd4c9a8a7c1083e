"""The table `duplicates`: every document that has company, with its cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Shelf, Unit
from pipelines.corpus.other import OtherShard
from pipelines.corpus.schemas import DUPLICATES
from pipelines.dedup.arrays import indices
from pipelines.dedup.changes import changed_rows
from pipelines.dedup.clusters import Assignment
from pipelines.dedup.declared import DistinctValues
from pipelines.dedup.kernels.assignment import count_members
from pipelines.dedup.numbering import Numbering, Numbers
from pipelines.stages.dedup_pass import TEXT, Pass

TABLE = "duplicates"
CHANGES = "joint_changes"

_CORE = "signals/core"
_DECLARED = {"cluster_licenses": "license_declared", "cluster_languages": "lang"}  # columns of documents
_EXACT, _FUZZY = "exact", "fuzzy"


def changes_path(shard: OtherShard) -> str:
    """Return where the changes for documents of a shard of another corpus lie."""
    return f"{CHANGES}/{shard.unit}.parquet"


def decided_inputs(planned: Pass) -> list[str]:
    """Return what `decided_rows` reads, of all shards."""
    changes = [] if planned.against is None else [changes_path(shard) for shard in planned.against.changed]
    return [*(shard.path(TABLE) for shard in planned.frozen), *changes]


def decided_rows(planned: Pass, shelf: Shelf, shard: Shard, columns: Sequence[str]) -> pa.Table:
    """Return some columns of the table of a shard that is decided; the first of them is `id`."""
    rows = shelf.read(shard.path(TABLE), columns)
    if planned.against is None or not isinstance(shard, OtherShard) or shard not in planned.against.changed:
        return rows
    changes = shelf.read(changes_path(shard), columns)
    stay = rows.filter(pc.invert(pc.is_in(rows["id"], value_set=changes["id"])))
    return pa.concat_tables([stay, changes])


def write_nothing(unit: Unit, shelf: Shelf) -> Outcome:
    """Write empty tables: nothing is deduplicated."""
    shards = [Shard(*name.split("/")) for name in cast("list[str]", unit.parameters["shards"])]
    for shard in shards:
        shelf.write(shard.path(TABLE), DUPLICATES.empty_table())
    return _outcome(shelf, shards)


def write_clusters(planned: Pass, numbering: Numbering, assignment: Assignment, shelf: Shelf) -> Outcome:
    """Write the table of each shard of a pass that was to be decided."""
    clusters = _clusters(planned, numbering, assignment, shelf)
    corpora = pa.array(planned.against.names if planned.against else [], pa.string())
    labels = pa.array([_EXACT, _EXACT if TEXT in planned.on else _FUZZY, _FUZZY, *planned.kinds[1:]])

    def decided(ids: "pa.ChunkedArray[Any]", numbers: Numbers) -> pa.Table:
        place = clusters.place[assignment.representative[numbers]].astype(np.int64)
        rows = np.flatnonzero(place >= 0)
        place, found = place[rows], numbers[rows]
        columns: dict[str, Any] = {
            "id": ids.take(indices(rows)),
            "cluster": pa.array(clusters.names[place]).cast(pa.string()),
            "cluster_corpus": corpora.take(_present(clusters.corpora[place])),
            "representative": assignment.representative[found] == found,
            "similarity": assignment.likeness[found],
            "cluster_size": clusters.sizes[place],
            "match": labels.take(indices(assignment.match[found])),
            **{column: lists.take(indices(place)) for column, lists in clusters.declared.items()},
        }
        return pa.table(columns).cast(DUPLICATES)

    for shard, numbers in zip(numbering.shards, numbering.numbers, strict=True):
        if shard in planned.frozen:
            continue
        ids = shelf.read(shard.path("documents"), ["id"])["id"]
        if planned.against is not None and isinstance(shard, OtherShard):
            before, corpus = shelf.read(shard.path(TABLE)), planned.against.names[shard.number]
            shelf.write(changes_path(shard), changed_rows(ids, before, decided(ids, numbers), corpus))
        else:
            shelf.write(shard.path(TABLE), decided(ids, numbers))
    return _outcome(shelf, planned.shards)


def _outcome(shelf: Shelf, shards: "list[Shard] | tuple[Shard, ...]") -> Outcome:
    rows = bytes_in = 0
    for shard in shards:
        counts = shelf.read(shard.path(_CORE), ["byte_count"])["byte_count"]
        rows += len(counts)
        bytes_in += int(pc.sum(counts).as_py() or 0)
    return Outcome(rows, rows, {}, bytes_in)


@dataclass(frozen=True)
class _Clusters:
    """Clusters of more than one document, in the order of their representatives' numbers.

    There may be as many as documents: what is held of each is packed.

    Attributes:
        place: int32[documents], the place of the cluster that a document stands for; -1 where it is none's.
        names: bytes[clusters], the ids of the representatives.
        corpora: int32[clusters], which of the other corpora holds them; -1 for this one.
        sizes: uint32[clusters].
        declared: For each cluster the distinct values that its documents declare, sorted, by column of the table.
    """

    place: npt.NDArray[np.int32]
    names: npt.NDArray[np.bytes_]
    corpora: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.uint32]
    declared: Mapping[str, "pa.Array[Any]"]


def _clusters(planned: Pass, numbering: Numbering, assignment: Assignment, shelf: Shelf) -> _Clusters:
    members = np.zeros(numbering.count, np.uint32)
    count_members(assignment.representative, members)
    representatives = np.flatnonzero(members > 1).astype(np.uint32)
    sizes = members[representatives]
    place_of = members.view(np.int32)  # the counts are needed no more
    place_of.fill(-1)
    place_of[representatives] = np.arange(len(representatives), dtype=np.int32)
    names = np.empty(len(representatives), "S1")
    corpora = np.full(len(representatives), -1, np.int32)
    declared = {column: DistinctValues() for column in _DECLARED}
    for shard, numbers in zip(numbering.shards, numbering.numbers, strict=True):
        place = place_of[assignment.representative[numbers]].astype(np.int64)
        rows = np.flatnonzero(place >= 0)
        documents = shelf.read(shard.path("documents"), ["id", *_DECLARED.values()])
        for column, distinct in declared.items():
            distinct.add(place[rows], documents[_DECLARED[column]].take(indices(rows)))
        own = rows[representatives[place[rows]] == numbers[rows]]
        ids = documents["id"].take(indices(own)).combine_chunks()
        packed = _packed(ids)
        if packed.itemsize > names.itemsize:
            names = names.astype(packed.dtype)
        names[place[own]] = packed
        if planned.against is not None and isinstance(shard, OtherShard):
            corpora[place[own]] = shard.number
        if shard in planned.frozen:
            decided = decided_rows(planned, shelf, shard, ["id", "cluster_size", *_DECLARED])
            at = pc.index_in(ids, value_set=decided["id"].combine_chunks())
            present = np.flatnonzero(at.is_valid().to_numpy(False))
            before = decided.take(at.drop_null())
            sizes[place[own][present]] += (before["cluster_size"].to_numpy() - 1).astype(np.uint32)
            for column, distinct in declared.items():
                lists = before[column].combine_chunks()
                parents = pc.list_parent_indices(lists).to_numpy()
                distinct.add(place[own][present][parents], pa.chunked_array([pc.list_flatten(lists)]))
    lists_of = {column: distinct.lists(len(representatives)) for column, distinct in declared.items()}
    return _Clusters(place_of, names, corpora, sizes, lists_of)


def _present(codes: npt.NDArray[np.int32]) -> "pa.Array[Any]":
    """Return codes as Arrow takes them: a negative one is null."""
    present: pa.Array[Any] = pa.array(codes, pa.int32(), mask=codes < 0)
    return present


def _packed(ids: "pa.Array[Any]") -> npt.NDArray[np.bytes_]:
    """Return ids as bytes of one length, that of the longest."""
    texts: npt.NDArray[np.object_] = ids.cast(pa.binary()).to_numpy(zero_copy_only=False)
    return texts.astype(np.bytes_)
