import gzip
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.sources import READERS
from signals.redpajama.form import SIGNALS
from tests.pipelines.sources.reading import input_file, read_all

FILE = "2023-06/0000/it_head"


@pytest.fixture
def tree(shared: Path, tmp_path: Path) -> Path:
    """A copy of RedPajama-V2's tree with one file of documents."""
    stored = shared / "data/redpajama_v2"
    for source, place in (
        ("documents_it_head.json.gz", f"documents/{FILE}.json.gz"),
        ("it_head.signals.json.gz", f"quality_signals/{FILE}.signals.json.gz"),
        ("it_head.minhash.parquet", f"minhash/{FILE}.minhash.parquet"),
        ("duplicates.parquet", f"duplicates/{FILE}.all.parquet"),
    ):
        (tmp_path / place).parent.mkdir(parents=True)
        shutil.copy(stored / source, tmp_path / place)
    row = {"shard_id": f"{FILE}.json.gz", "doc_id": f"{FILE}.json.gz/5", "digest": "ABC"}
    duplicates = tmp_path / f"duplicates/{FILE}.duplicates.parquet"
    pq.write_table(
        pa.concat_tables([pq.read_table(stored / "duplicates.parquet"), pa.Table.from_pylist([row])]), duplicates
    )
    return tmp_path


def test_redpajama_v2_is_joined_by_id(tree: Path) -> None:
    found = read_all(READERS["redpajama_v2"], tree / f"documents/{FILE}.json.gz")
    assert found.bad == []
    assert len(found.records) == 373
    with gzip.open(tree / f"quality_signals/{FILE}.signals.json.gz") as lines:
        published = {record["id"]: record["quality_signals"] for record in map(json.loads, lines)}
    duplicates = set(pq.read_table(tree / f"duplicates/{FILE}.duplicates.parquet")["doc_id"].to_pylist())
    assert f"{FILE}.json.gz/5" in duplicates
    for number, record in enumerate(found.records):
        assert record["key"] == f"{FILE}.json.gz/{number}"
        meta = json.loads(record["meta"])
        signals = published.get(record["key"])
        stated = signals and signals["rps_doc_word_count"][0][2]
        assert meta.get("quality_signals", {}).get("rps_doc_word_count") == stated
        assert set(meta.get("quality_signals", {})) <= set(SIGNALS)
        assert meta.get("duplicate", False) == (record["key"] in duplicates)
        assert meta["digest"]
        assert record["lang"] == "ita_Latn"


def test_redpajama_v2_without_its_other_tables(tree: Path) -> None:
    for table in ("quality_signals", "minhash", "duplicates"):
        shutil.rmtree(tree / table)
    found = read_all(READERS["redpajama_v2"], tree / f"documents/{FILE}.json.gz")
    assert len(found.records) == 373
    assert all("quality_signals" not in record["meta"] for record in found.records)


def test_redpajama_v2_with_damaged_tables(tree: Path) -> None:
    signals = tree / f"quality_signals/{FILE}.signals.json.gz"
    signals.write_bytes(signals.read_bytes()[:5000])
    (tree / f"duplicates/{FILE}.duplicates.parquet").write_bytes(b"PAR1")
    found = read_all(READERS["redpajama_v2"], tree / f"documents/{FILE}.json.gz")
    assert len(found.records) == 373
    assert {bad.reason for bad in found.bad} == {"damaged_signals", "damaged_duplicates"}


def test_redpajama_v2_takes_only_documents_of_a_tree(tree: Path) -> None:
    files = [path for path in sorted(tree.rglob("*")) if path.is_file()]
    read = [path.name for path in files if READERS["redpajama_v2"].parts(input_file(path))]
    assert read == ["it_head.json.gz"]


FINEWEB = {
    "text": "Une page.",
    "id": "<urn:uuid:1>",
    "dump": "CC-MAIN-2024-10",
    "url": "https://example.org/",
    "date": "2024-02-20T21:41:55Z",
    "file_path": "s3://commoncrawl/x.warc.gz",
    "language": "en",
    "language_score": 0.97,
    "token_count": 4,
}
FINEWEB_2 = FINEWEB | {
    "language": "srp",
    "language_script": "Latn",
    "minhash_cluster_size": 3,
    "top_langs": '{"srp_Latn_score": 0.9}',
}


@pytest.mark.parametrize(
    ("kind", "row", "lang"),
    [
        ("fineweb", FINEWEB, "eng_Latn"),
        ("fineweb_edu", FINEWEB | {"score": 3.4, "int_score": 3}, "eng_Latn"),
        ("fineweb2", FINEWEB_2, "srp_Latn"),
    ],
)
def test_columns_of_fineweb(tmp_path: Path, kind: str, row: dict[str, object], lang: str) -> None:
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "000.parquet")
    (record,) = read_all(READERS[kind], tmp_path / "000.parquet").records
    assert (record["key"], record["url"], record["created"]) == (row["id"], row["url"], row["date"])
    assert record["lang"] == lang
    assert record["license_declared"] is None
    assert json.loads(record["license_evidence"])[0]["class"] == "E6"
    others = set(row) - {"text", "id", "url", "date", "language"}
    assert others <= set(json.loads(record["meta"]))


def test_a_repository_says_its_licence_for_no_record(tmp_path: Path) -> None:
    (tmp_path / "data/en").mkdir(parents=True)
    (tmp_path / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n# Data\n")
    path = tmp_path / "data/en/train.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "one", "license": "MIT"}\n{"text": "two"}\n'))
    reader = READERS["huggingface"]
    file = input_file(path)
    (part,) = reader.parts(type(file)(file.path, "data/en/train.jsonl.gz", file.size))
    (batch,) = reader.read(part, {}, {})
    found = [json.loads(value)[0] for value in batch.records["license_evidence"].to_pylist()]
    assert [(entry["class"], entry["value"]) for entry in found] == [("E2", "MIT"), ("E6", "cc-by-4.0")]
    assert batch.records["license_declared"].to_pylist() == ["MIT", None]


def test_a_file_without_records(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x")
    assert read_all(READERS["huggingface"], tmp_path / "model.bin").reasons == [(None, "unknown_format")]


def test_ccnet_fields(tmp_path: Path) -> None:
    row = {
        "url": "https://example.org/a", "date_download": "2023-02-01T00:00:00Z", "digest": "sha1:ABC",
        "raw_content": "Text.", "language": "it", "perplexity": 300.5, "bucket": "head", "title": "A", "nlines": 1,
    }  # fmt: skip
    path = tmp_path / "it_head.json.gz"
    path.write_bytes(gzip.compress(json.dumps(row).encode()))
    (record,) = read_all(READERS["ccnet"], path).records
    assert (record["text"], record["lang"], record["created"]) == ("Text.", "ita_Latn", "2023-02-01T00:00:00Z")
    assert json.loads(record["meta"])["digest"] == "sha1:ABC"
