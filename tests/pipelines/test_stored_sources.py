"""Whole runs on sources that lie elsewhere."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from pipelines import trust
from pipelines.corpus_store.lease import VARIABLE
from pipelines.corpus_store.place import FOLDERS
from pipelines.downloads import exchange
from pipelines.downloads.addresses import OFF
from pipelines.downloads.hub import TOKEN
from pipelines.recipe.sources import SourceSection
from pipelines.sources import READERS
from tests.pipelines.conftest import loam
from tests.pipelines.storage.bucket import Bucket, serving_bucket
from tests.pipelines.storage.servers import ACCESS, SECRET, Hub, Site, serving

TEXTS = [f"A text of some length, which has the number {number}." for number in range(300)]
LINES = gzip.compress("".join(json.dumps({"text": text}) + "\n" for text in TEXTS).encode())
CARD = b"---\nlicense: cc-by-4.0\n---\n"


@pytest.fixture(autouse=True)
def _own_servers_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trust.VARIABLE, "1")
    monkeypatch.setenv("HF_TOKEN", "token-of-the-hub")
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving_bucket(monkeypatch) as served:
        yield served


def _table(folder: Path) -> bytes:
    pq.write_table(pa.table({"text": TEXTS}), folder / "a.parquet", row_group_size=50)
    return (folder / "a.parquet").read_bytes()


def _recipe(folder: Path, *sources: str) -> Path:
    recipe = folder / "stored.yaml"
    recipe.write_text("name: stored\nbuild_date: 2026-11-24\nsources:\n" + "".join(f"  - {one}\n" for one in sources))
    return recipe


def _run(recipe: Path, corpus: Path) -> str:
    arguments = ("--until", "ingest", "--workers", "1", "--quiet")
    done = loam("run", str(recipe), "--corpus", str(corpus), *arguments)
    return "" if done.exit_code == 0 else done.stderr


def _times(corpus: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (corpus / "documents").rglob("*.parquet")}


def _texts(corpus: Path, source: str) -> list[str]:
    rows = duckdb.sql(f"SELECT text FROM '{corpus}/documents/{source}/*.parquet'").fetchall()  # noqa: S608 -- of this test
    return sorted(text for (text,) in rows)


def test_sources_of_all_stores_give_what_local_ones_give(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    bucket.put("in/a.jsonl.gz", LINES)
    bucket.put("in/warc.paths", b"in/a.jsonl.gz\n")
    files = {"README.md": CARD, "data/a.parquet": _table(tmp_path), "data/b.jsonl.gz": LINES}
    hub, site = Hub(files, token="token-of-the-hub"), Site({"/d/a.jsonl.gz": LINES})  # noqa: S106 -- of this test
    with serving(hub.answer) as (hub_at, hub_faults), serving(site.answer) as (web, faults):
        monkeypatch.setenv("HF_ENDPOINT", hub_at)
        recipe = _recipe(
            tmp_path,
            "{name: bucket, kind: jsonl, path: 's3://soil/in/*.jsonl.gz'}",
            "{name: listed, kind: jsonl, path: 's3://soil/in/warc.paths'}",
            f"{{name: web, kind: jsonl, path: '{web}/d/a.jsonl.gz'}}",
            "{name: hub, kind: huggingface, path: 'hf://datasets/soil/texts/data/*'}",
        )
        for faulty in (bucket.faults, faults, hub_faults):
            faulty.busy, faulty.cut = 2, 2
        assert _run(recipe, corpus) == ""
        for source, copies in {"bucket": 1, "listed": 1, "web": 1, "hub": 2}.items():
            assert _texts(corpus, source) == sorted(TEXTS * copies)
        before = _times(corpus)
        assert _run(recipe, corpus) == ""
        assert before == _times(corpus)
    assert not list(corpus.glob("quarantine/**/*.parquet"))
    hub_rows = f"'{corpus}/documents/hub/*.parquet'"
    evidence = duckdb.sql(f"SELECT DISTINCT license_evidence FROM {hub_rows}").fetchall()  # noqa: S608 -- of this test
    assert "cc-by-4.0" in str(evidence)
    for path in corpus.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(secret.encode() in content for secret in (ACCESS, SECRET, "token-of-the-hub"))


def test_a_changed_object_is_read_again(tmp_path: Path, bucket: Bucket) -> None:
    bucket.put("in/a.jsonl", json.dumps({"text": "before"}).encode())
    bucket.put("in/b.jsonl", json.dumps({"text": "stays"}).encode())
    recipe = _recipe(tmp_path, "{name: bucket, kind: jsonl, path: 's3://soil/in/*.jsonl'}")
    assert _run(recipe, tmp_path / "corpus") == ""
    bucket.put("in/a.jsonl", json.dumps({"text": "after!"}).encode())
    assert _run(recipe, tmp_path / "corpus") == ""
    assert _texts(tmp_path / "corpus", "bucket") == ["after!", "stays"]
    bucket.delete("in/a.jsonl")
    assert _run(recipe, tmp_path / "corpus") == ""
    assert _texts(tmp_path / "corpus", "bucket") == ["stays"]


def test_what_cannot_be_had_ends_the_run_and_is_told(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("in/a.jsonl", b"{}")
    with serving(Site({}, denied=frozenset({"/secret.jsonl"})).answer) as (web, _):
        cases = {
            "s3://soil/in/none.jsonl": "no file matches s3://soil/in/none.jsonl",
            "s3://no-such-bucket/*.jsonl": "s3://no-such-bucket/: there is no such object or bucket",
            f"{web}/none.jsonl": f"no file matches {web}/none.jsonl",
            f"{web}/secret.jsonl": "403 Forbidden: it may not be read",
        }
        for path, why in cases.items():
            said = _run(_recipe(tmp_path, f"{{name: elsewhere, kind: jsonl, path: '{path}'}}"), tmp_path / "corpus")
            assert said.startswith(f"loam: {tmp_path / 'stored.yaml'}:4: source elsewhere: ")
            assert why in said
            assert len(said.splitlines()) == 1
        monkeypatch.setenv(OFF, "1")
        for path in cases:
            said = _run(_recipe(tmp_path, f"{{name: elsewhere, kind: jsonl, path: '{path}'}}"), tmp_path / "corpus")
            assert "downloads are turned off (LOAM_NO_DOWNLOADS is set)" in said


def test_a_server_that_fails_for_good_loses_nothing(tmp_path: Path) -> None:
    site = Site({"/a.jsonl": gzip.decompress(LINES)})
    with serving(site.answer) as (web, faults):
        recipe = _recipe(tmp_path, f"{{name: web, kind: jsonl, path: '{web}/a.jsonl'}}")
        assert _run(recipe, tmp_path / "clean") == ""
        faults.when = lambda _method, _path: faults.requests[-1][2].get("Range") != "bytes=0-0"  # it can be planned
        faults.busy = 999
        said = _run(recipe, tmp_path / "corpus")
        assert f"{web}/a.jsonl: failed 6 times" in said
        assert "503" in said
        faults.busy = 0
        assert _run(recipe, tmp_path / "corpus") == ""
        assert _texts(tmp_path / "corpus", "web") == _texts(tmp_path / "clean", "web")


def test_the_recipe_of_the_documentation_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "object_stores.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for source in yaml.safe_load(block)["sources"]:
        assert SourceSection.model_validate({**source, "path": [source["path"]]}).kind in READERS
    for name in (FOLDERS, VARIABLE, OFF, TOKEN):
        assert f"`{name}" in page
