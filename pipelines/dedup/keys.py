"""The keys by which copies and candidates find each other, computed shard by shard."""

import hashlib
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.dedup.candidates import band_keys, signature_rows
from pipelines.dedup.profiles import Banding
from pipelines.dedup.urls import canonical_urls
from pipelines.rules.expressions import Expression, evaluate

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"
Hashes = npt.NDArray[np.uint64]

NO_KEY = np.uint64(0)
_HASH_BYTES = 16
_DIGEST = Expression("dedup.exact.on: digest", "meta ->> '$.digest'", frozenset({"meta"}))


def halves_of_hashes(hashes: "pa.ChunkedArray[Any]") -> tuple[Hashes, Hashes]:
    """Return the two halves of 16-byte hashes; NO_KEY for null."""
    filled: Any = hashes.combine_chunks().fill_null(bytes(_HASH_BYTES))
    if not len(filled):
        return np.empty(0, np.uint64), np.empty(0, np.uint64)
    data: Any = filled.buffers()[1]
    whole = np.frombuffer(data, "<u8", 2 * len(filled), filled.offset * _HASH_BYTES).reshape(-1, 2)
    return whole[:, 0].astype(np.uint64), whole[:, 1].astype(np.uint64)


def halves_of_strings(strings: Column) -> tuple[Hashes, Hashes]:
    """Return the two halves of a 16-byte hash of each string; NO_KEY for null and for an empty one."""
    none = bytes(_HASH_BYTES)
    hashed = [
        hashlib.blake2b(value.encode(), digest_size=_HASH_BYTES).digest() if value else none
        for value in strings.to_pylist()
    ]
    return halves_of_hashes(pa.chunked_array([pa.array(hashed, pa.binary(_HASH_BYTES))]))


def url_keys(urls: Column) -> tuple[Hashes, Hashes]:
    """Return the keys of URLs in one spelling."""
    return halves_of_strings(canonical_urls(urls))


def digest_keys(metas: Column) -> tuple[Hashes, Hashes]:
    """Return the keys of the digests that sources brought in `meta.digest`; whether it names its function or not."""
    digests = evaluate(pa.table({"meta": metas}), _DIGEST)
    bare: Any = pa.compute.replace_substring_regex(digests, pattern="^(?i:sha1|sha256|md5):", replacement="")
    return halves_of_strings(bare)


def banded(signatures: "pa.ChunkedArray[Any]", banding: Banding) -> Hashes:
    """Return uint64[bands, documents], the key of each band; NO_KEY where there is no signature."""
    found, rows = signature_rows(signatures)
    hashes = band_keys(found, banding)
    np.maximum(hashes, 1, out=hashes)
    if len(rows) == len(signatures):
        return hashes
    keys = np.full((banding.bands, len(signatures)), NO_KEY, np.uint64)
    keys[:, rows] = hashes
    return keys
