"""Cells of a column of any type, as plain values that JSON can hold."""

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.sources.text_column import is_text

if TYPE_CHECKING:
    from pipelines.sources.text_column import Column

_TIMESTAMP = re.compile(r"([0-9-]{10}) ([0-9:]{8})(?:\.0+$)?")


def plain_values(column: "Column") -> list[object]:
    """Return a column's cells; times as ISO 8601, and no cell fails whatever it holds.

    Python has no years beyond 9999 and no nanoseconds, and Parquet does not promise that strings are UTF-8.
    """
    if pa.types.is_temporal(column.type):
        return _times(column)
    try:
        return column.to_pylist()
    except (ValueError, OverflowError):
        return [_plain_value(cell) for cell in column]


def _times(column: "Column") -> list[object]:
    zone = ""
    if isinstance(column.type, pa.TimestampType):
        zone = "Z" if column.type.tz else ""
        # A time with a zone is stored as UTC; its name is let go, as not every system knows all names.
        column = column.cast(pa.int64()).cast(pa.timestamp(column.type.unit))
    texts: list[str | None] = column.cast(pa.string()).to_pylist()
    return [None if text is None else _TIMESTAMP.sub(r"\1T\2", text) + zone for text in texts]


def _plain_value(cell: "pa.Scalar[Any]") -> object:
    if is_text(cell.type):
        stored = cell.cast(pa.binary()).as_py()
        return None if stored is None else stored.decode("utf-8", "backslashreplace")
    try:
        return cell.as_py()
    except (ValueError, OverflowError) as error:
        return f"unreadable {cell.type}: {error}"
