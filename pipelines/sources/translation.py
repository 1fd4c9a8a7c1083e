"""Translations made elsewhere: Parquet or JSON Lines whose records say what they were translated from.

They are documents of generation 1: `derived_from` names the parent, and the attribution says that the text was changed.
A column `engine`, like every column without a place of its own, goes to `meta`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sources import jsonl, parquet
from pipelines.sources.options import Options
from pipelines.sources.record import MAX_RAW_BYTES, BadRecord, Batch, InputFile, Part, Reader, json_text

GENERATION = 1

_MISSING_PARENT = "missing_derived_from"


def parts(file: InputFile) -> Sequence[Part]:
    """Return the parts of a file as the reader of its format splits it."""
    return _format(file).parts(file)


def rows_before(part: Part) -> int:
    """Return how many records of the file come before a part."""
    return _format(part.file).rows_before(part)


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a part's records; one that does not say what it was translated from is bad."""
    wanted = columns.get("derived_from", "derived_from")
    for batch in _format(part.file).read(part, columns, options):
        yield _translations(batch, wanted)


def _format(file: InputFile) -> Reader:
    return parquet.READER if PurePosixPath(file.relative).suffix == ".parquet" else jsonl.READER


def _translations(batch: Batch, wanted: str) -> Batch:
    records = batch.records
    orphaned = pc.is_null(records.column("derived_from"))
    bad = [
        BadRecord(record["row"], _MISSING_PARENT, f"no value for {wanted!r}", record["text"].encode()[:MAX_RAW_BYTES])
        for record in records.filter(orphaned).select(["row", "text"]).to_pylist()
    ]
    sound = records.filter(pc.invert(orphaned))
    index = sound.schema.get_field_index("attribution")
    notes = zip(sound.column("attribution").to_pylist(), sound.column("meta").to_pylist(), strict=True)
    noted = pa.array([_with_change(attribution, meta) for attribution, meta in notes], pa.string())
    return replace(batch, records=sound.set_column(index, "attribution", noted), bad=(*batch.bad, *bad))


def _with_change(attribution: str | None, meta: str | None) -> str:
    """Return an attribution with a note that the text is a machine translation, and by what."""
    stated = orjson.loads(attribution) if attribution else {}
    engine = (orjson.loads(meta) if meta else {}).get("engine")
    note = f"machine-translated by {engine}" if engine else "machine-translated"
    return json_text({**stated, "changes": [*stated.get("changes", []), note]})


READER = Reader(parts, read, rows_before)
