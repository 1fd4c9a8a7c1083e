"""RedPajama-V2's MinHash files: a Parquet table with the bands of each document's signature for four similarities.

After togethercomputer/RedPajama-Data at 6d2cee9, app/src/dedupe/minhash.py.
"""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signals.minhash.shinglings import PERMUTATIONS, REDPAJAMA_V2

# Bands and rows by similarity; a band is written as its values with the most significant byte first.
BANDS = {"1.0": (1, 128), "0.9": (5, 25), "0.8": (9, 13), "0.7": (14, 9)}
_COLUMNS: dict[str, pa.DataType] = {
    "shard_id": pa.string(),
    "id": pa.string(),
    "id_int": pa.uint64(),
    **{f"signature_sim{similarity}": pa.list_(pa.binary()) for similarity in BANDS},
}
SCHEMA = pa.schema(_COLUMNS)

_WHOLE = "signature_sim1.0"
_ID_BYTES = 8


def write_minhash(ids: "pa.ChunkedArray[Any]", shard_id: str, signatures: "pa.ChunkedArray[Any]") -> pa.Table:
    """Return a table of RedPajama-V2's form.

    Args:
        ids: The documents' ids, such as `2023-06/0000/it_head.json.gz/0`.
        shard_id: The file that they come from, such as `2023-06/0000/it_head.json.gz`.
        signatures: The signal `minhash_redpajama_v2`.
    """
    rows, present = _values(signatures), signatures.is_valid().to_numpy()
    columns: dict[str, Any] = {
        "shard_id": pa.repeat(pa.scalar(shard_id), len(ids)),
        "id": ids,
        "id_int": pa.array([_number(str(identity)) for identity in ids.to_pylist()], pa.uint64()),
    }
    for similarity, (bands, size) in BANDS.items():
        columns[f"signature_sim{similarity}"] = _bands(rows, present, bands, size)
    return pa.table(columns, schema=SCHEMA)


def read_minhash(table: pa.Table) -> pa.Table:
    """Return the ids and signatures of a table of RedPajama-V2's form, as the columns `id` and `minhash_redpajama_v2`.

    Raises:
        ValueError: A signature is not as long as it should be.
    """
    whole: Any = table[_WHOLE].combine_chunks()
    present = whole.is_valid().to_numpy(False)
    values: Any = whole.flatten()
    sizes = pc.unique(pc.binary_length(values)).to_pylist()
    if len(values) != present.sum() or sizes not in ([], [4 * PERMUTATIONS]):
        raise ValueError(f"{_WHOLE}: expected one signature of {4 * PERMUTATIONS} bytes a document, or null")
    stored = np.frombuffer(b"".join(values.to_pylist()), ">u4").astype("<u4").reshape(-1, PERMUTATIONS)
    rows = np.zeros((len(whole), PERMUTATIONS), "<u4")
    rows[present] = stored
    validity: Any = pa.array(present)
    buffers = [validity.buffers()[1], pa.py_buffer(rows.data)]
    kind = pa.binary(4 * PERMUTATIONS)
    signatures = pa.FixedSizeBinaryArray.from_buffers(kind, len(whole), buffers)
    return pa.table({"id": table["id"], REDPAJAMA_V2.signal: signatures})


def _values(signatures: "pa.ChunkedArray[Any]") -> npt.NDArray[np.uint32]:
    filled = signatures.combine_chunks().fill_null(bytes(4 * PERMUTATIONS))
    joined = b"".join(value for value in filled.to_pylist() if value is not None)
    values: npt.NDArray[np.uint32] = np.frombuffer(joined, "<u4").reshape(-1, PERMUTATIONS)
    return values


def _bands(rows: npt.NDArray[np.uint32], present: npt.NDArray[np.bool_], bands: int, size: int) -> "pa.Array[Any]":
    """Return a list of bands for each document, null where it has no signature."""
    stored = np.ascontiguousarray(rows[present, : bands * size].astype(">u4"))
    count = int(present.sum()) * bands
    bounds: Any = pa.array(np.arange(count + 1, dtype=np.int32) * (4 * size))
    values = pa.BinaryArray.from_buffers(pa.binary(), count, [None, bounds.buffers()[1], pa.py_buffer(stored.data)])
    offsets: Any = pa.array(np.concatenate([[0], np.cumsum(present) * bands]).astype(np.int32))
    absent: Any = pa.array(~present)
    return pa.ListArray.from_arrays(offsets, values, mask=absent)


def _number(identity: str) -> int:
    """Return an id as a number: the first bytes of its SHA-1, the least significant first."""
    return int.from_bytes(hashlib.sha1(identity.encode(), usedforsecurity=False).digest()[:_ID_BYTES], "little")
