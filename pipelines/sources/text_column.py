"""Sizes and faults of a column of texts."""

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    Column: TypeAlias = "pa.Array[Any]"
    Columns: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


def byte_lengths(column: "Columns") -> "Columns":
    """Return the UTF-8 bytes of each text, null for null."""
    return cast("Columns", pc.call_function("binary_length", [column]))


def total_bytes(column: "Columns") -> int:
    """Return the UTF-8 bytes of all texts."""
    total: int | None = cast("Any", pc.call_function("sum", [byte_lengths(column)])).as_py()
    return total or 0


def is_text(type_: pa.DataType) -> bool:
    """Tell whether a type is one of Arrow's strings, plain or in a dictionary."""
    if isinstance(type_, pa.DictionaryType):
        return is_text(type_.value_type)
    return pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_)


def is_binary(type_: pa.DataType) -> bool:
    """Tell whether a type is bytes that may be text."""
    return pa.types.is_binary(type_) or pa.types.is_large_binary(type_)


def is_valid(column: "Column") -> bool:
    """Tell whether every string of a column is UTF-8, which Parquet does not promise."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def checked_text(column: "Column", max_bytes: int) -> "tuple[Column, dict[int, tuple[str, str]]]":
    """Return a column as valid texts, and the rows that have none.

    Args:
        column: A column of any type.
        max_bytes: The largest text.

    Returns:
        Large strings, undefined where a row is at fault; (reason, detail) of each row at fault, by position.
    """
    if pa.types.is_null(column.type):
        return column.cast(pa.large_string()), dict.fromkeys(range(len(column)), ("null_text", "the text is null"))
    if not (is_text(column.type) or is_binary(column.type)):
        fault = ("wrong_type", f"the text column is of type {column.type}; expected strings")
        return pa.nulls(len(column), pa.large_string()), dict.fromkeys(range(len(column)), fault)
    plain = column.cast(pa.large_string()) if pa.types.is_dictionary(column.type) else column
    stored = plain.cast(pa.large_binary())
    faults = dict.fromkeys(_where("is_null", stored), ("null_text", "the text is null"))
    for position in _where("greater", byte_lengths(stored), pa.scalar(max_bytes, pa.int64())):
        size = len(stored[position].as_py())
        faults[position] = ("too_large", f"a text of {size:,} bytes; at most {max_bytes:,} are taken")
    text, undecodable = _decoded(stored)
    faults |= undecodable
    for position in _where("utf8_is_space", text) + _where("equal", byte_lengths(text), pa.scalar(0, pa.int64())):
        faults.setdefault(position, ("empty_text", "the text is empty"))
    return text, faults


def _decoded(stored: "Column") -> "tuple[Column, dict[int, tuple[str, str]]]":
    try:
        return stored.cast(pa.large_string()), {}
    except pa.ArrowInvalid:
        pass  # then it is found which
    texts: list[str | None] = []
    faults = {}
    for position, value in enumerate(stored.to_pylist()):
        try:
            texts.append(None if value is None else value.decode())
        except UnicodeDecodeError as error:
            texts.append(None)
            faults[position] = ("bad_utf8", f"byte {error.start} of the text: {error.reason}")
    return pa.array(texts, pa.large_string()), faults


def _where(function: str, *arguments: object) -> list[int]:
    """Return the positions where a predicate of pyarrow.compute holds; null is no."""
    mask = pc.call_function(function, list(arguments))
    positions: list[int] = cast("Any", pc.call_function("indices_nonzero", [mask])).to_pylist()
    return positions
