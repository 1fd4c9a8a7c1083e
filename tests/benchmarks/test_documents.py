from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import documents as measured
from benchmarks.documents import (
    DocumentsError,
    Material,
    default_documents,
    evenly_spread,
    files_of,
    lay_down,
    read_columns,
    read_texts,
)
from pipelines.recipe import load_recipe


def test_any_stretch_gives_its_share_however_rows_are_batched() -> None:
    whole = evenly_spread(0, 1000, 0.13)
    assert len(whole) == 130
    assert 12 <= sum(400 <= row < 500 for row in whole) <= 14
    batched = [start + row for start in range(0, 1000, 50) for row in evenly_spread(start, 50, 0.13)]
    assert batched == whole


def test_a_share_beyond_one_takes_every_row_once() -> None:
    assert evenly_spread(5, 4, 3.0) == [0, 1, 2, 3]


def test_documents_of_a_parquet_file_are_laid_down_with_a_recipe(tmp_path: Path) -> None:
    texts = [f"Text {number:03}" for number in range(100)]
    source = tmp_path / "source.parquet"
    pq.write_table(pa.table({"text": [*texts, None], "lang": ["eng"] * 101, "other": range(101)}), source)
    material = Material(tmp_path)
    documents, sample = lay_down(source, material, limit_bytes=400)
    assert (documents.documents, documents.text_bytes) == (50, 400)
    assert sample == documents
    column, languages = read_texts(material.documents)
    assert set(column.to_pylist()) < set(texts)
    assert set(languages) == {"eng"}
    assert load_recipe(material.recipe).sources[0].path == (material.documents.name,)


def test_a_corpus_lends_its_documents(tmp_path: Path) -> None:
    shard = tmp_path / "corpus/documents/docs/one.parquet"
    shard.parent.mkdir(parents=True)
    pq.write_table(pa.table({"id": ["a"], "text": ["Ein Text."], "license_declared": ["CC0-1.0"]}), shard)
    material = Material(tmp_path)
    assert files_of(tmp_path / "corpus") == [shard]
    assert read_columns(tmp_path / "corpus", ["text"]).to_pylist() == [{"text": "Ein Text."}]
    lay_down(tmp_path / "corpus", material, limit_bytes=1000)
    assert pq.read_table(material.documents).to_pylist() == [{"id": "a", "text": "Ein Text.", "license": "CC0-1.0"}]


def test_a_corpus_that_was_only_begun_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "begun" / "ledger").mkdir(parents=True)
    (tmp_path / "shared.parquet").touch()
    monkeypatch.setattr(measured, "_PLACES", (tmp_path / "begun", tmp_path / "shared.parquet"))
    assert default_documents() == tmp_path / "shared.parquet"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"content": ["Text"]}, "no column `text`, only content"),
        ({"text": pa.array([None], pa.string())}, "no text in it"),
        ({"text": pa.array([], pa.string())}, "no rows"),
    ],
)
def test_a_source_without_text_is_refused(tmp_path: Path, table: dict[str, object], message: str) -> None:
    source = tmp_path / "source.parquet"
    pq.write_table(pa.table(table), source)
    with pytest.raises(DocumentsError, match=message):
        lay_down(source, Material(tmp_path), limit_bytes=1000)


def test_what_is_not_there_or_no_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentsError, match="no such file"):
        lay_down(tmp_path / "absent.parquet", Material(tmp_path), 1000)
    with pytest.raises(DocumentsError, match="a folder without documents"):
        lay_down(tmp_path, Material(tmp_path), 1000)
