import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines import attempts, work
from pipelines.corpus.timing import read_timing
from pipelines.errors import CorpusError, LoamError
from pipelines.events import unit_started
from pipelines.executors import InProcess
from pipelines.run_log import RunLog
from pipelines.work import Done, Task
from tests.pipelines.conftest import loam, write_inputs
from tests.pipelines.test_executors import ingest_task


def events(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    with RunLog(tmp_path / "logs" / "run.jsonl"):
        yield tmp_path / "logs" / "run.jsonl"


def test_a_run_tells_what_becomes_of_each_unit(tmp_path: Path) -> None:
    recipe, log = write_inputs(tmp_path), tmp_path / "run.jsonl"
    arguments = ("run", str(recipe), "--corpus", str(tmp_path / "c"), "--until", "select", "--quiet", "--log", str(log))
    assert loam(*arguments).exit_code == 0
    told = events(log)
    assert [(line["level"], line["time"][-6:]) for line in told] == [("info", "+00:00")] * len(told)
    units = [(line["stage"], line["unit"]) for line in told if line["event"] == "unit_finished"]
    assert units == [(line["stage"], line["unit"]) for line in told if line["event"] == "unit_started"]
    ingest = next(line for line in told if line["event"] == "unit_finished")
    assert (ingest["stage"], ingest["rows_in"], ingest["rows_out"], ingest["dropped"]) == (
        "ingest",
        12,
        11,
        {"not_json": 1},
    )
    assert ingest["tries"] == 1
    assert ingest["wall_seconds"] > 0
    assert ingest["peak_bytes"] > 0
    begun = [line["stage"] for line in told if line["event"] == "stage_begins" and line["due"]]
    assert set(begun) == {stage for stage, _ in units}
    assert not [each for each in logging.getLogger("loam").handlers if isinstance(each, logging.FileHandler)]
    assert loam(*arguments).exit_code == 0
    again = events(log)[len(told) :]
    assert {line["event"] for line in again} == {"stage_begins", "stage_ends"}
    assert sum(line["standing"] for line in again if line["event"] == "stage_begins") == len(units)


def test_a_unit_that_fails_is_told_with_its_reason_and_place(log: Path, tmp_path: Path) -> None:
    with pytest.raises(LoamError):
        list(InProcess().run([ingest_task(tmp_path, "gone", None)]))
    started, failed = events(log)
    assert (started["event"], failed["event"], failed["level"]) == ("unit_started", "unit_failed", "error")
    assert (failed["stage"], failed["unit"], failed["at"]) == ("ingest", "docs/gone", "gone.jsonl")
    assert "gone.jsonl" in failed["reason"]


def test_a_unit_that_stood_at_the_second_try_says_so(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[Task] = []

    def sometimes(task: Task, failures: int = 0) -> Done:
        if not failures:
            failed.append(task)
            raise CorpusError("a bad moment")
        return work.perform(task, failures)

    monkeypatch.setattr(attempts, "perform", sometimes)
    (done,) = InProcess().run([ingest_task(tmp_path, "a", ["text"])])
    assert len(failed) == 1
    assert done.timing.tries == 2
    assert events(log)[-1]["tries"] == 2
    timing = read_timing(tmp_path, done.receipt)
    assert timing == done.timing


def test_a_unit_begun_again_after_its_worker_died_says_so(tmp_path: Path) -> None:
    task = replace(ingest_task(tmp_path, "a", ["text"]), lost=1)
    assert work.perform(task).timing.tries == 2


def test_a_name_that_is_no_unicode_is_told_too(log: Path, tmp_path: Path) -> None:
    name = b"gr\xf6n".decode("utf-8", "surrogateescape")
    unit_started(ingest_task(tmp_path, name, None))
    (started,) = events(log)
    assert started["unit"] == f"docs/{name}"


def test_a_log_that_cannot_be_written_is_told_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LoamError, match=r"--log: .*; give a file that can be written"):
        RunLog(tmp_path / "file" / "run.jsonl")
