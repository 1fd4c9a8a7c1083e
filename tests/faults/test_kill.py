"""Kill a run at any moment; the next one makes what a clean one makes."""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.executors import open_executor
from tests.faults.clean_run import CleanRun, assert_clean
from tests.faults.corpora import (
    ROUNDS,
    last_stage,
    loam,
    receipts_written,
    run_here,
    start_loam,
    start_python,
    wait_for_receipts,
    wait_until_gone,
)
from tests.faults.matrix import thorough

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see that workers die with their driver"),
]

SEED = 20261124
# The process stops when its first unit is done.
STOPPING_AT_WORK = """
import os, signal
from pipelines.cli import main
from pipelines.corpus import shelf
write = shelf.write_receipt
def write_and_stop(*arguments):
    shelf.write_receipt = write
    write(*arguments)
    os.kill(os.getpid(), signal.SIGSTOP)
shelf.write_receipt = write_and_stop
main()
"""
WORKERS = ((2, 1), (1, 2), (3, 1), (2, 5), (1, 1), (5, 2))  # of the killed run and of the next


def rerun(recipe: Path, corpus: Path, workers: int) -> None:
    executor = open_executor("local", workers)
    try:
        run_here(recipe, corpus, executor=executor)
    finally:
        executor.close()


def moments(clean: CleanRun, rounds: int) -> Iterator[tuple[int, float]]:
    """Yield random moments all over a run: (receipts to wait for, seconds to wait then).

    By turns a moment is drawn from the time that a clean run takes, and from its progress, so that short stages are
    hit too. Each is drawn from a stretch of its own, so that few rounds spread as well as many.
    """
    chosen = random.Random(SEED)  # noqa: S311 -- moments, not secrets
    for number in range(rounds):
        share = (number + chosen.random()) / rounds
        if number % 2:
            yield 0, share * clean.seconds
        else:
            yield int(share * clean.receipts), chosen.random() * clean.seconds / clean.receipts


def test_a_run_killed_at_random_moments_ends_as_a_clean_one(clean: CleanRun, tmp_path: Path) -> None:
    reached = []
    for number, (receipts, seconds) in enumerate(moments(clean, ROUNDS)):
        workers, workers_then = WORKERS[number % len(WORKERS)]
        corpus, scratch = tmp_path / f"corpus-{number}", tmp_path / "scratch"
        driver = start_loam(clean.recipe, corpus, "--workers", workers, scratch=scratch)
        wait_for_receipts(driver, corpus, receipts, seconds)
        children = driver.children()
        driver.kill()
        assert wait_until_gone(children) == [], "workers outlive their driver"
        reached.append(last_stage(corpus) if corpus.is_dir() else None)
        where = f"round {number}, killed at {reached[-1]}"
        rerun(clean.recipe, corpus, workers_then)
        assert_clean(corpus, clean, where)
        assert list(scratch.iterdir()) == [], where
        shutil.rmtree(corpus)
    assert len(set(reached)) >= min((ROUNDS + 1) // 2, 8), f"the kills hit too few stages: {reached}"


@thorough
def test_a_run_killed_again_and_again_ends_as_a_clean_one(clean: CleanRun, tmp_path: Path) -> None:
    corpus, scratch = tmp_path / "corpus", tmp_path / "scratch"
    chosen = random.Random(SEED + 1)  # noqa: S311 -- moments, not secrets
    for workers in (2, 1):
        driver = start_loam(clean.recipe, corpus, "--workers", workers, scratch=scratch)
        new = 1 + chosen.randrange(clean.receipts // 2)
        wait_for_receipts(driver, corpus, receipts_written(corpus) + new, chosen.random() * 0.1)
        driver.kill()
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)


def test_a_killed_worker_is_replaced_and_the_run_goes_on(clean: CleanRun, tmp_path: Path) -> None:
    corpus, scratch = tmp_path / "corpus", tmp_path / "scratch"
    driver = start_loam(clean.recipe, corpus, "--workers", 2, scratch=scratch)
    wait_for_receipts(driver, corpus, 3)
    while len(workers := [pid for pid in driver.children() if is_worker(pid)]) < 2:
        assert driver.process.poll() is None, "the run ended with one worker"
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    assert driver.ended() == (0, "", "")
    assert_clean(corpus, clean)


def is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_of_two_runs_on_one_corpus_the_second_is_refused(clean: CleanRun, tmp_path: Path) -> None:
    corpus, scratch = tmp_path / "corpus", tmp_path / "scratch"
    run = ("run", clean.recipe, "--corpus", corpus, "--quiet", "--workers", 1, "--until", "ingest")
    driver = start_python(STOPPING_AT_WORK, *run, scratch=scratch)
    stopped = os.waitid(os.P_PID, driver.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    try:
        assert stopped is not None
        assert stopped.si_code == os.CLD_STOPPED
        second = loam("run", clean.recipe, "--corpus", corpus, "--workers", 1, scratch=scratch)
    finally:
        driver.process.send_signal(signal.SIGCONT)
    assert second.returncode == 1
    assert (
        f"loam: {corpus}: another run is working on this corpus; wait for it or stop it" in second.stderr.splitlines()
    )
    assert driver.ended() == (0, "", "")
    assert last_stage(corpus) == "ingest/0"
