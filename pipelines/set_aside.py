"""What a run says about the bad records that it set aside."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.corpus.receipts import Receipt
from pipelines.terminal import printable

_FOLDER, _ROWS = "quarantine/", "rows"


def note_on_bad_records(root: Path, named: str, receipts: Iterable[Receipt]) -> list[str]:
    """Return a sentence on how many bad records are set aside and why the first is; none where none is.

    A stretch of a file that cannot be read is one entry of quarantine, and the records lost with it are told beside
    it: they count where all entries lie here.

    Args:
        root: The corpus, as far as it lies here.
        named: The corpus as the user names it.
        receipts: All that stands in it.
    """
    tables = {
        path: output.rows or 0
        for receipt in receipts
        for path, output in receipt.outputs.items()
        if path.startswith(_FOLDER)
    }
    if not tables:
        return []
    here = [table for table in (root / path for path in sorted(tables)) if table.is_file()]
    entries = sum(tables.values())
    records = sum(map(_records, here)) if len(here) == len(tables) else None
    count = f"{entries:,}" if records == entries else f"{entries:,} {'entry' if entries == 1 else 'entries'}"
    if records not in (None, entries):
        count = f"{records:,} in {count}"
    example = f", the first {_told(here[0])}" if here else ""
    return [f'bad records set aside: {count}{example}; loam sql {named} "FROM quarantine" lists them']


def _records(table: Path) -> int:
    """Return how many records the entries of a table stand for: one each, where it does not say."""
    with pq.ParquetFile(table) as file:
        if _ROWS not in file.schema_arrow.names:
            return int(file.metadata.num_rows)
        return int(pc.sum(file.read([_ROWS])[_ROWS]).as_py() or 0)


def _told(table: Path) -> str:
    with pq.ParquetFile(table) as file:
        record = next(file.iter_batches(1, columns=["file", "row", "detail"])).to_pylist()[0]
    row = "" if record["row"] is None else f", record {record['row']:,}"
    return printable(f"in {record['file']}{row}: {record['detail']}")
