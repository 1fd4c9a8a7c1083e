"""Parquet files: one record a row."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.sources.cells import plain_values
from pipelines.sources.options import Options
from pipelines.sources.record import (
    BATCH_ROWS,
    BATCH_TEXT_BYTES,
    FIELDS,
    MAX_RAW_BYTES,
    MAX_TEXT_BYTES,
    RECORDS,
    BadRecord,
    Batch,
    InputFile,
    Part,
    Reader,
    declared_language,
    given_evidence,
    meta_of,
    object_text,
    text_of,
    unreadable,
)
from pipelines.sources.stored import open_arrow
from pipelines.sources.text_column import byte_lengths, checked_text, is_binary, is_text, is_valid

if TYPE_CHECKING:
    from pipelines.sources.text_column import Column

PART_BYTES = 64 * 2**20
READ_BYTES = 2**20  # of a column at a time, so that a row group of any size fits
READ_ROWS = 32  # decoded at a time: a dictionary of a few hundred bytes may stand for gigabytes, and a footer may lie

# What pyarrow raises for a file that is cut off, damaged, or of a feature that it does not know.
_UNREADABLE = (pa.ArrowException, OSError, ValueError)


def parts(file: InputFile) -> tuple[Part, ...]:
    """Split between row groups, at about `PART_BYTES` of uncompressed data; a file without a footer is one part."""
    try:
        metadata = _metadata(file)
    except _UNREADABLE:
        return (Part(file),)  # `read` says what is wrong with it
    bounds, size = [0], 0
    for group in range(metadata.num_row_groups):
        size += metadata.row_group(group).total_byte_size
        if size >= PART_BYTES:
            bounds.append(group + 1)
            size = 0
    if bounds[-1] < metadata.num_row_groups or len(bounds) == 1:
        bounds.append(metadata.num_row_groups)
    return tuple(Part(file, index, start, stop) for index, (start, stop) in enumerate(pairwise(bounds)))


def rows_before(part: Part) -> int:
    """Return how many rows the row groups before a part hold."""
    if part.start == 0:
        return 0
    metadata = _metadata(part.file)
    return sum(metadata.row_group(group).num_rows for group in range(part.start))


def _metadata(file: InputFile) -> pq.FileMetaData:
    with open_arrow(file) as stored:
        return pq.read_metadata(stored)


def read(part: Part, columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield a part's records; a row group that cannot be read is one bad record, the others are read."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    names = {field: columns.get(field, field) for field in FIELDS}
    with open_arrow(part.file) as stored:
        try:
            file = pq.ParquetFile(stored, pre_buffer=False, buffer_size=READ_BYTES)
            found = file.schema_arrow.names
        except _UNREADABLE as error:
            yield unreadable("unreadable_file", _one_line(error))
            return
        fault = _schema_fault(found, names["text"], file.metadata.num_rows)
        if fault is not None:
            if part.start == 0:  # once a file
                yield Batch(_none(), (fault,))
            return
        row = 0
        for group in range(part.start, part.stop or file.num_row_groups):
            yield from _row_group(file, group, row, names, part.file.relative)
            row += file.metadata.row_group(group).num_rows


def _schema_fault(found: Sequence[str], text: str, rows: int) -> BadRecord | None:
    if rows == 0:
        return BadRecord(None, "empty_file", "no rows")
    if text not in found:
        have = ", ".join(found[:20])
        detail = f"no column {text!r} for the text, only {have}; `columns: {{text: …}}` names another"
        return BadRecord(None, "missing_column", detail, rows=rows)
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        return BadRecord(None, "unreadable_file", f"two columns are named {twice[0]!r}", rows=rows)
    return None


def _row_group(file: pq.ParquetFile, group: int, row: int, names: Mapping[str, str], relative: str) -> Iterator[Batch]:
    total = file.metadata.row_group(group).num_rows
    done = 0
    try:
        for batch in _gathered(file.iter_batches(READ_ROWS, row_groups=[group], use_threads=False)):
            yield _batch(batch, row + done, names, relative)
            done += batch.num_rows
    except _UNREADABLE as error:
        first, last = row + done + 1, row + total
        detail = f"row group {group}, {total - done} of its {total} rows ({last} the last): {_one_line(error)}"
        yield Batch(_none(), (BadRecord(first, "unreadable_rows", detail, rows=total - done),))


def _gathered(decoded: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Join what was decoded to batches of about `BATCH_TEXT_BYTES`; what comes before a failure is not lost with it."""
    pending: list[pa.RecordBatch] = []
    rows = size = 0
    try:
        for some in map(_spelled_out, decoded):
            pending.append(some)
            rows, size = rows + some.num_rows, size + some.nbytes
            if rows >= BATCH_ROWS or size >= BATCH_TEXT_BYTES:
                yield from _joined(pending)
                pending, rows, size = [], 0, 0
    except _UNREADABLE:
        yield from _joined(pending)
        raise
    yield from _joined(pending)


