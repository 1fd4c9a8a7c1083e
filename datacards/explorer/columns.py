"""One file a column, so that a page fetches the columns that it needs and no others."""

import gzip
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

CATEGORIES = 1000
SUFFIX = ".arrow.gz"

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

_SQL_TYPES = {
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "uint8": "UTINYINT",
    "uint16": "USMALLINT",
    "uint32": "UINTEGER",
    "uint64": "UBIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
}


def sql_type(type_: pa.DataType) -> str | None:
    """Return what DuckDB calls a type; None for types that no column of the page has.

    >>> sql_type(pa.float32()), sql_type(pa.list_(pa.int8()))
    ('FLOAT', None)
    """
    return _SQL_TYPES.get(str(type_))


def is_category(values: Column) -> bool:
    """Tell whether a column of strings has few enough different ones to be categories, and no texts."""
    return len(pc.unique(values)) <= CATEGORIES


def column_file(name: str, values: Column) -> bytes:
    """Return a column as gzipped Arrow IPC: a stream of one batch, types as they are, strings as a dictionary.

    Args:
        name: The column's name.
        values: Its values, one a document, of a type that `sql_type` knows.
    """
    whole: Any = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pa.types.is_string(whole.type) and is_category(whole):
        whole = whole.dictionary_encode()
    batch = pa.record_batch([whole], names=[name])
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, batch.schema) as writer:
        writer.write_batch(batch)
    return gzip.compress(stream.getvalue().to_pybytes(), mtime=0)
