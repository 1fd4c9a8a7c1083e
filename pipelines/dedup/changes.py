"""What deduplicating several corpora together changes for a document of one that was deduplicated before."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus.schemas import DUPLICATES, JOINT_CHANGES

DROPPED, KEPT, MOVED, REGROUPED = "dropped", "kept", "moved", "regrouped"

Column: TypeAlias = "pa.ChunkedArray[Any]"
Flags = npt.NDArray[np.bool_]

_OF_CLUSTERS = ("similarity", "cluster_size", "match", "cluster_licenses", "cluster_languages")


def changed_rows(ids: Column, before: pa.Table, together: pa.Table, corpus: str) -> pa.Table:
    """Return a row for each document about which something changes, with the columns of `JOINT_CHANGES`.

    A document without a row stands alone.

    Args:
        ids: The ids of the documents of a shard.
        before: Their rows in the corpus that holds them, with the columns of `DUPLICATES`.
        together: The same, from deduplicating all corpora together.
        corpus: How the corpus is named.
    """
    ids = ids.filter(pc.or_(pc.is_in(ids, value_set=before["id"]), pc.is_in(ids, value_set=together["id"])))
    old, new = (_completed(rows, ids) for rows in (before, together))
    own: Any = pc.if_else(new["in_company"], new["cluster_corpus"], corpus)
    was, stands = (_flags(rows["representative"]) for rows in (old, new))
    # Two corpora may hold one id. `before` may name corpora otherwise than `together`; its null is the corpus itself.
    moved = ~_same(old["cluster"], new["cluster"]) | (_flags(old["cluster_corpus"].is_null()) != _is(own, corpus))
    regrouped = ~np.logical_and.reduce([_same(old[name], new[name]) for name in _OF_CLUSTERS])
    change = np.select([was & ~stands, ~was & stands, moved, regrouped], [DROPPED, KEPT, MOVED, REGROUPED], "")
    columns: dict[str, Any] = {
        **{name: new[name] for name in DUPLICATES.names},
        "cluster_corpus": own,
        "corpus": pa.repeat(corpus, len(ids)),
        "change": pa.array(change, pa.string()),
        "cluster_before": pc.if_else(old["in_company"], old["cluster"], pa.scalar(None, pa.string())),
    }
    rows = pa.table(columns).select(JOINT_CHANGES.names).cast(JOINT_CHANGES)
    return rows.filter(pa.array(change != ""))


def _completed(rows: pa.Table, ids: Column) -> pa.Table:
    """Return a row for each document, and whether it has one in the table: one without stands alone."""
    places: Any = pc.index_in(ids, value_set=rows["id"])
    found = rows.take(places)
    columns: dict[str, Any] = {name: found[name] for name in found.column_names}
    columns |= {
        "id": ids,
        "cluster": pc.coalesce(found["cluster"], ids),
        "representative": found["representative"].fill_null(pa.scalar(True)),
        "cluster_size": found["cluster_size"].fill_null(pa.scalar(1)),
        "in_company": places.is_valid(),
    }
    return pa.table(columns)


def _flags(column: Any) -> Flags:  # noqa: ANN401 -- a column without nulls, of one chunk or of several
    flags: Flags = column.to_numpy().astype(np.bool_)
    return flags


def _is(column: Column, value: str) -> Flags:
    return _true(pc.equal(column, pa.scalar(value)))


def _true(column: Any) -> Flags:  # noqa: ANN401 -- a column of one chunk or of several
    return _flags(column.fill_null(pa.scalar(False)))


def _same(one: Any, other: Any) -> Flags:  # noqa: ANN401 -- columns of any type
    """Return where two columns agree; null agrees with null alone."""
    if pa.types.is_list(one.type):
        one, other = (pc.binary_join(column, "\0") for column in (one, other))
    return _true(pc.equal(one, other)) | (_flags(one.is_null()) & _flags(other.is_null()))