def _spelled_out(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return rows with every value where it stands, so that their size is that of what they say."""
    columns = [
        column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _joined(batches: Sequence[pa.RecordBatch]) -> list[pa.RecordBatch]:
    return pa.Table.from_batches(batches).combine_chunks().to_batches() if batches else []


def _batch(batch: pa.RecordBatch, row: int, names: Mapping[str, str], relative: str) -> Batch:
    """Turn rows of a file into records.

    Args:
        batch: The rows as they stand in the file.
        row: How many rows of the part come before.
        names: Our fields, and the file's columns for them.
        relative: The file, for evidence.
    """
    text, faults = checked_text(batch.column(names["text"]), MAX_TEXT_BYTES)
    bad = [
        BadRecord(row + index + 1, reason, detail, _raw(batch, names["text"], index))
        for index, (reason, detail) in sorted(faults.items())
    ]
    rows = pa.array(range(row + 1, row + batch.num_rows + 1), pa.int64())
    if bad:
        sound = pa.array([index for index in range(batch.num_rows) if index not in faults], pa.int64())
        batch, text, rows = batch.take(sound), text.take(sound), rows.take(sound)
    filled = _columns(batch, names, relative)
    arrays = [rows, *(text if name == "text" else filled[name] for name in RECORDS.names[1:])]
    return Batch(pa.RecordBatch.from_arrays(arrays, schema=RECORDS), tuple(bad))


def _columns(batch: pa.RecordBatch, names: Mapping[str, str], relative: str) -> "dict[str, Column]":
    license_found = _strings(batch, names["license"])
    labels = _strings(batch, names["lang"]).to_pylist()
    locator = f"{relative}:{names['license']}"
    others = batch.select([name for name in batch.schema.names if name not in set(names.values())])
    found: dict[str, Any] = {
        "key": _strings(batch, names["id"]),
        "lang": [declared_language(label) for label in labels],
        "license_declared": license_found,
        "license_evidence": [
            given_evidence(given, value, locator)
            for given, value in zip(_values(batch, names["license_evidence"]), license_found.to_pylist(), strict=True)
        ],
        "attribution": _objects(batch, names["attribution"], "creators"),
        "preferences": _objects(batch, names["preferences"], "raw"),
        "meta": [meta_of(other, label) for other, label in zip(_rows(others), labels, strict=True)],
    }
    found |= {name: _strings(batch, names[name]) for name in ("url", "title", "created", "derived_from")}
    return {
        name: values if isinstance(values, pa.Array) else pa.array(values, pa.string())
        for name, values in found.items()
    }


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the rows of a batch as dictionaries."""
    names = batch.schema.names
    if not names:
        return [{} for _ in range(batch.num_rows)]
    cells = [plain_values(batch.column(name)) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _values(batch: pa.RecordBatch, name: str) -> list[object]:
    return plain_values(batch.column(name)) if name in batch.schema.names else [None] * batch.num_rows


def _strings(batch: pa.RecordBatch, name: str) -> "Column":
    """Return a column as strings, nulls where it is absent or empty."""
    if name in batch.schema.names:
        column = batch.column(name)
        if is_text(column.type) and is_valid(column):
            plain = column.cast(pa.string())
            lacking = pc.call_function("equal", [byte_lengths(plain), pa.scalar(0, pa.int32())])
            return cast("Column", pc.call_function("if_else", [lacking, pa.scalar(None, pa.string()), plain]))
    return pa.array([text_of(value) for value in _values(batch, name)], pa.string())


def _objects(batch: pa.RecordBatch, name: str, key: str) -> "Column":
    return pa.array([object_text(value, key) for value in _values(batch, name)], pa.string())


def _raw(batch: pa.RecordBatch, name: str, index: int) -> bytes:
    value = batch.column(name)[index]
    if is_text(value.type) or is_binary(value.type):
        found = value.cast(pa.binary()).as_py() or b""
        return bytes(found[:MAX_RAW_BYTES])
    return str(plain_values(batch.column(name).slice(index, 1))[0]).encode()[:MAX_RAW_BYTES]


def _none() -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=RECORDS)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


READER = Reader(parts, read, rows_before)
