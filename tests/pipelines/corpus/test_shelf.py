import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.corpus import Outcome, Shelf, Unit
from pipelines.corpus import shelf as shelf_module
from pipelines.corpus.files import own_temporary_of, publish
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.schemas import DECISIONS
from pipelines.errors import CorpusError

COLUMNS: list[tuple[str, pa.DataType]] = [("id", pa.string()), ("text", pa.large_string()), ("number", pa.int64())]
SCHEMA = pa.schema(COLUMNS)
UNIT = Unit("annotate", "docs/one", 0, (), {"a": 1})


def _table(rows: int, first: int = 0) -> pa.Table:
    numbers = list(range(first, first + rows))
    return pa.table(
        {"id": [f"{n:032x}" for n in numbers], "text": [f"text {n}" for n in numbers], "number": numbers}
    ).cast(SCHEMA)


def _commit(shelf: Shelf, rows_in: int = 0, rows_out: int = 0, **dropped: int) -> None:
    shelf.commit(UNIT, 1, {}, Outcome(rows_in, rows_out, dropped, 0))


def _written(root: Path, parts: Sequence[pa.Table]) -> bytes:
    shelf = Shelf(root)
    with shelf.open_writer("signals/x.parquet", SCHEMA) as writer:
        for part in parts:
            writer.write(part)
    _commit(shelf)
    return (root / "signals/x.parquet").read_bytes()


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cuts=st.sets(st.integers(0, 45), max_size=10))
def test_batching_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: set[int]) -> None:
    monkeypatch.setattr(shelf_module, "ROWS_PER_GROUP", 16)
    whole = _table(45)
    bounds = [0, *sorted(cuts), 45]
    parts = [whole.slice(start, stop - start) for start, stop in pairwise(bounds)]
    assert _written(tmp_path, parts) == _written(tmp_path, [whole])
    metadata = pq.read_metadata(tmp_path / "signals/x.parquet")
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == [16, 16, 13]


def test_row_groups_are_bounded(tmp_path: Path) -> None:
    rows = shelf_module.ROWS_PER_GROUP + 1
    _written(tmp_path, [_table(rows)])
    metadata = pq.read_metadata(tmp_path / "signals/x.parquet")
    assert (metadata.num_row_groups, metadata.num_rows) == (2, rows)
    assert metadata.row_group(0).column(1).compression == "ZSTD"


def test_batches_of_a_chunked_table_and_record_batches(tmp_path: Path) -> None:
    chunked = pa.concat_tables([_table(3), _table(4, 3)])
    batches = _table(7).to_batches(max_chunksize=2)
    assert _written(tmp_path, [chunked]) == _written(tmp_path, [pa.Table.from_batches([b]) for b in batches])
    shelf = Shelf(tmp_path)
    assert shelf.read("signals/x.parquet").equals(_table(7))
    assert shelf.read("signals/x.parquet", ["number"]).column_names == ["number"]
    assert [batch.num_rows for batch in shelf.batches("signals/x.parquet", ["id"], rows=3)] == [3, 3, 1]


def test_a_shard_without_rows_is_a_table(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.write("decisions/x.parquet", DECISIONS.empty_table())
    _commit(shelf)
    table = shelf.read("decisions/x.parquet")
    assert (table.num_rows, table.schema) == (0, DECISIONS.remove_metadata())


def test_nothing_is_seen_before_the_commit_and_the_receipt_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path)
    shelf.write("signals/a.parquet", _table(2))
    shelf.temporary("signals/b.bin").write_bytes(b"raw")
    assert not (tmp_path / "signals/a.parquet").exists()
    assert list(read_receipts(tmp_path)) == []
    order: list[str] = []

    def publish_and_tell(finished: Mapping[Path, Path]) -> None:
        order.extend(path.name for path in finished.values())
        publish(finished)

    monkeypatch.setattr(shelf_module, "publish", publish_and_tell)
    monkeypatch.setattr(shelf_module, "write_receipt", lambda *_: order.append("receipt"))
    _commit(shelf)
    assert order == ["a.parquet", "b.bin", "receipt"]
    assert sorted(path.name for path in (tmp_path / "signals").iterdir()) == ["a.parquet", "b.bin"]


def test_the_old_receipt_goes_before_new_outputs_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Shelf(tmp_path)
    first.write("signals/a.parquet", _table(2))
    _commit(first)
    assert len(list(read_receipts(tmp_path))) == 1
    second = Shelf(tmp_path)
    second.write("signals/a.parquet", _table(3))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shelf_module, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        _commit(second)
    assert list(read_receipts(tmp_path)) == []


def test_a_receipt_tells_what_was_written(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.write("signals/a.parquet", _table(5))
    shelf.temporary("tokens/b.bin").write_bytes(b"12345678")
    receipt = shelf.commit(UNIT, 3, {}, Outcome(7, 5, {"empty": 2}, 11))
    assert list(receipt.outputs) == ["signals/a.parquet", "tokens/b.bin"]
    table, raw = receipt.outputs.values()
    assert (table.rows, table.bytes) == (5, os.path.getsize(tmp_path / "signals/a.parquet"))  # noqa: PTH202 -- the test's own measure
    assert (raw.rows, raw.bytes) == (None, 8)
    assert raw.sha256 == "ef797c8118f02dfb649607dd5d3f8c7623048c9c063d532cc95c5ed7a898a64f"
    assert list(read_receipts(tmp_path)) == [receipt]


def test_a_file_may_be_named_by_its_content(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with shelf.open_writer("tokens/pending.parquet", SCHEMA) as writer:
        writer.write(_table(4))
    table = own_temporary_of(tmp_path / "tokens/pending.parquet")
    raw = shelf.temporary("tokens/pending.bin")
    raw.write_bytes(b"x")
    shelf.publish_as(raw, "tokens/abc.bin")
    shelf.publish_as(table, "tokens/abc.parquet")
    receipt = shelf.commit(UNIT, 1, {}, Outcome(0, 0, {}, 0))
    assert {path: output.rows for path, output in receipt.outputs.items()} == {
        "tokens/abc.bin": None,
        "tokens/abc.parquet": 4,
    }
    assert sorted(path.name for path in (tmp_path / "tokens").iterdir()) == ["abc.bin", "abc.parquet"]


def test_a_path_is_written_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.write("signals/a.parquet", _table(1))
    with pytest.raises(CorpusError, match=r"signals/a\.parquet: written twice by one unit"):
        shelf.write("signals/a.parquet", _table(1))
    with pytest.raises(CorpusError, match="written twice"):
        shelf.publish_as(shelf.temporary("signals/b.parquet"), "signals/a.parquet")


@pytest.mark.parametrize(("rows_in", "rows_out", "dropped"), [(5, 4, 0), (5, 5, 1), (0, 1, 0)])
def test_lost_rows_are_an_error_and_nothing_is_published(
    tmp_path: Path, rows_in: int, rows_out: int, dropped: int
) -> None:
    shelf = Shelf(tmp_path)
    shelf.write("signals/a.parquet", _table(1))
    with pytest.raises(
        CorpusError, match=rf"annotate docs/one: {rows_in} rows in, {rows_out} out, {dropped} dropped: "
    ):
        _commit(shelf, rows_in, rows_out, some_reason=dropped)
    assert not (tmp_path / "signals/a.parquet").exists()
    assert list(read_receipts(tmp_path)) == []
