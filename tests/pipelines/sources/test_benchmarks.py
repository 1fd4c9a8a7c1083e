import bz2
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.sources.benchmarks import BenchmarkText, read_benchmark, strings_in
from pipelines.sources.record import BadRecord, InputFile


def read(path: Path) -> list[BenchmarkText | BadRecord]:
    return list(read_benchmark(InputFile(str(path), path.name, path.stat().st_size)))


def test_strings_wherever_they_are_nested() -> None:
    value = {"q": "a", "n": 1, "choices": ["b", {"text": "c", "right": True}, ["d"]], "none": None, "": "e"}
    assert list(strings_in(value)) == [
        ("q", "a"),
        ("choices[]", "b"),
        ("choices[].text", "c"),
        ("choices[][]", "d"),
        ("", "e"),
    ]
    assert list(strings_in("alone")) == [("", "alone")]


def test_json_lines_by_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.bz2"
    path.write_bytes(bz2.compress(b'{"q": "one"}\n\n[1,\n"two"\n{"q": "\xff"}'))
    first, bad, second, undecodable = read(path)
    assert first == BenchmarkText(1, "q", "one")
    assert isinstance(bad, BadRecord)
    assert (bad.row, bad.reason, bad.raw) == (3, "bad_json", b"[1,")
    assert second == BenchmarkText(4, "", "two")
    assert isinstance(undecodable, BadRecord)
    assert (undecodable.row, undecodable.reason) == (5, "bad_json")


def test_parquet_by_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.PARQUET"
    rows = [{"q": "one", "choices": {"label": ["A"], "text": ["x"]}, "n": 1}, {"q": None, "choices": None, "n": 2}]
    pq.write_table(pa.Table.from_pylist(rows), path)
    assert read(path) == [
        BenchmarkText(1, "q", "one"),
        BenchmarkText(1, "choices.label[]", "A"),
        BenchmarkText(1, "choices.text[]", "x"),
    ]


@pytest.mark.parametrize(("name", "content"), [("a.parquet", b"PAR1"), ("a.jsonl.gz", b"\x1f\x8bno")])
def test_a_damaged_file_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (bad,) = read(tmp_path / name)
    assert isinstance(bad, BadRecord)
    assert bad.detail
