"""Token shards as files: many made one, one made many. What is known of each sequence goes along."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import CorpusError, LoamError
from pipelines.tokens.megatron import ShardIndex, data_path, index_bytes, index_path, read_index
from pipelines.tokens.provenance import PROVENANCE, provenance_path

_COPIED_BYTES = 2**24
_NAME_DIGITS = 32


@dataclass(frozen=True)
class _Run:
    """Consecutive sequences of a shard.

    Attributes:
        prefix: The shard.
        index: Its index.
        first: The first sequence.
        last: The one behind the last.
    """

    prefix: Path
    index: ShardIndex
    first: int
    last: int

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        return self.index.lengths[self.first : self.last]

    def documents(self) -> npt.NDArray[np.int64]:
        """Return the document boundaries inside, counted from its first sequence, less the one at its beginning."""
        inside = self.index.document_indices[1:]
        return inside[(inside > self.first) & (inside <= self.last)] - self.first

    def content(self) -> Iterator[bytes]:
        """Yield its token ids as they are stored, some at a time."""
        itemsize = self.index.dtype.itemsize
        left = int(self.lengths.sum(dtype=np.int64)) * itemsize
        with data_path(self.prefix).open("rb") as file:
            file.seek(int(self.index.pointers[self.first]) if left else 0)
            while left:
                read = file.read(min(_COPIED_BYTES, left))
                if not read:
                    raise CorpusError(f"{data_path(self.prefix)}: cut short; tokenize again")
                left -= len(read)
                yield read

    def provenance(self) -> pa.Table | None:
        """Return what is known of its sequences; None where nothing is."""
        path = Path(provenance_path(str(self.prefix)))
        return pq.read_table(path).slice(self.first, self.last - self.first) if path.is_file() else None


def merge_shards(prefixes: Sequence[Path], folder: Path) -> Path:
    """Write one shard that holds the sequences of several, in their order; returns its prefix.

    Args:
        prefixes: Shards of one dtype, without `.bin` and `.idx`.
        folder: Where it goes, named by its content.

    Raises:
        LoamError: There is none, or their dtypes differ.
        CorpusError: One is damaged.
    """
    runs = [_Run(prefix, index, 0, len(index.lengths)) for prefix in prefixes for index in [_index(prefix)]]
    dtypes = {run.index.dtype for run in runs}
    if len(dtypes) != 1:
        held = ", ".join(f"{run.prefix}: {run.index.dtype}" for run in runs) or "no shard given"
        raise LoamError(f"shards are merged when their ids have one type ({held})")
    return _write(runs, folder)


def split_shard(prefix: Path, folder: Path, tokens: int) -> list[Path]:
    """Write a shard as several of at most some tokens; returns their prefixes.

    A sequence that is longer stands alone in a shard.

    Args:
        prefix: The shard, without `.bin` and `.idx`; one of whose documents is one sequence each.
        folder: Where they go, named by their content.
        tokens: The most tokens of one.

    Raises:
        LoamError: A document has several sequences, which would be parted.
        CorpusError: The shard is damaged.
    """
    index = _index(prefix)
    if not np.array_equal(index.document_indices, np.arange(len(index.lengths) + 1)):
        raise LoamError(f"{prefix}: documents of several sequences, or of none; only one sequence a document is split")
    ends = index.lengths.cumsum(dtype=np.int64)
    written: list[Path] = []
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + tokens, side="right")))
        written.append(_write([_Run(prefix, index, first, last)], folder))
        first = last
    return written


def _index(prefix: Path) -> ShardIndex:
    try:
        return read_index(index_path(prefix))
    except OSError as error:
        raise LoamError(f"{index_path(prefix)}: {error.strerror}") from None


def _write(runs: Sequence[_Run], folder: Path) -> Path:
    """Write runs as one shard: the index takes its name last, so that no loader sees half a pair."""
    folder.mkdir(parents=True, exist_ok=True)
    lengths = np.concatenate([run.lengths for run in runs])
    index = index_bytes(lengths, runs[0].index.dtype, _boundaries(runs))
    digest = hashlib.sha256()
    temporary = folder / f".{os.getpid()}.merging"
    try:
        with temporary.open("wb") as file:
            for run in runs:
                for content in run.content():
                    digest.update(content)
                    file.write(content)
        digest.update(index)
        tables = [run.provenance() for run in runs]
        ids = [str(document) for table in tables if table is not None for document in table["id"].to_pylist()]
        digest.update("".join(ids).encode())
        prefix = folder / f"t{digest.hexdigest()[:_NAME_DIGITS]}_text_document"
        temporary.rename(data_path(prefix))
        known = [table for table in tables if table is not None]
        if len(known) == len(tables):
            _write_whole(Path(provenance_path(str(prefix))), _joined(known, lengths))
        _write_whole(index_path(prefix), index)
    finally:
        temporary.unlink(missing_ok=True)
    return prefix


def _boundaries(runs: Sequence[_Run]) -> npt.NDArray[np.int64]:
    parts, before = [np.zeros(1, np.int64)], 0
    for run in runs:
        parts.append(run.documents() + before)
        before += run.last - run.first
    return np.concatenate(parts)


def _joined(tables: Sequence[pa.Table], lengths: npt.NDArray[np.integer[Any]]) -> bytes:
    ends = lengths.cumsum(dtype=np.int64)
    facts = pa.concat_tables([table.drop_columns(["sequence", "offset"]) for table in tables])
    facts = facts.append_column("sequence", pa.array(np.arange(len(lengths), dtype=np.int64)))
    facts = facts.append_column("offset", pa.array(ends - lengths))
    sink = pa.BufferOutputStream()
    pq.write_table(facts.select(PROVENANCE.names).cast(PROVENANCE), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    temporary.write_bytes(content)
    temporary.rename(path)
