"""The signals of groups `core` and `lines`, and MinHash signatures, which follow from the same measures in one pass."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Column, Languages, Texts
from signals.batches import as_large_strings, batches
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
    languages: Languages,
    names: Sequence[str],
    segmentation: str = BUILTIN,
) -> pa.Table:
    """Compute the named signals of groups `core` and `lines` and MinHash signatures; see `signals.compute`."""
    chunks = as_large_strings(texts)
    rows = _language_rows(languages, sum(map(len, chunks)))
    by_line = any(name in LINE_FORMULAS for name in names)
    formulas = {name: FORMULAS[name] for name in names}
    parts: dict[str, list[Any]] = {name: [] for name in names}
    line_counts: list[Values] = []
    workspace = Workspace()
    for batch in batches(chunks):
        batch_rows = rows[batch.first : batch.first + len(batch.offsets) - 1]
        measures = Measures(batch, batch_rows, workspace, segmentation)
        for name, formula in formulas.items():
            parts[name].append(formula(measures))
        if by_line:
            line_counts.append(measures.line_counts)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    line_offsets = np.cumsum(np.concatenate([[0], *line_counts]), dtype=np.int64)
    types = {signal.name: signal.type for signal in (*CORE, *LINE_SIGNALS, *MINHASH)}
    columns = {}
    for name in names:
        if name in content.MAP_FORMULAS:
            columns[name] = _map_column(parts.pop(name), absent, types[name])
            continue
        values = _joined(parts.pop(name), types[name])
        if name in LINE_FORMULAS:
            columns[name] = _line_column(name, values, line_offsets, absent, types[name])
        else:
            columns[name] = _document_column(values, absent, types[name])
    return pa.table(columns)


def _language_rows(languages: Languages, count: int) -> Integers:
    """Return the row of each document's language among those with lists of words, -1 for none."""
    if languages is None:
        return np.full(count, -1, np.int64)
    codes = languages if isinstance(languages, pa.Array | pa.ChunkedArray) else pa.array(languages, pa.string())
    if len(codes) != count:
        raise ValueError(f"{len(codes)} languages were given for {count} texts")
    known = language_rows()
    distinct = codes.unique()
    rows = np.array([known.get(to_iso639_1(code) or "", -1) for code in distinct.to_pylist()], np.int64)
    by_document: Integers = rows[np.asarray(pc.index_in(codes, distinct))]
    return by_document


def _joined(parts: list[Values], kind: pa.DataType) -> Values:
    """Return the values of all batches in one array, fractions rounded, elements of lists in the lists' type."""
    if not parts:
        return np.empty(0)
    dtype = kind.value_type.to_pandas_dtype() if pa.types.is_list(kind) else None
    values = np.concatenate(parts, dtype=dtype)
    return round_exactly(values) if parts[0].dtype == np.float64 else values


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
    element = cast("pa.ListType[Any]", kind).value_type
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
        pa.array(values, element, mask=mask),
        type=kind,
        mask=pa.array(absent),
    )
