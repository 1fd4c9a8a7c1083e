"""Orders of documents: a seeded one that depends on nothing but their ids, and that of another table."""

import hashlib
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

_ID_DIGITS = 32


def order_keys(ids: Column, salt: str) -> npt.NDArray[np.uint64]:
    """Return a uniformly distributed 64-bit key for each document.

    Another salt gives an unrelated order. The key is the salted id (128 bits) through the finalizer of SplitMix64
    (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"), half by half.

    Args:
        ids: Document ids: 32 hexadecimal digits each.
        salt: What the order is for, with the seed in it.

    Raises:
        pa.ArrowInvalid: An id has another length.
    """
    digits = ids.cast(pa.binary()).cast(pa.binary(_ID_DIGITS)).to_numpy(zero_copy_only=False)
    ascii_codes = np.frombuffer(b"".join(digits), np.uint8)
    nibbles = ((ascii_codes & 15) + 9 * (ascii_codes >> 6)).reshape(-1, 2)
    halves = (nibbles[:, 0] << 4 | nibbles[:, 1]).view(">u8").astype(np.uint64).reshape(-1, 2)
    start = np.frombuffer(hashlib.blake2b(salt.encode(), digest_size=8).digest(), np.uint64)
    return _mixed(_mixed(halves[:, 0] ^ start) ^ halves[:, 1])


def aligned(table: pa.Table, column: str, ids: Column) -> Column:
    """Return a column of a table about documents in the order of `ids`; null where it does not know one.

    Args:
        table: Holds `id` and the column, each document once.
        column: The column wanted.
        ids: Documents.
    """
    return table[column].take(pc.index_in(ids, value_set=table["id"]))


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
