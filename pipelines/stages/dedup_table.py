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
from pipelines.dedup.kernels.assignment import count_members
from pipelines.dedup.numbering import Numbering, Numbers
from pipelines.stages.dedup_pass import TEXT, Pass

TABLE = "duplicates"
CHANGES = "joint_changes"

_CORE = "signals/core"
_DECLARED = {"cluster_licenses": "license_declared", "cluster_languages": "lang"}  # columns of documents
_EXACT, _FUZZY = "exact", "fuzzy"
_CLUSTER_SHIFT = np.uint64(32)
_VALUE_MASK = np.uint64(0xFFFFFFFF)


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
    labels = pa.array([_EXACT, _EXACT if TEXT in planned.on else _FUZZY, _FUZZY, *planned.kinds[1:]])

    def decided(ids: "pa.ChunkedArray[Any]", numbers: Numbers) -> pa.Table:
        place = clusters.place[assignment.representative[numbers]].astype(np.int64)
        rows = np.flatnonzero(place >= 0)
        place, found = place[rows], numbers[rows]
        columns: dict[str, Any] = {
            "id": ids.take(indices(rows)),
            "cluster": clusters.names.take(indices(place)),
            "cluster_corpus": clusters.corpora.take(indices(place)),
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

    Attributes:
        place: int32[documents], the place of the cluster that a document stands for; -1 where it is none's.
        names: The ids of the representatives.
        corpora: The other corpora that hold them; null for this one.
        sizes: int64[clusters].
        declared: For each cluster the distinct values that its documents declare, sorted, by column of the table.
    """

    place: npt.NDArray[np.int32]
    names: "pa.Array[Any]"
    corpora: "pa.Array[Any]"
    sizes: npt.NDArray[np.int64]
    declared: Mapping[str, "pa.Array[Any]"]


def _clusters(planned: Pass, numbering: Numbering, assignment: Assignment, shelf: Shelf) -> _Clusters:
    members = np.zeros(numbering.count, np.uint32)
    count_members(assignment.representative, members)
    representatives = np.flatnonzero(members > 1).astype(np.uint32)
    sizes = members[representatives].astype(np.int64)
    place_of = members.view(np.int32)  # the counts are needed no more
    place_of.fill(-1)
    place_of[representatives] = np.arange(len(representatives), dtype=np.int32)
    names: list[pa.Array[Any]] = [pa.array([], pa.string())]
    named = [np.empty(0, np.int64)]
    corpora: list[pa.Array[Any]] = [pa.array([], pa.string())]
    declared = {column: _Distinct() for column in _DECLARED}
    for shard, numbers in zip(numbering.shards, numbering.numbers, strict=True):
        place = place_of[assignment.representative[numbers]].astype(np.int64)
        rows = np.flatnonzero(place >= 0)
        documents = shelf.read(shard.path("documents"), ["id", *_DECLARED.values()])
        for column, distinct in declared.items():
            distinct.add(place[rows], documents[_DECLARED[column]].take(indices(rows)))
        own = rows[representatives[place[rows]] == numbers[rows]]
        ids = documents["id"].take(indices(own)).combine_chunks()
        names.append(ids)
        named.append(place[own])
        corpora.append(pa.array([_corpus_name(planned, shard)] * len(own), pa.string()))
        if shard in planned.frozen:
            decided = decided_rows(planned, shelf, shard, ["id", "cluster_size", *_DECLARED])
            at = pc.index_in(ids, value_set=decided["id"].combine_chunks())
            present = np.flatnonzero(at.is_valid().to_numpy(False))
            before = decided.take(at.drop_null())
            sizes[place[own][present]] += before["cluster_size"].to_numpy() - 1
            for column, distinct in declared.items():
                lists = before[column].combine_chunks()
                parents = pc.list_parent_indices(lists).to_numpy()
                distinct.add(place[own][present][parents], pa.chunked_array([pc.list_flatten(lists)]))
    order = np.argsort(np.concatenate(named))
    lists_of = {column: distinct.lists(len(representatives)) for column, distinct in declared.items()}
    homes = pa.concat_arrays(corpora).take(indices(order))
    joined = pa.concat_arrays(names)
    names.clear()  # there are two of them already
    in_order = joined.take(indices(order))
    return _Clusters(place_of, in_order, homes, sizes, lists_of)


def _corpus_name(planned: Pass, shard: Shard) -> str | None:
    return planned.against.names[shard.number] if planned.against and isinstance(shard, OtherShard) else None


class _Distinct:
    """Gathers the distinct values of clusters, each value as a number while there are many."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._pairs = np.empty(0, np.uint64)

    def add(self, clusters: npt.NDArray[np.int64], values: "pa.ChunkedArray[Any]") -> None:
        """Add one value, or null, for each of some places of clusters."""
        encoded: Any = values.combine_chunks().dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        codes = np.array([self._codes.setdefault(text, len(self._codes)) for text in texts], np.uint64)
        declared = encoded.is_valid().to_numpy(False)
        indices = encoded.indices.drop_null().to_numpy()
        pairs = clusters[declared].astype(np.uint64) << _CLUSTER_SHIFT | codes[indices]
        self._pairs = np.union1d(self._pairs, pairs)

    def lists(self, clusters: int) -> "pa.Array[Any]":
        """Return the sorted values of each cluster."""
        texts = sorted(self._codes)
        rank = np.empty(len(texts), np.uint64)
        rank[[self._codes[text] for text in texts]] = np.arange(len(texts), dtype=np.uint64)
        of_cluster = self._pairs >> _CLUSTER_SHIFT
        pairs = np.sort(of_cluster << _CLUSTER_SHIFT | rank[self._pairs & _VALUE_MASK])
        offsets = np.searchsorted(pairs >> _CLUSTER_SHIFT, np.arange(clusters + 1, dtype=np.uint64))
        values = pa.array(texts, pa.string()).take(indices(pairs & _VALUE_MASK))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
