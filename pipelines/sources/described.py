"""Records of a table whose other columns tell more of them than the table's form: read as such, then described."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import orjson
import pyarrow as pa

from pipelines.sources.record import MAX_RAW_BYTES, RECORDS, BadRecord, Batch

Record: TypeAlias = dict[str, Any]
Describe: TypeAlias = Callable[[Record, dict[str, Any]], Record]
"""From a record without its text and its other columns, to what of the record is new."""


class NotDescribedError(Exception):
    """Why a record cannot be described: (reason, detail)."""


def described(batches: Iterator[Batch], describe: Describe) -> Iterator[Batch]:
    """Yield batches of records with more columns filled in.

    Args:
        batches: What a reader of tables yields; columns that it has no place for stand in `meta`.
        describe: Takes a record less its text, and its `meta` as an object; returns the columns to change. A record
            for which it raises `NotDescribedError` is a bad one.
    """
    for batch in batches:
        yield _described(batch, describe)


def _described(batch: Batch, describe: Describe) -> Batch:
    texts = batch.records.column("text")
    rows = batch.records.drop_columns(["text"]).to_pylist()
    kept: list[int] = []
    records: list[Record] = []
    bad = list(batch.bad)
    for position, record in enumerate(rows):
        others = orjson.loads(record["meta"]) if record["meta"] else {}
        try:
            records.append({**record, **describe(record, others)})
        except NotDescribedError as error:
            reason, detail = error.args
            raw = (record["meta"] or "").encode()[:MAX_RAW_BYTES]
            bad.append(BadRecord(record["row"], reason, detail, raw))
        else:
            kept.append(position)
    positions: Any = pa.array(kept, pa.int64())
    columns = {"text": texts.take(positions)}
    for field in RECORDS:
        if field.name != "text":
            columns[field.name] = pa.array([record[field.name] for record in records], field.type)
    arrays = [columns[field.name] for field in RECORDS]
    return Batch(pa.RecordBatch.from_arrays(arrays, schema=RECORDS), tuple(bad), batch.dropped)
