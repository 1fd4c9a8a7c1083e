from pathlib import Path

import pytest

from pipelines.errors import LoamError
from pipelines.parallel_text import read_parallel


def test_columns_and_json_are_read(tmp_path: Path) -> None:
    columns, lines = tmp_path / "a.tsv", tmp_path / "a.jsonl"
    columns.write_bytes(b"Good day.\tBom dia.\r\n\nYes\tSim")
    lines.write_text('{"reference": "Sim\\t!", "source": "Yes", "more": 1}\n', encoding="utf-8")
    assert list(read_parallel(columns)) == [("Good day.", "Bom dia."), ("Yes", "Sim")]
    assert list(read_parallel(lines)) == [("Yes", "Sim\t!")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "one\ttwo\nalone\n"),
        ("a.tsv", "one\ttwo\none\ttwo\tthree\n"),
        ("a.tsv", "one\ttwo\n\ttwo\n"),
        ("a.jsonl", '{"source": "a", "reference": "b"}\n{"source": "a"}\n'),
        ("a.jsonl", '{"source": "a", "reference": "b"}\n{"source": 3, "reference": "b"}\n'),
        ("a.jsonl", '{"source": "a", "reference": "b"}\nx\n'),
    ],
)
def test_what_is_no_pair_is_said_with_its_line(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(LoamError, match=f"{name}, line 2: no pair"):
        list(read_parallel(tmp_path / name))


def test_missing_and_undecodable_files_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes(b"\xff\t\xff")
    for name in ("a.tsv", "b.tsv"):
        with pytest.raises(LoamError, match=name):
            list(read_parallel(tmp_path / name))
