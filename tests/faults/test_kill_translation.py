"""Kill a run while it translates, the driver and a worker by turns: the same bytes, and no answer taken down twice."""

import contextlib
import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from tests.faults.corpora import ROUNDS, Driver, differences, loam, run_loam, snapshot, start_loam, temporary_files
from tests.faults.inputs import SHORT_ENGLISH, json_lines
from tests.faults.matrix import ALL_FROM
from tests.faults.test_kill import is_worker

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the workers of a driver"),
]

SEED = 20261128
SHARDS = 2
NOTES = 40 if ROUNDS >= ALL_FROM else 12  # a file
RECIPE = """name: killed
sources:
  - {name: notes, kind: jsonl, path: "notes/*.jsonl", license: CC0-1.0, lang: en}
dedup: {exact: {on: [url]}, fuzzy: false}
licensing: {profile: open}
translate: {to: [por_Latn], from: {lang: eng_Latn}}
"""


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory, *, translates: bool) -> Path:
    if not translates:
        pytest.skip("needs the translation engine of the extra `mt`")
    folder = tmp_path_factory.mktemp("killed")
    (folder / "notes").mkdir()
    years = count(1000)  # no sentence stands there twice
    for shard in range(SHARDS):
        texts = [
            " ".join(f"{sentence[:-1]} in {next(years)}." for sentence in SHORT_ENGLISH[note % 4 :: 4])
            for note in range(NOTES)
        ]
        (folder / f"notes/{shard}.jsonl").write_bytes(json_lines([{"text": text} for text in texts]))
    path = folder / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def logged_keys(corpus: Path) -> list[str]:
    """Return the keys of all answers that stand in logs; what a kill left of a line is none."""
    lines: list[bytes] = []
    for log in (corpus / "journal").rglob("*.log.tmp"):
        with contextlib.suppress(FileNotFoundError):  # that its answers stand in a part meanwhile
            lines += log.read_bytes().split(b"\n")[:-1]
    return [str(orjson.loads(line)[0]) for line in lines]


def answers_in_parts(corpus: Path) -> int:
    return sum(pq.read_metadata(part).num_rows for part in (corpus / "journal").rglob("*.parquet"))


def wait_for_answers(driver: Driver, corpus: Path, answers: int, seconds: float) -> bool:
    """Wait until so many answers stand in logs and parts, and some seconds; tell whether the run is still at work."""
    while driver.process.poll() is None and len(logged_keys(corpus)) + answers_in_parts(corpus) < answers:
        time.sleep(0.02)
    time.sleep(seconds)
    return driver.process.poll() is None


def kill_a_worker(driver: Driver) -> None:
    workers = [pid for pid in driver.children() if is_worker(pid)]
    if workers:
        os.kill(workers[0], signal.SIGKILL)


def test_killed_anywhere_while_it_translates_it_ends_as_a_clean_run(recipe: Path, tmp_path: Path) -> None:
    clean, corpus, scratch = tmp_path / "clean", tmp_path / "corpus", tmp_path / "scratch"
    run_loam(recipe, clean, "--workers", 2, "--until", "translate")
    parts = sorted((clean / "journal").rglob("*.parquet"))
    answers = answers_in_parts(clean)
    assert len(parts) == SHARDS
    assert answers > SHARDS * NOTES
    chosen = random.Random(SEED)  # noqa: S311 -- moments, not secrets
    moments = sorted(chosen.sample(range(answers), ROUNDS))
    killed = 0
    while moments:
        driver = start_loam(recipe, corpus, "--workers", 2, "--until", "translate", scratch=scratch)
        # After a second death of a worker a run gives up: then the driver is killed, and the next run goes on.
        for kill in (kill_a_worker, Driver.kill):
            if moments and wait_for_answers(driver, corpus, moments.pop(0), chosen.random()):
                kill(driver)
                killed += 1
        driver.kill()
        keys = logged_keys(corpus)
        assert len(keys) == len(set(keys)), "a segment was translated twice"
    assert killed >= ROUNDS / 2, "the run ended before it was killed"
    done = loam("run", recipe, "--corpus", corpus, "--quiet", "--workers", 2, "--until", "translate")
    assert (done.returncode, done.stdout) == (0, "")
    assert differences(snapshot(corpus), snapshot(clean)) == []
    assert temporary_files(corpus) == []
