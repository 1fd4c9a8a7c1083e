import contextlib
import fcntl
import importlib.util
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipelines.attempts import Failed, attempt
from pipelines.corpus import Json, Unit
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError, LoamError, WorkerLostError
from pipelines.executors import (
    Executor,
    InProcess,
    ProcessPool,
    available_cores,
    open_executor,
)
from pipelines.stages import ingest
from pipelines.stages.stopping import asked_to_stop
from pipelines.threads import SINGLE_THREADED
from pipelines.work import Done, Task


def ingest_task(root: Path, name: str, texts: Sequence[str] | None) -> Task:
    """Return the task of ingesting one file; without texts, the file will be absent when it is read."""
    file = root / f"{name}.jsonl"
    if texts is not None:
        file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    stored: dict[str, Json] = {"relative": file.name, "sha256": "0" * 64, "size": 1}
    part: dict[str, Json] = {**stored, "index": 0, "start": 0, "stop": None, "companions": []}
    of_source: dict[str, Json] = {"kind": "jsonl", "columns": {}, "options": {}, "license": None, "lang": None}
    parameters = {**of_source, "limit": None, "sample": 1.0, "parts": [part], "exclude": [], "option_files": {}}
    return Task(root, Unit(ingest.STAGE.name, f"docs/{name}", 0, (), parameters, (str(file),)), {})


@contextlib.contextmanager
def opened(executor: Executor) -> Iterator[Executor]:
    try:
        yield executor
    finally:
        executor.close()


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with opened(ProcessPool(2)) as executor:
        yield executor


@pytest.fixture(params=["in process", "pool"])
def executor(request: pytest.FixtureRequest) -> Executor:
    if request.param == "pool":
        pool: Executor = request.getfixturevalue("pool")
        return pool
    return InProcess()


def standing(root: Path) -> list[str]:
    return [receipt.name for receipt in read_receipts(root)]


def test_every_task_is_done_once(executor: Executor, tmp_path: Path) -> None:
    tasks = [ingest_task(tmp_path, name, [name, "more"]) for name in "abcde"]
    done = list(executor.run(tasks))
    assert sorted(one.receipt.name for one in done) == [f"docs/{name}" for name in "abcde"]
    assert {one.receipt.outcome.rows_out for one in done} == {2}
    assert standing(tmp_path) == [f"docs/{name}" for name in "abcde"]
    for one in done:
        assert one.timing.peak_bytes > 2**20
        assert one.timing.wall_seconds > 0


def test_nothing_to_do_is_done(executor: Executor) -> None:
    assert list(executor.run([])) == []


