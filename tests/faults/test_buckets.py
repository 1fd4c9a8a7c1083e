"""Runs on corpora in buckets: killed, and gone on with on a machine that has nothing, while the store misbehaves."""

import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.corpus.receipts import read_receipts
from pipelines.corpus_store.lease import VARIABLE
from pipelines.corpus_store.place import FOLDERS
from pipelines.corpus_store.store import LOCK
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import ROUNDS, Driver, differences, snapshot, start_loam
from tests.pipelines.conftest import loam as loam_here
from tests.pipelines.conftest import write_inputs
from tests.pipelines.storage.bucket import Bucket, serving_bucket
from tests.pipelines.storage.servers import ACCESS, SECRET

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="workers die with their driver there"),
]

ADDRESS = "s3://soil/corpora/killed"
FOLDER = "corpora/killed"
SEED = 20261128
LEASE = "12"  # seconds
KILLS = max(1, ROUNDS // 4)
MANY_ROUNDS = 20  # from which on the corpus is the large one of the fault tests


@pytest.fixture(scope="module")
def undisturbed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CleanRun:
    """A clean run: of a small recipe, or of the one that takes longer."""
    if ROUNDS >= MANY_ROUNDS:
        large: CleanRun = request.getfixturevalue("clean")
        return large
    folder = tmp_path_factory.mktemp("small")
    recipe, corpus = write_inputs(folder), folder / "corpus"
    made = loam_here("run", str(recipe), "--corpus", str(corpus), "--quiet")
    assert (made.exit_code, made.output) == (0, "")
    return CleanRun(recipe, corpus, 0.0, len(list(read_receipts(corpus))), dict(snapshot(corpus)))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv(VARIABLE, LEASE)
    with serving_bucket(monkeypatch) as served:
        yield served


@pytest.fixture
def misbehaving(bucket: Bucket) -> Bucket:
    """The bucket, of whose answers every eighth is busy, cut off or slow."""
    bucket.faults.share, bucket.faults.stall = 1 / 8, 0.2
    return bucket


def _receipts(bucket: Bucket) -> int:
    keys = bucket.keys(f"{FOLDER}/ledger")
    return sum(key.endswith(".json") and not key.endswith(".timing.json") for key in keys)


def _wait_for_receipts(bucket: Bucket, driver: Driver, receipts: int) -> None:
    while _receipts(bucket) < receipts and driver.process.poll() is None:
        time.sleep(0.2)  # the server is in this process, and listing is work


def _corpus_below(folders: Path) -> Path:
    (corpus,) = folders.glob("*/corpus")
    return corpus


def _machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> Path:
    monkeypatch.setenv(FOLDERS, str(tmp_path / name))
    return tmp_path / name


def test_killed_runs_end_elsewhere_as_a_clean_one(
    undisturbed: CleanRun, misbehaving: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = random.Random(SEED)  # noqa: S311 -- moments, not secrets
    scratch = tmp_path / "scratch"
    for number in range(KILLS):
        _machine(monkeypatch, tmp_path, f"killed-{number}")
        before = _receipts(misbehaving)
        driver = start_loam(undisturbed.recipe, ADDRESS, "--workers", 2, scratch=scratch)
        _wait_for_receipts(
            misbehaving, driver, before + 1 + chosen.randrange(max(1, undisturbed.receipts // (KILLS + 1)))
        )
        time.sleep(chosen.random() * 0.2)
        driver.kill()
        assert driver.process.returncode == -signal.SIGKILL, "it ended by itself"
    assert 0 < _receipts(misbehaving) < undisturbed.receipts
    assert f"{FOLDER}/{LOCK}" in misbehaving.keys(FOLDER)
    folders = _machine(monkeypatch, tmp_path, "other")
    done = loam_here("run", str(undisturbed.recipe), "--corpus", ADDRESS, "--workers", "1", "--quiet")
    assert done.exit_code == 0, done.stderr
    assert f"waiting {LEASE} s to see whether that is still at work" in done.stderr
    assert set(snapshot(_corpus_below(folders))) <= set(undisturbed.files)  # what no unit read was not fetched
    _third_machine_agrees(undisturbed, misbehaving, tmp_path, monkeypatch)


def _third_machine_agrees(
    undisturbed: CleanRun, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hold what the store has against a clean run, as commands on a third machine find it."""
    folders = _machine(monkeypatch, tmp_path, "third")
    counted = loam_here("sql", ADDRESS, "SELECT count(*) AS n FROM documents", "--format", "csv")
    assert (counted.exit_code, counted.stderr) == (0, "")
    verified = loam_here("verify", ADDRESS)
    assert (verified.exit_code, verified.stderr) == (0, "")
    assert differences(snapshot(_corpus_below(folders)), undisturbed.files) == []
    asked = len(bucket.faults.requests)
    again = loam_here("run", str(undisturbed.recipe), "--corpus", ADDRESS, "--workers", "1", "--quiet")
    assert (again.exit_code, again.output) == (0, "")
    written = [path for method, path, _ in bucket.faults.requests[asked:] if method in ("PUT", "POST")]
    changes = {path.removeprefix(f"/soil/{FOLDER}/") for path in written if LOCK not in path}
    assert changes == {"corpus.json", "/soil?delete"}  # what every run writes, and the lock goes; all else stood
    assert [key for key in bucket.keys(FOLDER) if LOCK in key] == []
    for path in (path for path in _corpus_below(folders).rglob("*") if path.is_file()):
        assert not any(secret.encode() in path.read_bytes() for secret in (ACCESS, SECRET)), path


def test_a_store_that_fails_for_good_ends_the_run_with_a_word(
    undisturbed: CleanRun, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = _machine(monkeypatch, tmp_path, "here")
    monkeypatch.setenv(VARIABLE, "60")
    bucket.faults.when = lambda method, path: method == "PUT" and "/signals/" in path
    bucket.faults.busy = 10_000
    run = ("run", str(undisturbed.recipe), "--corpus", ADDRESS, "--workers", "1", "--quiet", "--until", "annotate")
    failed = loam_here(*run)
    assert failed.exit_code == 1
    assert failed.stderr.startswith(f"loam: {ADDRESS}/signals/")
    assert "503" in failed.stderr
    assert "run again" in failed.stderr
    assert not any(secret in failed.stderr for secret in (ACCESS, SECRET))
    assert not [key for key in bucket.keys(FOLDER) if "/annotate-" in key]  # no file, no receipt
    assert _receipts(bucket) > 0
    bucket.faults.busy = 0
    shutil.rmtree(folders)
    again = loam_here(*run)
    assert (again.exit_code, again.output) == (0, "")
    changed = differences(snapshot(_corpus_below(folders)), undisturbed.files)
    assert [path for path in changed if path.startswith("ledger/ingest/")] == []


def test_of_two_runs_on_two_machines_the_second_is_refused(
    undisturbed: CleanRun, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _machine(monkeypatch, tmp_path, "first")
    may_end = threading.Event()

    def is_held(method: str, path: str) -> bool:
        if method == "PUT" and "/signals/" in path:
            may_end.wait()  # the first run renews its lock, and comes no further
        return False

    bucket.faults.when = is_held
    driver = start_loam(undisturbed.recipe, ADDRESS, "--workers", 1, scratch=tmp_path / "scratch")
    try:
        _wait_for_receipts(bucket, driver, 1)
        assert driver.process.poll() is None, driver.ended()
        _machine(monkeypatch, tmp_path, "second")
        second = loam_here("run", str(undisturbed.recipe), "--corpus", ADDRESS, "--workers", "1")
        shown = loam_here("status", ADDRESS)
    finally:
        driver.kill()
        may_end.set()
    assert second.exit_code == 1
    assert f"{ADDRESS}: another run (process {driver.process.pid} on " in second.stderr
    assert shown.exit_code == 0
    assert "ingest" in shown.stdout
