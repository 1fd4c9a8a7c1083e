import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.sources import parquet, record
from tests.pipelines.sources.reading import input_file, read_all


def write(path: Path, table: pa.Table, row_group_size: int = 1000) -> Path:
    pq.write_table(table, path, row_group_size=row_group_size)
    return path


def strings(values: list[bytes | None]) -> pa.Array:
    """Return strings that need not be UTF-8, as a careless writer leaves them."""
    stored = pa.array(values, pa.binary())
    return pa.StringArray.from_buffers(len(stored), stored.buffers()[1], stored.buffers()[2], stored.buffers()[0])


def test_maps_columns_and_keeps_the_others(tmp_path: Path) -> None:
    table = pa.table(
        {
            "content": ["Guten Tag", "Hello"],
            "number": [17, 18],
            "language": ["de", None],
            "licence": ["MIT", ""],
            "created": [dt.datetime(2024, 5, 1, tzinfo=dt.UTC), None],
            "score": [0.5, None],
            "tags": [["a", "b"], []],
        }
    )
    columns = {"text": "content", "id": "number", "lang": "language", "license": "licence"}
    first, second = read_all(parquet.READER, write(tmp_path / "docs.parquet", table), columns).records
    assert (first["row"], first["key"], first["lang"], first["created"]) == (
        1,
        "17",
        "deu_Latn",
        "2024-05-01T00:00:00Z",
    )
    assert first["license_declared"] == "MIT"
    assert json.loads(first["license_evidence"])[0]["locator"] == "docs.parquet:licence"
    assert first["meta"] == '{"lang":"de","score":0.5,"tags":["a","b"]}'
    assert (second["license_declared"], second["license_evidence"], second["lang"]) == (None, None, None)


def test_quarantines_rows_without_usable_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MAX_TEXT_BYTES", 100)
    texts = strings([b"good", None, b"caf\xe9", b"", b" \n ", b"x" * 101, "caf\u00e9".encode()])
    found = read_all(parquet.READER, write(tmp_path / "docs.parquet", pa.table({"text": texts})))
    assert found.reasons == [(2, "null_text"), (3, "bad_utf8"), (4, "empty_text"), (5, "empty_text"), (6, "too_large")]
    assert found.bad[1].raw == b"caf\xe9"
    assert [(row["row"], row["text"]) for row in found.records] == [(1, "good"), (7, "caf\u00e9")]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", "b"]),
        pa.array(["a", "b"], pa.large_string()),
        pa.array(["a", "b"], pa.string_view()),
        pa.array(["a", "b"]).dictionary_encode(),
        pa.array([b"a", b"b"], pa.binary()),
    ],
    ids=lambda column: str(column.type),
)
def test_takes_text_in_every_string_type(tmp_path: Path, column: pa.Array) -> None:
    found = read_all(parquet.READER, write(tmp_path / "docs.parquet", pa.table({"text": column})))
    assert [row["text"] for row in found.records] == ["a", "b"]


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (pa.array([1, 2]), "wrong_type"),
        (pa.array([["a"], ["b"]]), "wrong_type"),
        (pa.nulls(2), "null_text"),
    ],
    ids=lambda value: str(getattr(value, "type", value)),
)
def test_text_column_of_another_type(tmp_path: Path, column: pa.Array, reason: str) -> None:
    found = read_all(parquet.READER, write(tmp_path / "docs.parquet", pa.table({"text": column})))
    assert found.reasons == [(1, reason), (2, reason)]


def test_bad_utf8_outside_the_text_hurts_no_record(tmp_path: Path) -> None:
    bad = strings([b"caf\xe9", b"fine"])
    found = read_all(
        parquet.READER, write(tmp_path / "docs.parquet", pa.table({"text": ["a", "b"], "title": bad, "note": bad}))
    )
    assert [row["title"] for row in found.records] == ["caf\\xe9", "fine"]
    assert json.loads(found.records[0]["meta"]) == {"note": "caf\\xe9"}


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (1_714_521_600_123_456_789, pa.timestamp("ns"), "2024-05-01T00:00:00.123456789"),
        (1_714_521_600_000, pa.timestamp("ms", "America/Lima"), "2024-05-01T00:00:00Z"),
        (2**62, pa.timestamp("ms"), "<value out of range: 4611686018427387904>"),
    ],
)
def test_times_that_python_cannot_hold(tmp_path: Path, value: int, type_: pa.DataType, expected: str) -> None:
    times = pa.array([value], pa.int64()).cast(type_)
    table = pa.table(
        {"text": ["a"], "created": times, "when": times, "nested": pa.array([[value]]).cast(pa.list_(type_))}
    )
    (record_,) = read_all(parquet.READER, write(tmp_path / "docs.parquet", table)).records
    assert record_["created"] == expected
    assert json.loads(record_["meta"])["when"] == expected


def test_missing_text_column_is_one_fault_of_all_rows(tmp_path: Path) -> None:
    found = read_all(parquet.READER, write(tmp_path / "docs.parquet", pa.table({"body": ["a"] * 5}), 2))
    (bad,) = found.bad
    assert (bad.row, bad.reason, bad.rows) == (None, "missing_column", 5)
    assert "only body" in bad.detail


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty_file"), (b"PAR1 and no more", "unreadable_file"), (b"x", "unreadable_file")]
)
def test_file_that_is_no_parquet(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "docs.parquet"
    path.write_bytes(content)
    assert read_all(parquet.READER, path).reasons == [(None, reason)]


def test_file_without_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "docs.parquet", pa.table({"text": pa.array([], pa.string())}))
    assert read_all(parquet.READER, path).reasons == [(None, "empty_file")]


def test_truncated_file(tmp_path: Path) -> None:
    path = write(tmp_path / "docs.parquet", pa.table({"text": ["a"] * 1000}))
    path.write_bytes(path.read_bytes()[:-100])
    assert read_all(parquet.READER, path).reasons == [(None, "unreadable_file")]


def test_damaged_row_group_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "docs.parquet", pa.table({"text": [f"text {n}" for n in range(30)]}), 10)
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    content = bytearray(path.read_bytes())
    content[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(content)
    found = read_all(parquet.READER, path)
    assert [row["row"] for row in found.records] == [*range(1, 11), *range(21, 31)]
    (bad,) = found.bad
    assert (bad.row, bad.reason, bad.rows) == (11, "unreadable_rows", 10)


def test_splits_between_row_groups_and_counts_rows_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "docs.parquet", pa.table({"text": [f"text {n}" * 50 for n in range(100)]}), 10)
    monkeypatch.setattr(parquet, "PART_BYTES", 3000)
    parts = parquet.READER.parts(input_file(path))
    assert len(parts) > 2
    assert [part.index for part in parts] == list(range(len(parts)))
    assert [row["row"] for row in read_all(parquet.READER, path).records] == list(range(1, 101))


def test_batches_are_bounded_whatever_the_row_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH_TEXT_BYTES", 10_000)
    path = write(tmp_path / "docs.parquet", pa.table({"text": [f"{n:1000}" for n in range(100)]}))
    (part,) = parquet.READER.parts(input_file(path))
    sizes = [batch.records.num_rows for batch in parquet.READER.read(part, {}, {})]
    assert sum(sizes) == 100
    assert max(sizes) <= parquet.READ_ROWS


def test_reads_the_shared_documents(shared: Path) -> None:
    found = read_all(parquet.READER, shared / "data/debian_docs.parquet")
    assert len(found.records) == 26_573
    assert found.bad == []
    assert record.RECORDS.names == list(found.records[0])
