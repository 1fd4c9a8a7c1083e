"""RedPajama-V2's MinHash files, out of a corpus and into tables."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.corpus import Shard, Shelf
from pipelines.corpus.files import publish, temporary_of
from pipelines.corpus.receipts import read_receipts
from signals.minhash.shinglings import REDPAJAMA_V2
from signals.redpajama.minhash import read_minhash, write_minhash

SUFFIX = ".minhash.parquet"

_GROUP = f"signals/{REDPAJAMA_V2.signal}"


def export_minhash(root: Path, to: Path) -> int:
    """Write the signatures of a corpus as RedPajama-V2's files, one for each shard of documents that has them.

    A document's id is this corpus's own.

    Args:
        root: The corpus.
        to: Receives SOURCE/SHARD.minhash.parquet.

    Returns:
        How many documents they tell of.
    """
    standing = sorted(path for receipt in read_receipts(root) for path in receipt.outputs)
    documents = 0
    for shard in (Shard.of(path) for path in standing if path.startswith(f"{_GROUP}/")):
        signatures = Shelf(root).read(shard.path(_GROUP), ["id", REDPAJAMA_V2.signal])
        table = write_minhash(signatures["id"], shard.unit, signatures[REDPAJAMA_V2.signal])
        _write(to / shard.source / f"{shard.name}{SUFFIX}", table)
        documents += table.num_rows
    return documents


def import_minhash(path: Path, to: Path) -> int:
    """Read one of RedPajama-V2's files into a table with the columns `id` and `minhash_redpajama_v2`.

    Args:
        path: The file.
        to: The table (Parquet).

    Returns:
        How many documents it tells of.

    Raises:
        ValueError: It is no such file.
        OSError: It cannot be read.
    """
    try:
        table = read_minhash(pq.read_table(path))
    except (KeyError, pa.ArrowException) as error:
        raise ValueError(f"no MinHash file of RedPajama-V2: {str(error).splitlines()[0]}") from error
    _write(to, table)
    return table.num_rows


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, temporary_of(path), compression="snappy")  # as RedPajama's own
    publish({temporary_of(path): path})
