"""Replacing spans in texts."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.edits.resolve import Integers, Spans
from signals.kernels import inlined, kernel

Bytes = npt.NDArray[np.uint8]

_TAIL_BITS, _TAIL = np.uint8(0xC0), np.uint8(0x80)  # of the bytes of a character behind its first


class SpanError(ValueError):
    """A span reaches beyond the end of its text."""

    def __init__(self, row: int) -> None:
        super().__init__(f"an edit of row {row} reaches beyond the end of its text")
        self.row = row


def splice(texts: "pa.Array[Any] | pa.ChunkedArray[Any]", spans: Spans) -> "pa.Array[Any]":
    """Return texts with spans of them replaced; null stays null.

    Args:
        texts: Any Arrow string array.
        spans: What to replace; rows count the texts.

    Returns:
        A large_string array.

    Raises:
        SpanError: A span reaches beyond the end of its text.
    """
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    whole = whole.cast(pa.large_string())
    if not len(spans.rows):
        return whole
    data, offsets = _buffers(whole)
    new, new_offsets = _buffers(spans.replacements.cast(pa.large_string()))
    result = np.empty(int(offsets[-1] - offsets[0] + new_offsets[-1] - new_offsets[0]), np.uint8)
    result_offsets = np.zeros(len(whole) + 1, np.int64)
    fault = replace_spans(data, offsets, spans.rows, spans.starts, spans.ends, new, new_offsets, result, result_offsets)
    if fault >= 0:
        raise SpanError(int(fault))
    valid = None if whole.null_count == 0 else pc.is_valid(whole).buffers()[1]
    content = pa.py_buffer(result[: result_offsets[-1]].data)
    return pa.LargeStringArray.from_buffers(len(whole), pa.py_buffer(result_offsets.data), content, valid)


@kernel
def replace_spans(
    data: Bytes,
    offsets: Integers,
    rows: Integers,
    starts: Integers,
    ends: Integers,
    new: Bytes,
    new_offsets: Integers,
    result: Bytes,
    result_offsets: Integers,
) -> int:
    """Write texts with their spans replaced; return -1, or the row of a span that reaches beyond its text.

    Args:
        data: UTF-8 of all texts.
        offsets: int64[texts + 1] into `data`.
        rows: int64[spans], ascending.
        starts: int64[spans] in characters, ascending in a text.
        ends: int64[spans] in characters, none beyond the next start of its text.
        new: UTF-8 of all replacements.
        new_offsets: int64[spans + 1] into `new`.
        result: uint8, large enough for all of `data` and `new`.
        result_offsets: int64[texts + 1], filled.
    """
    written = 0
    span = 0
    for row in range(len(offsets) - 1):
        position, end = offsets[row], offsets[row + 1]
        character = 0
        while span < len(rows) and rows[span] == row:
            start, missing = _after(data, position, end, starts[span] - character)
            written = _append(data, position, start, result, written)
            written = _append(new, new_offsets[span], new_offsets[span + 1], result, written)
            if missing == 0:
                position, missing = _after(data, start, end, ends[span] - starts[span])
            if missing > 0:
                return row
            character = ends[span]
            span += 1
        written = _append(data, position, end, result, written)
        result_offsets[row + 1] = written
    return -1


@inlined
def _after(data: Bytes, position: int, end: int, characters: int) -> tuple[int, int]:
    """Return the place so many characters further on, and how many of them the text lacks."""
    while characters > 0 and position < end:
        position += 1
        while position < end and (data[position] & _TAIL_BITS) == _TAIL:
            position += 1
        characters -= 1
    return position, characters


@inlined
def _append(data: Bytes, position: int, end: int, result: Bytes, written: int) -> int:
    for place in range(position, end):
        result[written] = data[place]
        written += 1
    return written


def _buffers(texts: "pa.Array[Any]") -> tuple[Bytes, Integers]:
    """Return the bytes and the offsets of large strings."""
    _, offsets, data = texts.buffers()
    if offsets is None or len(texts) == 0:
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    places = np.frombuffer(memoryview(offsets), np.int64)[texts.offset :][: len(texts) + 1]
    return np.frombuffer(memoryview(data), np.uint8) if data else np.empty(0, np.uint8), places