def test_an_error_reaches_the_driver_with_the_name_of_its_unit(executor: Executor, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^ingest docs/gone: .*No such file.*; mend it and run again") as raised:
        list(executor.run([ingest_task(tmp_path, "gone", None)]))
    cause = raised.value.__cause__
    assert cause is None or isinstance(cause, OSError)


def test_a_defect_reaches_the_driver_with_the_name_of_its_unit(executor: Executor, tmp_path: Path) -> None:
    task = ingest_task(tmp_path, "a", ["text"])
    broken = Task(task.root, Unit("ingest", "docs/a", 0, (), {}, task.unit.externals), {})
    with pytest.raises(CorpusError, match=r"^ingest docs/a: KeyError: 'kind'; `loam verify` tells"):
        list(executor.run([broken]))


def test_what_was_done_before_a_failure_stays_done(executor: Executor, tmp_path: Path) -> None:
    tasks = [ingest_task(tmp_path, name, ["text"]) for name in "ab"]
    done = []
    with pytest.raises(CorpusError, match="docs/gone"):
        done += list(executor.run([*tasks, ingest_task(tmp_path, "gone", None)]))
    assert {"docs/a", "docs/b"} >= set(standing(tmp_path))
    again = [task for task in tasks if task.unit.name not in standing(tmp_path)]
    list(executor.run(again))
    assert standing(tmp_path) == ["docs/a", "docs/b"]
    assert not list(tmp_path.rglob("*.tmp"))


def test_when_a_failure_is_told_no_task_is_at_work(pool: Executor, tmp_path: Path) -> None:
    slow = [ingest_task(tmp_path, f"slow-{number}", [f"{number} {line}" for line in range(20000)]) for number in (1, 2)]
    with pytest.raises(CorpusError, match="docs/gone"):
        list(pool.run([ingest_task(tmp_path, "gone", None), *slow]))
    descriptor = os.open(tmp_path / "ledger", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # every unit at work holds a shared lock
    finally:
        os.close(descriptor)


def test_workers_use_one_thread_a_unit_and_the_driver_keeps_its_environment(tmp_path: Path) -> None:
    before = {name: os.environ.get(name) for name in SINGLE_THREADED}
    with opened(ProcessPool(1)) as executor:
        (done,) = executor.run([ingest_task(tmp_path, "a", ["text"])])
        environment = Path(f"/proc/{done.timing.process}/environ")
        if not environment.exists():
            pytest.skip("needs /proc")
        variables = environment.read_bytes().decode().split("\0")
    assert {f"{name}={value}" for name, value in SINGLE_THREADED.items()} <= set(variables)
    assert {name: os.environ.get(name) for name in SINGLE_THREADED} == before


@contextlib.contextmanager
def children_bounded(seconds: float) -> Iterator[threading.Event]:
    """Kill the children of this process after so many seconds; the event tells that it was done."""
    too_late = threading.Event()

    def kill() -> None:
        too_late.set()
        for child in multiprocessing.active_children():
            child.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        yield too_late
    finally:
        timer.cancel()


def die_where_asked(task: Task) -> Done | Failed:
    """Do a unit; that of `never` kills the process that is at work on it, as one that takes all memory would."""
    if task.unit.name == "docs/never":
        os.kill(os.getpid(), signal.SIGKILL)
    return attempt(task)


def test_a_unit_that_kills_its_worker_twice_is_named_and_the_others_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.executors.attempt", die_where_asked)
    tasks = [ingest_task(tmp_path, name, ["text"]) for name in ("never", "a", "b", "c")]
    with (
        opened(ProcessPool(2)) as executor,
        pytest.raises(CorpusError, match=r"^ingest docs/never: the worker process died twice \(killed") as raised,
    ):
        list(executor.run(tasks))
    assert "at work on never.jsonl" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert standing(tmp_path) == ["docs/a", "docs/b", "docs/c"]


def stop_where_asked(task: Task) -> Done | Failed:
    """Do a unit; that of `stops` waits at its first try until it is asked to stop, as translation may be."""
    if task.unit.name != "docs/stops" or task.lost:
        return attempt(task)
    with asked_to_stop() as stopping:
        (task.root / "waits").touch()
        while not stopping():
            time.sleep(0.01)
    raise WorkerLostError("docs/stops: asked to stop")


def wait_until_idle(process: int) -> None:
    """Wait until a process has slept for a while."""
    slept = 0
    while slept < 5:  # times that it was looked at
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        slept = slept + 1 if state == "S" else 0
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find out what a worker does")
def test_a_worker_killed_while_it_waits_for_a_task_keeps_none_that_stops_early_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.executors.attempt", stop_where_asked)
    other = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,), daemon=True)
    other.start()
    with opened(ProcessPool(2)) as executor, children_bounded(600) as too_late:
        running = executor.run([ingest_task(tmp_path, name, ["text"]) for name in ("stops", "ends")])
        ended = next(running)
        while not (tmp_path / "waits").exists():
            time.sleep(0.01)
        wait_until_idle(ended.timing.process)  # it holds the lock of the queue of tasks
        os.kill(ended.timing.process, signal.SIGKILL)
        (stopped,) = running
        assert not too_late.is_set(), "the worker that stopped early waits for ever"
    assert other.is_alive(), "what is no worker of a pool was told to end"
    other.kill()
    other.join()
    assert [one.receipt.name for one in (ended, stopped)] == ["docs/ends", "docs/stops"]
    assert stopped.timing.tries == 2


def test_units_that_fail_are_tried_twice_and_named_together(executor: Executor, tmp_path: Path) -> None:
    tasks = [ingest_task(tmp_path, name, ["text"] if name in "bd" else None) for name in "abcd"]
    done: list[Done] = []
    with pytest.raises(
        CorpusError, match=r"^2 units failed, each tried 2 times; what else was due is done: "
    ) as raised:
        done.extend(executor.run(tasks))
    assert sorted(one.receipt.name for one in done) == standing(tmp_path) == ["docs/b", "docs/d"]
    assert all(f"ingest docs/{name}: " in str(raised.value) for name in "ac")
    assert all(f"(at work on {name}.jsonl)" in str(raised.value) for name in "ac")


def test_where_everything_fails_a_stage_ends_early(executor: Executor, tmp_path: Path) -> None:
    tasks = [ingest_task(tmp_path, f"{number:02}", None) for number in range(30)]
    with pytest.raises(CorpusError, match=r"^1[0-2] units failed, .*; the stage ended early: "):
        list(executor.run(tasks))


def test_an_executor_for_one_worker_starts_no_process() -> None:
    assert isinstance(open_executor("local", 1), InProcess)


def test_the_default_is_a_worker_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
    monkeypatch.setattr("pipelines.executors.available_cores", lambda: 1)
    assert isinstance(open_executor("local", None), InProcess)
    monkeypatch.setattr("pipelines.executors.available_cores", lambda: 3)
    with opened(open_executor("local", None)) as executor:
        assert isinstance(executor, ProcessPool)


def test_ray_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(LoamError, match=r"--executor ray needs the extra `ray`: pip install 'loam-curation\[ray\]'"):
        open_executor("ray", 1)


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `ray`")
def test_ray_that_does_not_start_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError("AF_UNIX path length cannot exceed 107 bytes\nmore")

    monkeypatch.setattr("ray.init", refuse)
    with pytest.raises(LoamError, match=r"^Ray does not start: AF_UNIX path length .* 107 bytes; see RAY_ADDRESS"):
        open_executor("ray", 1)


def test_as_many_tasks_run_side_by_side_as_are_allowed(tmp_path: Path, executor: Executor) -> None:
    tasks = [ingest_task(tmp_path, name, [f"text of {name}"]) for name in "abcde"]
    done = list(executor.run(tasks, at_once=2))
    assert sorted(one.receipt.name for one in done) == [f"docs/{name}" for name in "abcde"]
