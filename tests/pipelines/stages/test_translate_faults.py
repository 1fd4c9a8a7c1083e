"""Translation under faults: processes killed or told to end, on this machine and on Ray."""

import contextlib
import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines
from pipelines.attempts import Failed, attempt
from pipelines.errors import LoamError, WorkerLostError
from pipelines.ray_cluster import RayCluster
from pipelines.stages import choose_translations, learn_bounds, stopping, translate
from pipelines.work import Done, Task
from tests.pipelines.stages.test_translate import Corpus, many_texts
from translate.journal_log import JournalLog, logs_of, read_log

pytestmark = pytest.mark.faults
PROJECT = Path(pipelines.__file__).parents[1]
JOURNAL = "journal/docs-to-por_Latn"
PROGRAM = """\
import sys
from pathlib import Path
from pipelines.errors import LoamError
from pipelines.stages import stopping
from tests.pipelines.stages.test_translate import Corpus, many_texts
from translate.journal_log import JournalLog
write = JournalLog.flush
def flush_and_wait(log):
    write(log)
    stopping.ASKED.wait()
if 'waits' in sys.argv:
    JournalLog.flush = flush_and_wait
corpus = Corpus(Path(sys.argv[1]))
corpus.add_shard('a', many_texts())
try:
    corpus.translate()
except LoamError as error:
    sys.exit(str(error))
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus(tmp_path_factory.mktemp("clean"))
    corpus.add_shard("a", many_texts())
    corpus.translate()
    return corpus


def interrupted(root: Path, number: int, after_bytes: int, *how: str) -> subprocess.CompletedProcess[str]:
    """Begin to translate, and send a signal when the log has so many bytes; told `waits`, it does not end before."""
    command = [sys.executable, "-c", PROGRAM, str(root), *how]
    with subprocess.Popen(command, cwd=PROJECT, text=True, stderr=subprocess.PIPE) as run:
        while run.poll() is None and _logged(root) < after_bytes:
            time.sleep(0.01)
        run.send_signal(number)
        _, said = run.communicate(timeout=600)
    return subprocess.CompletedProcess(command, run.returncode, "", said)


def logs(root: Path) -> Sequence[Path]:
    return logs_of(root / JOURNAL / "a.parquet")


def _logged(root: Path) -> int:
    logged = 0
    for log in logs(root):
        with contextlib.suppress(FileNotFoundError):  # that it has gone into a part meanwhile
            logged += log.stat().st_size
    return logged


def test_killed_again_and_again_it_ends_like_a_clean_run(clean: Corpus, tmp_path: Path) -> None:
    chosen = random.Random(7)  # noqa: S311 -- moments, not secrets
    answered = 0
    for _ in range(2):
        interrupted(tmp_path, signal.SIGKILL, answered + 1 + chosen.randrange(8000))
        answered = _logged(tmp_path)
    keys = [key for log in logs(tmp_path) for key in read_log(log).replies]
    assert len(keys) == len(set(keys)), "a segment was translated twice"
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", many_texts())
    corpus.translate()
    assert corpus.files() == clean.files()


def test_told_to_end_it_writes_what_it_has_and_says_so(clean: Corpus, tmp_path: Path) -> None:
    ended = interrupted(tmp_path, signal.SIGTERM, 1, "waits")
    assert ended.returncode == 1
    assert "stopped; what was answered until then is in the journal; run again" in ended.stderr
    contents = [read_log(log) for log in logs(tmp_path)]
    assert any(content.replies for content in contents)
    assert not any(content.damaged for content in contents)
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", many_texts())
    corpus.translate()
    assert corpus.files() == clean.files()


def test_a_process_once_told_to_end_begins_no_other_unit(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", many_texts())
    stopping.ASKED.set()
    try:
        with pytest.raises(WorkerLostError, match="stopped"):
            corpus.translate()
    finally:
        stopping.ASKED.clear()
    assert not [log for log in logs(tmp_path) if log.stat().st_size]


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    if importlib.util.find_spec("ray") is None:
        pytest.skip("needs the extra `ray`")
    import ray  # noqa: PLC0415 -- an extra

    ray.init("local", num_cpus=2, num_gpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    executor = RayCluster(2)
    yield executor
    executor.close()
    ray.shutdown()


def gpu_tasks(corpus: Corpus) -> list[Task]:
    corpus.run(choose_translations.STAGE)
    corpus.run(learn_bounds.STAGE)
    return [
        Task(corpus.root, replace(unit, gpus=1), {path: corpus.plan.output(path).sha256 for path in unit.inputs})
        for unit in translate.STAGE.plan(corpus.plan, 1)
    ]


def test_one_actor_does_the_units_of_a_gpu(cluster: RayCluster, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    for name in "abc":
        corpus.add_shard(name, ["Remove all cards."])
    done = list(cluster.run(gpu_tasks(corpus)))
    assert sorted(one.receipt.name for one in done) == [f"docs-to-por_Latn/{name}" for name in "abc"]
    assert len({one.timing.process for one in done}) == 1


class DyingOnce:
    """An actor that sends its process a signal once its first answers are in the log; the one after it does not."""

    def attempt(self, task: Task) -> Done | Failed:
        write, number, died = JournalLog.flush, int((task.root / "signal").read_text()), task.root / "died"

        def flush(log: JournalLog) -> None:
            write(log)
            if not died.exists():
                died.write_text(str(os.getpid()))
                os.kill(os.getpid(), number)

        JournalLog.flush = flush  # type: ignore[method-assign]
        return attempt(task)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_actor_that_dies_is_replaced_and_its_unit_done(
    cluster: RayCluster, clean: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", many_texts())
    tasks = gpu_tasks(corpus)
    (tmp_path / "signal").write_text(str(int(number)))
    monkeypatch.setattr("pipelines.ray_cluster._Worker", DyingOnce)
    (done,) = cluster.run(tasks)
    assert done.timing.process != int((tmp_path / "died").read_text())
    assert len(logs(tmp_path)) == 3  # of learning, of the one that died, and of the one after it
    for table in ("documents", "translations", "journal"):
        name = f"{table}/docs-to-por_Latn/a.parquet"
        assert (tmp_path / name).read_bytes() == (clean.root / name).read_bytes()


def test_a_cluster_without_gpus_says_so(cluster: RayCluster, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.add_shard("a", ["Remove all cards."])
    (task,) = gpu_tasks(corpus)
    greedy = replace(task, unit=replace(task.unit, gpus=8))
    with pytest.raises(LoamError, match=r"an engine needs 8 GPUs of one node.* none with more than 1"):
        list(cluster.run([greedy]))
