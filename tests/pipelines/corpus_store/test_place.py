import json
from pathlib import Path

import pytest

from pipelines.corpus.locks import lock_for_run
from pipelines.corpus_store.place import FOLDERS, open_for_reading, open_for_run
from tests.pipelines.conftest import RECIPE, loam, write_inputs
from tests.pipelines.storage.bucket import Bucket

ADDRESS = "s3://soil/corpora/small"
COUNT = "SELECT count(*) AS documents FROM documents"


@pytest.fixture
def recipe(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recipe whose corpus lies in a bucket."""
    assert bucket.address
    monkeypatch.setenv(FOLDERS, str(tmp_path / "here"))
    recipe = write_inputs(tmp_path / "inputs")
    recipe.write_text(RECIPE, encoding="utf-8")
    ran = loam("run", str(recipe), "--corpus", ADDRESS, "--until", "select", "--quiet")
    assert (ran.exit_code, ran.output) == (0, "")
    return recipe


def _asked(*arguments: str) -> str:
    done = loam(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> Path:
    monkeypatch.setenv(FOLDERS, str(tmp_path / name))
    return tmp_path / name


def test_is_asked_and_checked_elsewhere(
    recipe: Path, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = _elsewhere(tmp_path, monkeypatch, "status")
    assert recipe.is_file()
    assert "ingest" in _asked("status", ADDRESS)
    assert {path.parts[-1] for path in folders.glob("*/corpus/*")} == {"corpus.json", "ledger"}
    assert json.loads(_asked("sql", ADDRESS, COUNT, "--format", "json")) == {"documents": 11}
    assert f"\n{ADDRESS}: receipts, files, " in _asked("verify", ADDRESS)
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("One day.\tUm dia.\n", encoding="utf-8")
    assert "nothing is translated" in loam("translate", "eval", str(pairs), "--to", "pt", "--corpus", ADDRESS).stderr
    (shard,) = (key for key in bucket.keys("corpora/small/decisions") if key.endswith(".parquet"))
    content = bucket.get(shard)
    bucket.put(shard, content[:-8] + b"damaged!")
    verified = loam("verify", ADDRESS)
    assert verified.exit_code == 1
    assert "decisions/docs/" in verified.output
    ran = loam("run", str(recipe), "--corpus", ADDRESS, "--until", "select", "--quiet")
    assert (ran.exit_code, ran.output) == (0, "")
    assert bucket.get(shard) == content


def test_documents_are_forgotten_there_too(
    recipe: Path, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ("--url", "https://example.org/3")
    assert "1" in _asked("forget", ADDRESS, *url, "--dry-run")
    before = {key: bucket.get(key) for key in bucket.keys("corpora/small")}
    _asked("forget", ADDRESS, *url, "--quiet", "--workers", "1")
    assert before != {key: bucket.get(key) for key in bucket.keys("corpora/small")}
    _elsewhere(tmp_path, monkeypatch, "other")
    assert json.loads(_asked("sql", ADDRESS, COUNT, "--format", "json")) == {"documents": 10}
    ran = loam("run", str(recipe), "--corpus", ADDRESS, "--until", "select", "--quiet")
    assert (ran.exit_code, ran.output) == (0, "")
    assert json.loads(_asked("sql", ADDRESS, COUNT, "--format", "json")) == {"documents": 10}


def test_a_recipe_of_another_name_leaves_it_alone(
    recipe: Path, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {key: bucket.get(key) for key in bucket.keys("corpora/small")}
    _elsewhere(tmp_path, monkeypatch, "other")
    refused = loam("run", str(recipe), "--corpus", ADDRESS, "--set", "name=other", "--quiet")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"loam: {ADDRESS}: holds the corpus `small`, and the recipe is called `other`")
    assert {key: bucket.get(key) for key in bucket.keys("corpora/small")} == before


def test_beside_a_run_on_this_machine_its_folder_is_left_alone(recipe: Path, bucket: Bucket, tmp_path: Path) -> None:
    (root,) = (tmp_path / "here").glob("*/corpus")
    assert recipe.is_file()
    bucket.delete("corpora/small/corpus.json")  # so that bringing the folder up to date would show
    with lock_for_run(root):
        assert json.loads(_asked("sql", ADDRESS, COUNT, "--format", "json")) == {"documents": 11}
    failed = loam("sql", ADDRESS, COUNT)
    assert failed.exit_code == 1
    assert f"{ADDRESS}: no corpus (no corpus.json)" in failed.stderr


def test_what_is_read_while_a_run_begins_does_not_get_in_its_way(recipe: Path, bucket: Bucket) -> None:
    with open_for_run(Path(ADDRESS), lambda _line: None) as place:
        bucket.delete("corpora/small/corpus.json")  # so that bringing the folder up to date would show
        assert recipe.is_file()
        assert open_for_reading(Path(ADDRESS)) == place.root
        assert (place.root / "corpus.json").is_file()


def test_says_why_not(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _elsewhere(tmp_path, monkeypatch, "here")
    assert bucket.address
    recipe = write_inputs(tmp_path / "inputs")
    run = ("run", str(recipe), "--corpus")
    for command, why in {
        ("status", "s3://no-such-bucket/x"): "there is no such object or bucket",
        (*run, "s3://no-such-bucket/x"): "there is no such object or bucket",
        ("sql", "s3://soil/none", COUNT): "no corpus (no corpus.json)",
        (*run, "s3://UPPER/x"): "expected s3://BUCKET/KEY",
    }.items():
        failed = loam(*command)
        assert failed.exit_code == 1
        assert failed.stderr.splitlines()[-1].startswith("loam: s3://")
        assert why in failed.stderr
