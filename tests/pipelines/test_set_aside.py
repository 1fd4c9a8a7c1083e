from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.corpus import Outcome, Receipt
from pipelines.corpus.receipts import Output
from pipelines.corpus.schemas import QUARANTINE
from pipelines.set_aside import note_on_bad_records

LISTS = 'loam sql CORPUS "FROM quarantine" lists them'


def _corpus(root: Path, tables: Mapping[str, list[int] | None]) -> list[Receipt]:
    """Write quarantine of so many lost records an entry; None for a table of one entry that does not say."""
    receipts = []
    for name, rows in tables.items():
        path = f"quarantine/{name}.parquet"
        bad = [{"file": "a.parquet", "row": None, "detail": "no footer"}] * (1 if rows is None else len(rows))
        table = pa.Table.from_pylist(bad, QUARANTINE)
        if rows is not None:
            table = table.append_column("rows", pa.array(rows, pa.int64()))
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, root / path)
        outputs = {path: Output("", 0, table.num_rows)}
        receipts.append(Receipt("ingest", 1, name, 0, "", {}, {}, outputs, Outcome(0, 0, {}, 0)))
    return receipts


@pytest.mark.parametrize(
    ("tables", "count"),
    [
        ({"ingest/docs/a": [1, 1]}, "2"),
        ({"ingest/docs/a": [1, 1200]}, "1,201 in 2 entries"),
        ({"ingest/docs/a": [0]}, "0 in 1 entry"),
        ({"benchmarks/benchmarks": None, "ingest/docs/a": [5]}, "6 in 2 entries"),
    ],
)
def test_the_records_that_entries_stand_for_are_counted(
    tmp_path: Path, tables: Mapping[str, list[int] | None], count: str
) -> None:
    assert note_on_bad_records(tmp_path, "CORPUS", _corpus(tmp_path, tables)) == [
        f"bad records set aside: {count}, the first in a.parquet: no footer; {LISTS}"
    ]


def test_what_lies_elsewhere_is_counted_by_entries(tmp_path: Path) -> None:
    receipts = _corpus(tmp_path, {"ingest/docs/a": [5], "ingest/docs/b": [1, 1]})
    (tmp_path / "quarantine/ingest/docs/a.parquet").unlink()
    (note,) = note_on_bad_records(tmp_path, "CORPUS", receipts)
    assert note.startswith("bad records set aside: 3 entries, the first in a.parquet: no footer; ")
    (tmp_path / "quarantine/ingest/docs/b.parquet").unlink()
    assert note_on_bad_records(tmp_path, "CORPUS", receipts) == [f"bad records set aside: 3 entries; {LISTS}"]


def test_where_none_is_set_aside_nothing_is_said(tmp_path: Path) -> None:
    assert note_on_bad_records(tmp_path, "CORPUS", []) == []
