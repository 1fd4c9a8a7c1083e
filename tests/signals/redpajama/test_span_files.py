"""RedPajama-V2's signal files are read into columns and written back byte by byte."""

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest

import signals
from signals.redpajama.form import IMPORTED, LINE_SIGNALS, SIGNALS, type_of
from signals.redpajama.reading import BATCH_LINES, BrokenLine, read_signals
from signals.redpajama.writing import id_number, write_signals


def record(**found: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    return {
        "id": "2023-06/0000/en_head.json.gz/7",
        "id_int": 5,
        "metadata": {"language": "en"},
        "quality_signals": found,
    }


def read(*records: object) -> tuple[list[dict[str, Any]], list[BrokenLine]]:
    lines = [line if isinstance(line, bytes) else orjson.dumps(line) for line in records]
    parts = list(read_signals(lines))
    assert all(part.rows.schema.equals(IMPORTED) for part in parts)
    return [row for part in parts for row in part.rows.to_pylist()], [line for part in parts for line in part.broken]


@pytest.fixture(scope="module")
def published(shared: Path) -> list[bytes]:
    return gzip.decompress((shared / "data/redpajama_v2/it_head.signals.json.gz").read_bytes()).splitlines()


@pytest.fixture(scope="module")
def imported(published: list[bytes]) -> pa.Table:
    parts = list(read_signals(published))
    assert not any(part.broken for part in parts)
    return pa.concat_tables([part.rows for part in parts])


def test_all_45_signals_in_the_types_declared() -> None:
    assert len(set(SIGNALS)) == 45
    declared = {signal.name: signal.type for signal in signals.declared_signals()}
    assert {name: type_of(name) for name in SIGNALS if name in declared} == {
        name: declared[name] for name in SIGNALS if name in declared
    }
    assert {"char_count", "line_start", "line_end"} <= set(declared)
    assert all(IMPORTED.field(name).type == declared[name] for name in ("char_count", "line_start", "line_end"))


def test_published_lines_come_back_byte_by_byte(published: list[bytes], imported: pa.Table) -> None:
    assert len(published) > 300
    assert list(write_signals(imported)) == published


def test_published_values_are_what_we_compute(imported: pa.Table, shared: Path) -> None:
    with gzip.open(shared / "data/redpajama_v2/documents_it_head.json.gz") as file:
        documents = [json.loads(line) for line in file]
    numbers = [int(str(identifier).rpartition("/")[2]) for identifier in imported["id"].to_pylist()]
    texts = pa.array([documents[number]["raw_content"] for number in numbers])
    core = [name for name in IMPORTED.names if name in signals.schema("core").names]
    assert len(core) == 30
    assert signals.compute(texts, ["it"] * len(numbers), core).equals(imported.select(core))


def test_numbers_of_ids_are_theirs(imported: pa.Table) -> None:
    assert imported["id_int"].to_pylist() == [id_number(str(identifier)) for identifier in imported["id"].to_pylist()]
    assert list(write_signals(imported.drop_columns("id_int"))) == list(write_signals(imported))


def test_one_record() -> None:
    spans = [[0, 5, 3], [5, 9, 2]]
    (row,), broken = read(
        record(rps_doc_word_count=[[0, 9, 5]], ccnet_bucket=[[0, 9, None]], rps_lines_num_words=spans)
    )
    assert not broken
    filled = {name: value for name, value in row.items() if value is not None}
    assert filled == {
        "id": "2023-06/0000/en_head.json.gz/7",
        "id_int": 5,
        "language": "en",
        "char_count": 9,
        "line_start": [0, 5],
        "line_end": [5, 9],
        "rps_doc_word_count": 5,
        "rps_lines_num_words": [3, 2],
    }


def test_an_empty_document() -> None:
    empty: dict[str, Any] = {name: [] for name in LINE_SIGNALS} | {"rps_lines_start_with_bulletpoint": [[0, 0, None]]}
    (row,), broken = read(record(ccnet_length=[[0, 0, 0.0]], **empty))
    assert not broken
    assert row["char_count"] == 0
    assert row["line_start"] == row["line_end"] == row["rps_lines_num_words"] == []
    assert row["rps_lines_start_with_bulletpoint"] == [None]
    computed = signals.compute(pa.array([""]), names=[*LINE_SIGNALS, "line_start"]).to_pylist()[0]
    assert computed == {name: row[name] for name in computed}
    (written,) = write_signals(pa.Table.from_pylist([row], IMPORTED))
    found = orjson.loads(written)["quality_signals"]
    assert found["rps_lines_start_with_bulletpoint"] == [[0, 0, None]]
    assert found["rps_lines_num_words"] == []
    assert found["ccnet_length"] == [[0, 0, 0.0]]


def test_what_a_record_lacks_is_null() -> None:
    (row,), broken = read({"id": "a", "quality_signals": {}})
    assert not broken
    assert {name for name, value in row.items() if value is not None} == {"id"}
    (written,) = write_signals(pa.Table.from_pylist([row], IMPORTED))
    assert orjson.loads(written)["quality_signals"]["rps_doc_word_count"] == [[0, 0, None]]


def test_signals_as_a_string_of_json() -> None:
    given = record(ccnet_length=[[0, 4, 4.0]])
    assert read(given | {"quality_signals": json.dumps(given["quality_signals"])}) == read(given)


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b'{"id": "a", "quality_sig', "unexpected end"),
        (b"[]", "not an object with id and quality_signals"),
        (b'{"id": 7, "quality_signals": {}}', "not an object with id and quality_signals"),
        (b'{"id": "a"}', "not an object with id and quality_signals"),
        (b'{"id": "a", "quality_signals": "{"}', "unexpected end"),
        (b"\xff\xfe", "str is not valid UTF-8"),
        (record(ccnet_length=[[0, 4]]), "ccnet_length is not one"),
        (record(ccnet_length=[[0, 4, 1.0], [4, 5, 1.0]]), "ccnet_length is not one"),
        (record(ccnet_length=4.0), "ccnet_length is not one"),
        (record(ccnet_length=[[0, 4, "long"]]), "ccnet_length: Could not convert 'long'"),
        (record(rps_doc_word_count=[[0, 4, 1.5]]), "rps_doc_word_count: Float value 1.500000 was truncated"),
        (
            record(ccnet_length=[[0, 4, 4.0]], ccnet_nlines=[[0, 5, 1.0]]),
            "ccnet_nlines is of 5 characters, others of 4",
        ),
        (record(rps_lines_num_words=[[0, 4]]), "rps_lines_num_words is not a list of"),
        (record(rps_lines_num_words=[[0, 4, 1], [4, 5]]), "rps_lines_num_words is not a list of"),
        (record(rps_lines_num_words=[[0, "x", 1]]), "line_end: Could not convert 'x'"),
        (record(rps_lines_num_words=[[0, 4.5, 1]]), "line_end: Float value 4.500000 was truncated"),
        (record(rps_lines_num_words=7), "rps_lines_num_words is not a list of"),
        (
            record(rps_lines_javascript_counts=[[0, 4, 0.0]], rps_lines_num_words=[[0, 5, 1]]),
            "the lines of rps_lines_num_words are others",
        ),
    ],
)
def test_a_broken_line_is_told_with_its_number(line: bytes | dict[str, Any], detail: str) -> None:
    whole = record(ccnet_length=[[0, 4, 4.0]])
    rows, broken = read(whole, b"\n", line, whole)
    assert [row["ccnet_length"] for row in rows] == [4.0, 4.0]
    (found,) = broken
    assert found.row == 3
    assert detail in found.detail
    assert found.raw == (line if isinstance(line, bytes) else orjson.dumps(line))


def test_rows_are_numbered_through_batches() -> None:
    whole = orjson.dumps(record(ccnet_length=[[0, 4, 4.0]]))
    count = 2 * BATCH_LINES + 10
    rows, broken = read(*[b"{" if number % 1000 == 999 else whole for number in range(count)])
    assert len(rows) == count - 2
    assert [line.row for line in broken] == [1000, 2000]


def test_no_lines() -> None:
    assert list(read_signals([])) == []
    assert list(write_signals(IMPORTED.empty_table())) == []


def test_needed_columns() -> None:
    with pytest.raises(ValueError, match="char_count, line_end, which are missing"):
        list(write_signals(IMPORTED.empty_table().drop_columns(["char_count", "line_end"])))
