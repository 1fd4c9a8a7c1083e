"""The signals of group `ccnet`, read from the JSON that a source's other columns were kept as."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Texts
from signals.batches import as_large_strings
from signals.group import Columns, Resources

_PREFIX = "ccnet_"
_BUCKET = "bucket"
_NUMBERS = ("length", "original_length", "nlines", "original_nlines", "language_score", "perplexity")
_BUCKETS = {"head": 0.0, "middle": 1.0, "tail": 2.0}

_STRUCTURE = "{" + ", ".join([*(f'"{name}": "DOUBLE"' for name in _NUMBERS), f'"{_BUCKET}": "VARCHAR"']) + "}"
# A value that is no number, and a text that is no JSON, give null.
_QUERY = f"SELECT unnest(json_transform(CASE WHEN json_valid(meta) THEN meta END, '{_STRUCTURE}')) FROM metas"  # noqa: S608  no text from outside


def compute_ccnet(inputs: Columns, names: Sequence[str], _: Resources) -> pa.Table:
    """Compute the named signals of group `ccnet` from `inputs.metas`; see `signals.compute`."""
    absent = pc.is_null(pa.chunked_array(as_large_strings(inputs.texts), pa.large_string()))
    if inputs.metas is None:
        nothing = pa.nulls(len(absent), pa.float64())
        return pa.table(dict.fromkeys(names, nothing))
    fields = _fields(inputs.metas)
    found = {_PREFIX + name: _finite(fields[name]) for name in _NUMBERS} | {
        _PREFIX + _BUCKET: _bucket_numbers(fields[_BUCKET])
    }
    return pa.table({name: pc.if_else(absent, None, found[name]) for name in names})


def _fields(metas: Texts) -> pa.Table:
    """Return the fields of each JSON object, in the order of the rows."""
    with duckdb.connect(config={"threads": 1, "enable_external_access": False}) as connection:
        connection.register("metas", pa.table({"meta": pa.chunked_array(as_large_strings(metas), pa.large_string())}))
        found: pa.Table = connection.sql(_QUERY).to_arrow_table()
        return found


def _finite(numbers: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    finite: pa.ChunkedArray[Any] = pc.if_else(pc.is_finite(numbers), numbers, None)
    return finite


def _bucket_numbers(buckets: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    numbers: pa.ChunkedArray[Any] = pa.chunked_array([list(_BUCKETS.values())], pa.float64())
    return pc.take(numbers, pc.index_in(buckets, pa.array(list(_BUCKETS), buckets.type)))
