"""The signals of groups `core` and `lines`, and MinHash signatures, which follow from the same measures in one pass."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Column, Texts
from signals.batches import as_large_strings, batches, most_lines
from signals.core import content, lines, redpajama, words
from signals.core.declared import CORE
from signals.core.formulas import Integers, Values
from signals.core.measures import Measures
from signals.core.redpajama import BULLETS
from signals.core.word_lists import language_rows
from signals.languages import to_iso639_1
from signals.lines import formulas as line_content
from signals.lines.declared import LINE_SIGNALS
from signals.minhash.compute import SIGNATURE_FORMULAS
from signals.minhash.declared import MINHASH
from signals.rounding import round_exactly
from signals.segmentation import BUILTIN
from signals.workspace import Workspace

DOCUMENT_FORMULAS = (
    redpajama.DOCUMENT_FORMULAS
    | words.DOCUMENT_FORMULAS
    | content.DOCUMENT_FORMULAS
    | lines.DOCUMENT_FORMULAS
    | SIGNATURE_FORMULAS
)
LINE_FORMULAS = redpajama.LINE_FORMULAS | lines.LINE_FORMULAS | line_content.FORMULAS
FORMULAS = DOCUMENT_FORMULAS | LINE_FORMULAS | content.MAP_FORMULAS

_NO_HASH = 0xFF  # in every byte: the least of no hashes


def compute_core(
    texts: Texts,
    languages: "Texts | None",
    names: Sequence[str],
    segmentation: str = BUILTIN,
) -> pa.Table:
    """Compute the named signals of groups `core` and `lines` and MinHash signatures; see `signals.compute`."""
    chunks = as_large_strings(texts)
    rows = _language_rows(languages, sum(map(len, chunks)))
    types = {signal.name: signal.type for signal in (*CORE, *LINE_SIGNALS, *MINHASH)}
    formulas = {name: FORMULAS[name] for name in names if name not in LINE_FORMULAS}
    parts: dict[str, list[Any]] = {name: [] for name in formulas}
    by_line = _LineValues({name: types[name] for name in names if name in LINE_FORMULAS}, chunks)
    workspace = Workspace()
    for batch in batches(chunks):
        batch_rows = rows[batch.first : batch.first + len(batch.offsets) - 1]
        measures = Measures(batch, batch_rows, workspace, segmentation)
        for name, formula in formulas.items():
            parts[name].append(formula(measures))
        by_line.add(measures)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    line_offsets = by_line.offsets
    columns = {}
    for name in names:
        if name in content.MAP_FORMULAS:
            columns[name] = _map_column(parts.pop(name), absent, types[name])
        elif name in LINE_FORMULAS:
            columns[name] = _line_column(name, by_line.take(name), line_offsets, absent, types[name])
        else:
            columns[name] = _document_column(_joined(parts.pop(name)), absent, types[name])
    return pa.table(columns)


def _language_rows(languages: "Texts | None", count: int) -> Integers:
    """Return the row of each document's language among those with lists of words, -1 for none."""
    if languages is None:
        return np.full(count, -1, np.int64)
    known = language_rows()
    distinct = languages.unique()
    rows = np.array([known.get(to_iso639_1(code) or "", -1) for code in distinct.to_pylist()], np.int64)
    by_document: Integers = rows[np.asarray(pc.index_in(languages, distinct))]
    return by_document


class _LineValues:
    """Values by line of all batches, fractions rounded, written where they stay: they are most of what is computed.

    Attributes:
        offsets: int64[documents + 1], where the lines of each document begin, the end of the last behind.
    """

    def __init__(self, types: dict[str, pa.DataType], chunks: list[Column]) -> None:
        most = sum(map(most_lines, chunks)) if types else 0
        self._values = {name: np.empty(most, _element(kind).to_pandas_dtype()) for name, kind in types.items()}
        self._counts: list[Integers] = []
        self._filled = 0

    def add(self, measures: Measures) -> None:
        """Compute and add the values of a batch."""
        if self._values:
            first, counts = self._filled, measures.line_counts
            self._filled += int(counts.sum())
            self._counts.append(counts)
            for name, values in self._values.items():
                found = LINE_FORMULAS[name](measures)
                values[first : self._filled] = round_exactly(found) if found.dtype == np.float64 else found

    def take(self, name: str) -> Values:
        """Return the values of a signal; it is asked for once."""
        return self._values.pop(name)[: self._filled]

    @property
    def offsets(self) -> Integers:
        """Return where the lines of each document begin."""
        return np.cumsum(np.concatenate([[0], *self._counts]), dtype=np.int64)


def _element(kind: pa.DataType) -> pa.DataType:
    element: pa.DataType = cast("pa.ListType[Any]", kind).value_type
    return element


def _joined(parts: list[Values]) -> Values:
    """Return the values of all batches in one array, fractions rounded."""
    if not parts:
        return np.empty(0)
    values = np.concatenate(parts)
    return round_exactly(values) if values.dtype == np.float64 else values


def _map_column(parts: list[Column], absent: npt.NDArray[np.bool_], kind: pa.DataType) -> Column:
    """Return one map a document, null where there is no text."""
    maps = cast("pa.MapArray[Any, Any]", pa.concat_arrays([pa.array([], kind), *parts]))
    return content.map_array(maps.offsets, maps.keys, maps.items, pa.array(absent))


def _document_column(values: Values, absent: npt.NDArray[np.bool_], kind: pa.DataType) -> Column:
    if pa.types.is_fixed_size_binary(kind):
        hashes = np.ascontiguousarray(values).view(np.uint8).reshape(len(absent), kind.byte_width)
        absent = absent | (hashes == _NO_HASH).all(axis=1)
        _, validity = pa.array(~absent).buffers()
        return pa.FixedSizeBinaryArray.from_buffers(kind, len(absent), [validity, pa.py_buffer(hashes.data)])
    if values.dtype == np.float64:
        absent = absent | np.isnan(values)
    return pa.array(values, kind, mask=absent)


def _line_column(
    name: str, values: Values, offsets: Integers, absent: npt.NDArray[np.bool_], kind: pa.DataType
) -> Column:
    """Return one list a document; RedPajama-V2 gives empty text one null bullet."""
    elements = np.diff(offsets)
    mask = None
    if name == BULLETS:
        empty = np.flatnonzero((elements == 0) & ~absent)
        if len(empty):
            elements[empty] = 1
            values = np.insert(values, offsets[empty], np.nan)
            mask = np.isnan(values)
            offsets = np.concatenate([[0], np.cumsum(elements)])
    if offsets[-1] > np.iinfo(np.int32).max:
        raise ValueError("the texts have more than 2**31 lines together: pass fewer at once")
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()),
        pa.array(values, _element(kind), mask=mask),
        type=kind,
        mask=pa.array(absent),
    )
