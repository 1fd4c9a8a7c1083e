"""What the documents of each cluster declare: the distinct values, gathered shard by shard."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.dedup.arrays import indices

_CLUSTER_SHIFT = np.uint64(32)
_VALUE_MASK = np.uint64(0xFFFFFFFF)


class DistinctValues:
    """Gathers the distinct values of clusters, each value as a number while there are many."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._pairs = np.empty(0, np.uint64)

    def add(self, clusters: npt.NDArray[np.int64], values: "pa.ChunkedArray[Any]") -> None:
        """Add one value, or null, for each of some places of clusters."""
        encoded: Any = values.combine_chunks().dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        codes = np.array([self._codes.setdefault(text, len(self._codes)) for text in texts], np.uint64)
        declared = encoded.is_valid().to_numpy(False)
        indices = encoded.indices.drop_null().to_numpy()
        pairs = clusters[declared].astype(np.uint64) << _CLUSTER_SHIFT | codes[indices]
        self._pairs = np.union1d(self._pairs, pairs)

    def lists(self, clusters: int) -> "pa.Array[Any]":
        """Return the sorted values of each cluster."""
        texts = sorted(self._codes)
        rank = np.empty(len(texts), np.uint64)
        rank[[self._codes[text] for text in texts]] = np.arange(len(texts), dtype=np.uint64)
        of_cluster = self._pairs >> _CLUSTER_SHIFT
        pairs = np.sort(of_cluster << _CLUSTER_SHIFT | rank[self._pairs & _VALUE_MASK])
        offsets = np.zeros(clusters + 1, np.int32)
        np.cumsum(np.bincount((pairs >> _CLUSTER_SHIFT).astype(np.int64), minlength=clusters), out=offsets[1:])
        values = pa.array(texts, pa.string()).take(indices(pairs & _VALUE_MASK))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
