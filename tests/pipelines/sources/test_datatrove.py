import json
from pathlib import Path

import pytest

from pipelines.errors import RecipeError
from pipelines.sources import datatrove
from tests.pipelines.sources.reading import read_all

pytest.importorskip("datatrove")
pytestmark = pytest.mark.filterwarnings("ignore")


def test_json_lines_by_datatrove(tmp_path: Path) -> None:
    path = tmp_path / "a[1].jsonl"
    rows = [
        {"body": "un", "id": "x1", "metadata": {"url": "https://a", "date": "2020", "language": "fr", "score": 0.5}},
        {"body": ""},
        {"body": "deux", "kind": "note"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "b.jsonl").write_text(json.dumps({"body": "another file"}))
    found = read_all(datatrove.READER, path, options={"args": ("text_key=body",)})
    first, second = found.records
    assert (first["key"], first["text"], first["url"], first["created"], first["lang"]) == (
        *("x1", "un", "https://a", "2020", "fra_Latn"),
    )
    assert json.loads(first["meta"]) == {"lang": "fr", "score": 0.5}
    assert (second["key"], second["text"], json.loads(second["meta"])) == (None, "deux", {"kind": "note"})
    assert found.dropped == {"empty_text": 1}


def test_records_that_it_passes_over_are_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\n{broken\n{"text": "two"}\n')
    found = read_all(datatrove.READER, path)
    assert [record["text"] for record in found.records] == ["one", "two"]
    assert [bad.reason for bad in found.bad] == ["reader_warning"]
    assert str(tmp_path) not in found.bad[0].detail


def test_another_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,id\none,1\ntwo,2\n")
    found = read_all(datatrove.READER, path, options={"reader": "datatrove.pipeline.readers.CSVReader"})
    assert [(record["key"], record["text"]) for record in found.records] == [("1", "one"), ("2", "two")]


def test_what_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"no parquet")
    assert read_all(datatrove.READER, path, options={"reader": "ParquetReader"}).reasons == [(1, "reader_failed")]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"reader": "NoReader"}, "has no NoReader"),
        ({"reader": "nothing.of.the.Kind"}, "No module named 'nothing'"),
        ({"args": ("text_key",)}, "expected NAME=VALUE"),
        ({"args": ("limit=3",)}, "none of add_file_path"),
        ({"args": ("no_such=3",)}, "no_such"),
    ],
)
def test_wrong_options(tmp_path: Path, options: dict[str, str | tuple[str, ...]], why: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{}")
    with pytest.raises(RecipeError, match=why):
        read_all(datatrove.READER, path, options=options)
