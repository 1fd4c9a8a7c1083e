"""RedPajama-V2's signal files, out of a corpus and into tables, by the command line."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signals.redpajama.form import IMPORTED, SIGNALS
from tests.pipelines.conftest import SmallCorpus, loam

TEXT = "Il porto era calmo la mattina presto.\nNessuno aveva ancora aperto il mercato, ma c'era odore di pane.\n"
RECIPE = """\
name: crawl
build_date: 2026-11-24
sources:
  - {name: crawl, kind: jsonl, path: "it_head.json.gz", columns: {text: raw_content, lang: language, url: url}}
annotate: {groups: [core, language, ccnet, models]}
tokenize: {tokenizer: train, vocab_size: 400}
run: {workers: 1}
"""
RECORD = {
    "url": "https://www.example.org:8080/a",
    "length": 98,
    "nlines": 2,
    "source_domain": "www.example.org:8080",
    "raw_content": TEXT,
    "cc_segment": "crawl-data/x.wet.gz",
    "original_nlines": 5,
    "original_length": 240,
    "language": "it",
    "language_score": 0.97,
    "perplexity": 231.4,
    "bucket": "head",
}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def crawl(folder: Path) -> Path:
    with gzip.open(folder / "it_head.json.gz", "wt") as file:
        file.write(json.dumps(RECORD) + "\n")
    (folder / "crawl.yaml").write_text(RECIPE)
    result = loam("run", f"{folder}/crawl.yaml", "--corpus", f"{folder}/corpus", "--until", "annotate", "--quiet")
    assert result.exit_code == 0, result.output
    return folder / "corpus"


def test_a_crawl_is_exported_as_redpajama_writes_it(tmp_path: Path) -> None:
    corpus = crawl(tmp_path)
    result = loam("redpajama", "export", str(corpus), "--to", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert "1 documents in 1 signal files" in result.stdout
    (path,) = (tmp_path / "out/crawl").glob("*.signals.json.gz")
    (record,) = records(path)
    assert record["metadata"] == {
        "cc_segment": "crawl-data/x.wet.gz",
        "cc_net_source": None,
        "url": "https://www.example.org:8080/a",
        "source_domain": "www.example.org:8080",
        "language": "it",
        "snapshot_id": None,
    }
    found, length = record["quality_signals"], len(TEXT)
    assert list(found) == list(SIGNALS)
    assert found["ccnet_original_length"] == [[0, length, 240.0]]
    assert found["ccnet_perplexity"] == [[0, length, 231.4]]
    assert found["ccnet_bucket"] == [[0, length, 0.0]]
    assert found["rps_doc_word_count"] == [[0, length, 18]]
    assert found["rps_doc_ml_wikipedia_score"] == [[0, length, None]]
    assert found["rps_doc_ut1_blacklist"] == [[0, length, None]]
    assert found["rps_lines_num_words"] == [[0, 38, 7], [38, length, 11]]


def test_what_is_exported_is_imported_again(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    assert loam("redpajama", "export", str(small_corpus.root), "--to", str(tmp_path / "out")).exit_code == 0
    result = loam("redpajama", "import", str(tmp_path / "out"), "--to", str(tmp_path / "tables"))
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "tables/quarantine.parquet").exists()
    tables = sorted((tmp_path / "tables").rglob("*.parquet"))
    assert tables
    for path in tables:
        name = path.relative_to(tmp_path / "tables")
        table, signals = pq.read_table(path), pq.read_table(small_corpus.root / "signals/core" / name)
        shared = [column for column in IMPORTED.names if column in signals.column_names]
        assert len(shared) == 31
        assert table.select(shared).equals(signals.select(shared))


def test_the_same_signals_are_the_same_bytes(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert loam("redpajama", "export", str(small_corpus.root), "--to", str(tmp_path / name)).exit_code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").rglob("*.gz")}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "two").rglob("*.gz")}
    assert first


def test_published_files_are_imported(shared: Path, tmp_path: Path) -> None:
    result = loam("redpajama", "import", str(shared / "data/redpajama_v2"), "--to", str(tmp_path))
    assert result.exit_code == 0, result.output
    table = pq.read_table(tmp_path / "it_head.parquet")
    assert table.num_rows == 373
    assert table.schema.equals(IMPORTED)


def test_broken_lines_and_damaged_files_are_kept_apart(tmp_path: Path) -> None:
    whole = json.dumps({"id": "a", "quality_signals": {"ccnet_length": [[0, 3, 3.0]]}}).encode()
    lines = b"\n".join([whole, b"{broken", whole]) + b"\n"
    (tmp_path / "in/2023-06").mkdir(parents=True)
    (tmp_path / "in/2023-06/en_head.signals.json.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "in/cut.signals.json.gz").write_bytes(gzip.compress(lines * 2000)[:-200])
    (tmp_path / "in/none.signals.json.gz").write_bytes(b"not gzip")
    result = loam("redpajama", "import", str(tmp_path / "in"), "--to", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert "lines that are no records" in result.stderr
    assert pq.read_table(tmp_path / "out/2023-06/en_head.parquet")["id"].to_pylist() == ["a", "a"]
    assert pq.read_table(tmp_path / "out/none.parquet").num_rows == 0
    assert pq.read_table(tmp_path / "out/cut.parquet").num_rows > 0
    kept = pq.read_table(tmp_path / "out/quarantine.parquet").to_pylist()
    first = kept[0]
    assert (first["file"], first["row"], first["reason"]) == ("2023-06/en_head.signals.json.gz", 2, "broken_record")
    assert first["raw"] == b"{broken\n"
    damaged = [(row["file"], row["row"]) for row in kept if row["reason"] == "damaged_file"]
    assert [file for file, _ in damaged] == ["cut.signals.json.gz", "none.signals.json.gz"]
    assert damaged[1][1] == 1
    rows_of_cut = pq.read_table(tmp_path / "out/cut.parquet").num_rows
    broken_of_cut = sum(row["file"] == "cut.signals.json.gz" for row in kept)
    assert damaged[0][1] == rows_of_cut + broken_of_cut


@pytest.mark.parametrize("name", ["no-such-folder", "."])
def test_no_signal_file(tmp_path: Path, name: str) -> None:
    result = loam("redpajama", "import", str(tmp_path / name), "--to", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "no signal file" in result.stderr


def test_a_corpus_that_is_not_annotated(tmp_path: Path) -> None:
    crawl_folder = tmp_path / "crawl"
    crawl_folder.mkdir()
    with gzip.open(crawl_folder / "it_head.json.gz", "wt") as file:
        file.write(json.dumps(RECORD) + "\n")
    (crawl_folder / "crawl.yaml").write_text(RECIPE)
    arguments = ("run", f"{crawl_folder}/crawl.yaml", "--corpus", f"{crawl_folder}/corpus", "--until", "ingest")
    assert loam(*arguments, "--quiet").exit_code == 0
    result = loam("redpajama", "export", f"{crawl_folder}/corpus", "--to", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "not annotated" in result.stderr


def test_signatures_are_written_and_read(shared: Path, tmp_path: Path) -> None:
    published = shared / "data/redpajama_v2/it_head.minhash.parquet"
    shutil.copy(shared / "data/redpajama_v2/documents_it_head.json.gz", tmp_path / "it_head.json.gz")
    (tmp_path / "crawl.yaml").write_text(RECIPE.replace("ccnet, models]", "minhash_redpajama_v2]"))
    arguments = ("run", f"{tmp_path}/crawl.yaml", "--corpus", f"{tmp_path}/corpus", "--until", "annotate", "--quiet")
    assert loam(*arguments).exit_code == 0
    result = loam("redpajama", "export", f"{tmp_path}/corpus", "--to", f"{tmp_path}/out")
    assert result.exit_code == 0, result.output
    (path,) = (tmp_path / "out/crawl").glob("*.minhash.parquet")
    written, theirs = pq.read_table(path), pq.read_table(published)
    assert written.schema.equals(theirs.schema)
    bands = [name for name in written.column_names if name.startswith("signature")]
    known = {str(row) for row in written.select(bands).to_pylist()}
    assert {str(row) for row in theirs.select(bands).to_pylist()} <= known
    result = loam("redpajama", "import", f"{tmp_path}/out", "--to", f"{tmp_path}/tables")
    assert result.exit_code == 0, result.output
    assert f"signatures of {written.num_rows}" in result.stdout
    name = path.relative_to(tmp_path / "out")
    read = pq.read_table(tmp_path / "tables" / name)
    (made,) = (tmp_path / "corpus/signals/minhash_redpajama_v2/crawl").glob("*.parquet")
    assert read.equals(pq.read_table(made).cast(read.schema))


def test_a_file_without_signatures_is_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/cut.minhash.parquet").write_bytes(b"PAR1")
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "in/other.minhash.parquet")
    result = loam("redpajama", "import", str(tmp_path / "in"), "--to", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    kept = pq.read_table(tmp_path / "out/quarantine.parquet").to_pylist()
    assert [(row["file"], row["reason"]) for row in kept] == [
        ("cut.minhash.parquet", "damaged_file"),
        ("other.minhash.parquet", "damaged_file"),
    ]
    assert not list((tmp_path / "out").glob("*.minhash.parquet"))
