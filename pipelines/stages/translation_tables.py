"""Tables of translations gathered while they come: documents row by row, their segments column by column."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any, Generic, TypeVar

import pyarrow as pa

from pipelines.corpus.schemas import DOCUMENTS, TRANSLATIONS
from pipelines.stages.translation_rows import Lineage
from translate.documents import AlignedSegment, TranslatedDocument

_AT_A_TIME = 64

_Row = TypeVar("_Row")
_SEGMENTS: Any = TRANSLATIONS.field("segments").type
_CHECKS: Any = _SEGMENTS.value_type.field("checks").type


class Gathered(Generic[_Row]):
    """Rows of a table, kept as Arrow data some at a time.

    Args:
        to_table: Makes a table of rows.
    """

    def __init__(self, to_table: Callable[[Sequence[_Row]], pa.Table]) -> None:
        self._to_table = to_table
        self._tables: list[pa.Table] = []
        self._pending: list[_Row] = []

    def add(self, row: _Row) -> None:
        """Add a row."""
        self._pending.append(row)
        if len(self._pending) >= _AT_A_TIME:
            self._pack()

    def table(self) -> pa.Table:
        """Return all rows."""
        self._pack()
        return pa.concat_tables(self._tables)

    def _pack(self) -> None:
        self._tables.append(self._to_table(self._pending))
        self._pending = []


def document_table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Return rows of `documents` as a table."""
    return pa.Table.from_pylist(list(rows), DOCUMENTS.remove_metadata())


def alignment_table(lineage: Lineage, rows: Sequence[tuple[Mapping[str, Any], TranslatedDocument]]) -> pa.Table:
    """Return what became of documents' segments, as rows of `translations`.

    Args:
        lineage: What made the translations.
        rows: Each document's row of `documents`, and its translation.
    """
    facts = [lineage.alignment(parent, translated) for parent, translated in rows]
    columns: dict[str, Any] = {
        name: pa.array([row[name] for row in facts], pa.string()) for name in TRANSLATIONS.names if name != "segments"
    }
    segments = list(chain.from_iterable(translated.segments for _, translated in rows))
    sizes = [len(translated.segments) for _, translated in rows]
    columns["segments"] = _lists(sizes, _segment_array(segments), _SEGMENTS)
    return pa.table([columns[name] for name in TRANSLATIONS.names], schema=TRANSLATIONS.remove_metadata())


def _segment_array(segments: Sequence[AlignedSegment]) -> "pa.Array[Any]":
    results = [segment.result for segment in segments]
    checks = list(chain.from_iterable(result.checks for result in results))
    measured = pa.StructArray.from_arrays(
        [
            pa.array(map(itemgetter(0), checks), pa.string()),
            pa.array(map(float, map(itemgetter(1), checks)), pa.float64()),
        ],
        fields=list(_CHECKS.value_type),
    )
    values: dict[str, Any] = {
        "block": [segment.block.value for segment in segments],
        "source_start": [segment.source_start for segment in segments],
        "source": [segment.source for segment in segments],
        "target_start": [segment.target_start for segment in segments],
        "target": [segment.target for segment in segments],
        "rung": [result.rung for result in results],
        "reason": [result.finding.reason if result.finding else None for result in results],
        "engine": [result.engine for result in results],
        "tokens": [result.tokens for result in results],
        "tokens_in": [result.tokens_in for result in results],
        "tokens_out": [result.tokens_out for result in results],
        "checks": _lists([len(result.checks) for result in results], measured, _CHECKS),
    }
    fields = list(_SEGMENTS.value_type)
    arrays = [
        values[field.name] if isinstance(values[field.name], pa.Array) else pa.array(values[field.name], field.type)
        for field in fields
    ]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def _lists(sizes: Sequence[int], values: "pa.Array[Any]", type_: pa.DataType) -> "pa.Array[Any]":
    offsets = pa.array(accumulate(sizes, initial=0), pa.int32())
    lists: pa.Array[Any] = pa.ListArray.from_arrays(offsets, values, type=type_)
    return lists
