"""Every window of a shard, dealt to partitions by its hash, and beside it the text that windows are held against."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.dedup.kernels.windows import deal, hash_windows
from pipelines.dedup.span_rules import SpanRule
from pipelines.dedup.span_tokens import Tokens, fold
from signals.batches import as_large_strings, batches
from signals.workspace import Workspace

WINDOWS = pa.schema([("hash", pa.uint64()), ("place", pa.uint64())])
FOLDED = pa.schema([("folded", pa.large_binary())])

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Windows:
    """Some windows.

    Attributes:
        hashes: uint64[windows].
        places: uint64[windows], ``row << 32 | byte in the document's folded text``.
    """

    hashes: Hashes
    places: Hashes


@dataclass(frozen=True)
class FoldedTexts:
    """The folded texts of a shard, mapped from its file.

    Attributes:
        data: uint8, all texts.
        offsets: int64[documents + 1], where each begins.
    """

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]


def write_index(
    texts: "pa.Array[Any] | pa.ChunkedArray[Any]", rule: SpanRule, source: str, bits: int, windows: Path, folded: Path
) -> int:
    """Write the windows of a shard and its folded texts; return the number of windows.

    Args:
        texts: The text of each document; null where it takes no part.
        rule: Which windows.
        source: The shard's source, for rules that look at each by itself.
        bits: The windows are dealt to ``2**bits`` partitions, a record batch of the file each.
        windows: Where the windows go (Arrow IPC, columns of `WINDOWS`).
        folded: Where the folded texts go (Arrow IPC, one record batch, a row a document).
    """
    seed = _seed(source) if rule.within_source else np.uint64(0)
    found: list[Windows] = []
    offsets, parts = [np.zeros(1, np.int64)], []
    for first, tokens in _folded_batches(texts, rule):
        documents = len(tokens.until) - 1
        found.append(window_hashes(tokens, np.arange(first, first + documents), rule.size, seed))
        parts.append(tokens.folded[: tokens.folded_starts[-1]].copy())
        offsets.append(tokens.folded_starts[tokens.until[1:]] + offsets[-1][-1])
    hashes = np.concatenate([part.hashes for part in found] or [np.empty(0, np.uint64)])
    places = np.concatenate([part.places for part in found] or [np.empty(0, np.uint64)])
    _write_windows(hashes, places, bits, windows)
    column = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(),
        len(texts),
        [
            None,
            pa.py_buffer(np.concatenate(offsets).data),
            pa.py_buffer(np.concatenate([*parts, np.empty(0, np.uint8)]).data),
        ],
    )
    with pa.ipc.new_file(str(folded), FOLDED) as file:
        file.write_batch(pa.record_batch([column], schema=FOLDED))
    return len(hashes)


def _folded_batches(texts: "pa.Array[Any] | pa.ChunkedArray[Any]", rule: SpanRule) -> Iterator[tuple[int, Tokens]]:
    workspace = Workspace()
    for batch in batches(as_large_strings(texts)):
        yield batch.first, fold(batch, rule.comparison, workspace, rule.at_least)


def window_hashes(tokens: Tokens, rows: npt.NDArray[np.int64], size: int, seed: np.uint64) -> Windows:
    """Return the windows of `size` tokens in a batch of documents, in the order of their places.

    Args:
        tokens: The tokens.
        rows: The row of each document in its shard.
        size: Tokens of a window.
        seed: What tells these windows from others.
    """
    hashes, places = np.empty(len(tokens.hashes), np.uint64), np.empty(len(tokens.hashes), np.uint64)
    count = hash_windows(tokens.hashes, tokens.until, tokens.folded_starts, rows, size, seed, hashes, places)
    return Windows(hashes[:count], places[:count])


def _seed(source: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "little"))


def _write_windows(hashes: Hashes, places: Hashes, bits: int, path: Path) -> None:
    dealt_hashes, dealt_places = np.empty_like(hashes), np.empty_like(places)
    begins = deal(hashes, places, bits, dealt_hashes, dealt_places)
    columns = pa.array(dealt_hashes), pa.array(dealt_places)
    with pa.ipc.new_file(str(path), WINDOWS) as file:
        for begin, end in pairwise(begins.tolist()):
            parts = [column.slice(begin, end - begin) for column in columns]
            file.write_batch(pa.record_batch(parts, schema=WINDOWS))


def read_windows(path: Path, partition: int) -> Windows:
    """Return one partition of a shard's windows, mapped from its file."""
    with pa.memory_map(str(path)) as file:
        batch = pa.ipc.open_file(file).get_batch(partition)
        return Windows(batch["hash"].to_numpy(), batch["place"].to_numpy())


def read_folded(path: Path) -> FoldedTexts:
    """Return the folded texts of a shard, mapped from their file."""
    with pa.memory_map(str(path)) as file:
        column = pa.ipc.open_file(file).get_batch(0)["folded"]
    _, offsets, data = column.buffers()
    return FoldedTexts(
        np.frombuffer(memoryview(data), np.uint8) if data else np.empty(0, np.uint8),
        np.frombuffer(memoryview(offsets), np.int64)[: len(column) + 1] if offsets else np.zeros(1, np.int64),
    )
