"""From Arrow arrays of text to what kernels read."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Column, Texts
from signals.kernels import PADDING

BATCH_BYTES = 1 << 21  # of less, Python's part of the work counts; of more, a core's share of cache holds too little


@dataclass(frozen=True)
class Batch:
    """Some documents as bytes.

    Attributes:
        first: Row of the first document.
        data: uint8, UTF-8 of all documents, PADDING bytes behind.
        offsets: int64[documents + 1], where each begins, the end of the last behind.
    """

    first: int
    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]

    @property
    def byte_count(self) -> int:
        """Bytes of all documents."""
        return int(self.offsets[-1])

    def text(self, document: int) -> memoryview:
        """Return the bytes of one document."""
        return memoryview(self.data.data)[self.offsets[document] : self.offsets[document + 1]]


def as_large_strings(texts: Texts) -> list[Column]:
    """Return text of any Arrow string type as large_string arrays.

    Raises:
        TypeError: `texts` holds no strings.
    """
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    if not all(_is_text(chunk.type) for chunk in chunks):
        raise TypeError(f"texts must be an Arrow array of strings, not of {texts.type}")
    return [chunk.cast(pa.large_string()) for chunk in chunks]


def batches(texts: list[Column]) -> Iterator[Batch]:
    """Cut documents into batches of about BATCH_BYTES, longer documents apart; null counts as empty."""
    first = 0
    for chunk in texts:
        filled: Column = pc.fill_null(chunk, pa.scalar("", chunk.type)) if chunk.null_count else chunk
        _, offset_buffer, data_buffer = filled.buffers()
        if len(filled) == 0 or offset_buffer is None:
            continue
        offsets = np.frombuffer(memoryview(offset_buffer), np.int64)[filled.offset :][: len(filled) + 1]
        data = np.frombuffer(memoryview(data_buffer), np.uint8) if data_buffer else np.empty(0, np.uint8)
        start = 0
        while start < len(filled):
            full = int(np.searchsorted(offsets, offsets[start] + BATCH_BYTES, side="right")) - 1
            end = min(max(full, start + 1), len(filled))
            yield _copy(data, offsets[start : end + 1], first + start)
            start = end
        first += len(filled)


def most_lines(texts: Column) -> int:
    """Return how many lines texts have at most, together: one for each line feed, and one for each text."""
    _, offset_buffer, data_buffer = texts.buffers()
    if offset_buffer is None or data_buffer is None:
        return len(texts)
    offsets = np.frombuffer(memoryview(offset_buffer), np.int64)[texts.offset :][: len(texts) + 1]
    data = np.frombuffer(memoryview(data_buffer), np.uint8)[offsets[0] : offsets[-1]]
    blocks = (data[start : start + BATCH_BYTES] for start in range(0, len(data), BATCH_BYTES))
    return len(texts) + sum(int(np.count_nonzero(block == ord("\n"))) for block in blocks)


def _copy(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], first: int) -> Batch:
    """Copy documents to a buffer with PADDING: kernels may read beyond the end, Arrow's buffers may end there."""
    size = int(offsets[-1] - offsets[0])
    padded = np.empty(size + PADDING, np.uint8)
    padded[:size] = data[offsets[0] : offsets[-1]]
    padded[size:] = 0
    return Batch(first, padded, offsets - offsets[0])


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_null(kind)
    )
