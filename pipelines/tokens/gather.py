"""Gathering encoded documents into one token shard: all of a language, or a bucket of it, in seeded order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.tokens.megatron import Tokens
from pipelines.tokens.provenance import PROVENANCE

# A shard is held in memory while it is put in order: 128 MiB of two-byte ids, 256 MiB of four-byte ones.
MAX_SHARD_TOKENS = 2**26

_TOKENS_AT_A_TIME = 2**20


@dataclass(frozen=True)
class Gathered:
    """The content of a token shard, not yet written.

    Attributes:
        tokens: Ids of all documents back to back, as they were read, `[tokens]`.
        starts: Where each sequence begins in `tokens`, in the order of the shard, int64 `[sequences]`.
        lengths: Tokens of each sequence, int64 `[sequences]`.
        provenance: Where each sequence came from; columns of `PROVENANCE`.
    """

    tokens: Tokens
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    provenance: pa.Table

    def sequences(self) -> Iterator[tuple[Tokens, npt.NDArray[np.int64]]]:
        """Yield the ids of the shard in its order, a bounded number at a time, with the lengths of their sequences."""
        ends = self.lengths.cumsum()
        first = 0
        while first < len(ends):
            written = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, written + _TOKENS_AT_A_TIME)))
            lengths = self.lengths[first:last]
            shifts = self.starts[first:last] - (lengths.cumsum() - lengths)
            yield self.tokens[np.repeat(shifts, lengths) + np.arange(int(lengths.sum()))], lengths
            first = last


def bucket_count(tokens: int, most: int = MAX_SHARD_TOKENS) -> int:
    """Return into how many shards a language's tokens are cut: the least power of two that keeps them small enough.

    Powers of two, so that a language that grows splits its buckets instead of dealing all documents anew.
    """
    return 1 << max(0, -(-tokens // most) - 1).bit_length()


def gather(tables: Iterable[pa.Table], dtype: np.dtype[Any]) -> Gathered:
    """Put encoded documents in seeded order, whatever order they come in.

    Args:
        tables: Rows of `ENCODED`.
        dtype: Type that ids are stored in.
    """
    facts: list[pa.Table] = []
    tokens: list[Tokens] = [np.zeros(0, dtype)]
    for table in tables:
        lists: Any = table["tokens"].combine_chunks()
        tokens.append(lists.flatten().to_numpy().astype(dtype))
        lengths = pc.list_value_length(lists)
        facts.append(table.drop_columns("tokens").append_column("length", lengths.cast(pa.int32())))
    documents = pa.concat_tables(facts)
    lengths_read = documents["length"].to_numpy().astype(np.int64)
    starts_read = lengths_read.cumsum() - lengths_read
    order = pc.sort_indices(documents, [("key", "ascending"), ("id", "ascending")]).to_numpy()
    lengths_ordered = lengths_read[order]
    provenance = documents.take(pa.array(order))
    provenance = provenance.append_column("sequence", pa.array(np.arange(len(order))))
    provenance = provenance.append_column("offset", pa.array(lengths_ordered.cumsum() - lengths_ordered))
    return Gathered(
        tokens=np.concatenate(tokens),
        starts=starts_read[order],
        lengths=lengths_ordered,
        provenance=provenance.select(PROVENANCE.names).cast(PROVENANCE),
    )
