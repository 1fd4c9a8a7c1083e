"""Every column that a rule may read about a document, and the table that holds it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

import signals
from pipelines.corpus import Shard, Shelf
from pipelines.corpus.schemas import DOCUMENTS, DUPLICATES, LICENCES
from pipelines.errors import CorpusError

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

# A document without duplicates has no row in `duplicates`: it speaks for itself.
LONE_DOCUMENT: Mapping[str, bool | int] = {"representative": True, "cluster_size": 1}


def known_columns(groups: Sequence[str]) -> dict[str, tuple[str, pa.DataType]]:
    """Return the table and the type of every column about a document, by name.

    Args:
        groups: The groups of signals that the corpus has.
    """
    tables = {"documents": DOCUMENTS}
    tables |= {f"signals/{group}": signals.schema(group) for group in groups}
    tables |= {"duplicates": DUPLICATES, "licences": LICENCES}
    columns: dict[str, tuple[str, pa.DataType]] = {}
    for table, schema in tables.items():
        for field in schema:
            columns.setdefault(field.name, (table, field.type))
    return columns


def column_schema(names: Collection[str], groups: Sequence[str]) -> pa.Schema:
    """Return the schema of some columns, sorted by name."""
    known = known_columns(groups)
    return pa.schema([(name, known[name][1]) for name in sorted(names)])


def tables_of(names: Collection[str], groups: Sequence[str]) -> list[str]:
    """Return the tables that hold some columns, sorted."""
    known = known_columns(groups)
    return sorted({known[name][0] for name in names})


def read_columns(shelf: Shelf, shard: Shard, names: Collection[str], groups: Sequence[str]) -> pa.Table:
    """Return `id` and some columns about the documents of a shard, in the order of `documents`.

    Raises:
        CorpusError: A table does not tell of the same documents.
    """
    known = known_columns(groups)
    ids = shelf.read(shard.path("documents"), ["id"])["id"]
    columns: dict[str, Column] = {"id": ids}
    for table in tables_of(set(names) - {"id"}, groups):
        wanted = [name for name in sorted(names) if known[name][0] == table and name != "id"]
        rows = shelf.read(shard.path(table), ["id", *wanted])
        if table == "duplicates":
            positions = pc.index_in(ids, value_set=rows["id"])
            columns |= {name: _with_lone(name, rows[name].take(positions)) for name in wanted}
        elif rows["id"].equals(ids):
            columns |= {name: rows[name] for name in wanted}
        else:
            raise CorpusError(
                f"{shard.path(table)}: not the documents of {shard.path('documents')}; delete it, run again"
            )
    return pa.table(columns)


def _with_lone(name: str, column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    if name not in LONE_DOCUMENT:
        return column
    filled: pa.ChunkedArray[Any] = pc.if_else(column.is_null(), pa.scalar(LONE_DOCUMENT[name]), column)
    return filled
