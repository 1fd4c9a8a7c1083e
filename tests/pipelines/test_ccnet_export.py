import base64
import gzip
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from pipelines.ccnet_export import ccnet_record
from pipelines.cli import app
from pipelines.sources import ccnet
from tests.pipelines.sources.reading import read_all

ROW: dict[str, Any] = {
    "text": "First line\nthird line",
    "original": "First line\nsecond line\nthird line",
    "lang": "deu_Latn",
    "declared": "deu_Latn",
    "url": "https://www.example.org:8080/a?b",
    "title": "A title",
    "created": "2023-02-01T00:00:00Z",
    "meta": None,
}
COPIES = "Diese Zeile steht auf jeder Seite und wird darum von keiner behalten."


def test_what_is_measured_here_fills_the_fields_of_ccnet() -> None:
    record = ccnet_record({**ROW, "lid_score": 0.98765, "perplexity_ccnet": 321.987, "perplexity_bucket": "middle"})
    digest = base64.b32encode(hashlib.sha1(ROW["original"].encode()).digest()).decode()  # noqa: S324
    assert record == {
        "url": ROW["url"],
        "date_download": ROW["created"],
        "digest": f"sha1:{digest}",
        "length": 21,
        "nlines": 2,
        "source_domain": "www.example.org:8080",
        "title": "A title",
        "raw_content": ROW["text"],
        "original_nlines": 3,
        "original_length": 33,
        "language": "de",
        "language_score": 0.99,
        "perplexity": 322.0,
        "bucket": "middle",
    }


def test_what_ccnet_measured_goes_first() -> None:
    meta = {"digest": "sha1:X", "perplexity": 9.5, "bucket": "head", "language_score": 0.5, "original_nlines": 99}
    record = ccnet_record({**ROW, "meta": json.dumps({**meta, "line_ids": [0]}), "perplexity_bucket": "tail"})
    assert {name: record[name] for name in meta} == meta
    assert "line_ids" not in record  # of another text
    assert ccnet_record({**ROW, "text": ROW["original"], "meta": '{"line_ids": [0]}'})["line_ids"] == [0]


def test_a_document_without_measures_is_of_no_bucket() -> None:
    record = ccnet_record({**ROW, "url": "http://[broken", "lang": "ast_Latn", "title": None})
    assert (record["bucket"], record["language"], record["source_domain"], record["title"]) == ("all", "ast", "", "")
    assert not {"perplexity", "language_score"} & record.keys()


def _corpus(tmp_path: Path, documents: Path, kind: str) -> Path:
    recipe = {
        "name": "export",
        "build_date": "2026-01-01",
        "sources": [{"name": "pages", "kind": kind, "path": str(documents), "license": "CC-BY-4.0"}],
        "annotate": {"groups": ["core", "language"]},
        "dedup": {"spans": {"lines": "ccnet"}},
        "licensing": {"profile": "open"},
        "publish": {"title": "Pages"},
    }
    path = tmp_path / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    corpus = tmp_path / "corpus"
    done = CliRunner().invoke(app, ["run", str(path), "--corpus", str(corpus), "--workers", "1", "--quiet"])
    assert done.exit_code == 0, done.output
    return corpus


def _export(corpus: Path, to: Path) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["export", "ccnet", str(corpus), "--to", str(to)])
    assert done.exit_code == 0, done.output
    lines = [
        line for path in sorted(to.glob("*/*/*.json.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    assert f"{len(lines)} documents in " in done.output
    return [json.loads(line) for line in lines]


def test_a_corpus_comes_back_through_kind_ccnet(tmp_path: Path) -> None:
    towns = ("Rostock", "Bremen", "Lindau", "Husum")  # of which numbers would be no words to CCNet
    texts = [f"Der Hafen von {town} lag still, und alle Boote kamen mit dem Brot.\n{COPIES}" for town in towns]
    source = tmp_path / "pages.jsonl"
    lines = (json.dumps({"text": text, "url": f"https://e.org/{n}", "title": "T"}) for n, text in enumerate(texts))
    source.write_text("\n".join(lines))
    written = _export(_corpus(tmp_path, source, "jsonl"), tmp_path / "mined")
    assert len(written) == 4
    assert not any(COPIES in record["raw_content"] for record in written)  # edits are applied
    assert {record["language"] for record in written} == {"de"}

    (path,) = (tmp_path / "mined").glob("pages/*/de_all.json.gz")
    found = read_all(ccnet.READER, path)
    assert found.bad == []
    assert [record["text"] for record in found.records] == [record["raw_content"] for record in written]
    assert {record["lang"] for record in found.records} == {"deu_Latn"}
    assert {record["title"] for record in found.records} == {"T"}
    again = tmp_path / "again"
    again.mkdir()
    shutil.copy(path, again / path.name)
    rewritten = _export(_corpus(again, again / path.name, "ccnet"), tmp_path / "twice")
    assert rewritten == written


def test_published_documents_of_redpajama_keep_their_fields(shared: Path, tmp_path: Path) -> None:
    stored = gzip.decompress((shared / "data/redpajama_v2/documents_it_head.json.gz").read_bytes()).splitlines()[:40]
    (tmp_path / "it_head.json").write_bytes(b"\n".join(stored))
    originals = {record["url"]: record for record in map(json.loads, stored)}
    written = _export(_corpus(tmp_path, tmp_path / "it_head.json", "ccnet"), tmp_path / "mined")
    same = [record for record in written if record["raw_content"] == originals[record["url"]]["raw_content"]]
    assert len([record for record in same if record == originals[record["url"]]]) >= 10
    measured = {"language", "language_score", "perplexity", "bucket"}
    for record in same:  # of another language than it was taken for, a text has no bucket
        original = originals[record["url"]]
        others = measured if record["language"] != original["language"] else set()
        assert {name: value for name, value in record.items() if name not in others} == {
            name: value for name, value in original.items() if name not in others
        }


def test_a_corpus_that_publishes_nothing_is_told(tmp_path: Path) -> None:
    source = tmp_path / "pages.jsonl"
    source.write_text(json.dumps({"text": "Words."}))
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(json.dumps({"name": "x", "sources": [{"name": "pages", "kind": "jsonl", "path": str(source)}]}))
    run = ["run", str(recipe), "--corpus", str(tmp_path / "corpus"), "--workers", "1", "--quiet", "--until", "ingest"]
    assert CliRunner().invoke(app, run).exit_code == 0
    done = CliRunner().invoke(app, ["export", "ccnet", str(tmp_path / "corpus"), "--to", str(tmp_path / "mined")])
    assert done.exit_code == 1
    assert "nothing is published" in done.output
