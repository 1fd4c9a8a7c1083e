import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.sources.translation import GENERATION, READER
from tests.pipelines.sources.reading import read_all

ROWS = [
    {"text": "Bom dia.", "lang": "pt", "derived_from": "a1", "license": "CC-BY-4.0", "engine": "opus-mt 1"},
    {"text": "Boa noite.", "lang": "por_Latn", "derived_from": None, "license": "CC-BY-4.0", "engine": "opus-mt 1"},
    {"text": "Olá.", "lang": "por_Latn", "derived_from": "a3", "license": None, "engine": None},
]


def written(path: Path) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["t.parquet", "t.jsonl"])
def test_translations_name_their_parent_and_the_change(tmp_path: Path, name: str) -> None:
    read = read_all(READER, written(tmp_path / name))
    assert [record["derived_from"] for record in read.records] == ["a1", "a3"]
    assert [record["lang"] for record in read.records] == ["por_Latn", "por_Latn"]
    assert [json.loads(record["attribution"])["changes"] for record in read.records] == [
        ["machine-translated by opus-mt 1"],
        ["machine-translated"],
    ]
    assert json.loads(read.records[0]["meta"])["engine"] == "opus-mt 1"
    assert GENERATION == 1


@pytest.mark.parametrize("name", ["t.parquet", "t.jsonl"])
def test_a_record_without_a_parent_is_quarantined(tmp_path: Path, name: str) -> None:
    read = read_all(READER, written(tmp_path / name))
    assert read.reasons == [(2, "missing_derived_from")]
    assert read.bad[0].raw == b"Boa noite."


def test_earlier_changes_stay(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    row = {**ROWS[0], "attribution": {"creators": ["Ada"], "changes": ["abridged"]}}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (record,) = read_all(READER, path).records
    assert json.loads(record["attribution"]) == {
        "creators": ["Ada"],
        "changes": ["abridged", "machine-translated by opus-mt 1"],
    }
