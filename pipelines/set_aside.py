"""What a run says about the bad records that it set aside."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.corpus.receipts import Receipt
from pipelines.terminal import printable

_FOLDER = "quarantine/"


def note_on_bad_records(root: Path, named: str, receipts: Iterable[Receipt]) -> list[str]:
    """Return a sentence on how many bad records stand in quarantine and why the first does; none where none does.

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
    first = next(filter(Path.is_file, (root / path for path in sorted(tables))), None)
    example = "" if first is None else f", the first {_told(first)}"
    return [f'bad records set aside: {sum(tables.values()):,}{example}; loam sql {named} "FROM quarantine" lists them']


def _told(table: Path) -> str:
    with pq.ParquetFile(table) as file:
        record = next(file.iter_batches(1, columns=["file", "row", "detail"])).to_pylist()[0]
    row = "" if record["row"] is None else f", record {record['row']:,}"
    return printable(f"in {record['file']}{row}: {record['detail']}")
