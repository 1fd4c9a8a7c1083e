"""What units ask of Ray, on a node that has two cores, two GPUs that are none, and a gigabyte."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.errors import LoamError
from pipelines.ray_cluster import RayCluster
from pipelines.work import Task
from tests.pipelines.test_executors import ingest_task

ray = pytest.importorskip("ray")

GIGABYTE = 1_000_000_000


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    ray.init(
        "local",
        num_cpus=2,
        num_gpus=2,
        _memory=GIGABYTE,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    executor = RayCluster(2)
    yield executor
    executor.close()
    ray.shutdown()


def test_units_that_together_hold_more_than_there_is_wait_for_each_other(cluster: RayCluster, tmp_path: Path) -> None:
    lines = [f"Line {number}." for number in range(20_000)]  # so that two cores would be at work at the same time
    tasks = [replace(ingest_task(tmp_path, name, lines), memory=600_000_000) for name in "abcd"]
    done = [one.timing for one in cluster.run(tasks)]
    spans = sorted((timing.began, timing.began + timing.wall_seconds) for timing in done)
    assert len(spans) == len(tasks)
    assert all(ended <= began for (_, ended), (began, _) in pairwise(spans))


def test_a_unit_larger_than_any_node_is_refused_before_another_begins(cluster: RayCluster, tmp_path: Path) -> None:
    tasks = [ingest_task(tmp_path, "a", ["text"]), replace(ingest_task(tmp_path, "b", ["text"]), memory=GIGABYTE + 1)]
    with pytest.raises(LoamError, match=r"^ingest docs/b: it holds 1.00 GB, and no node of the Ray cluster offers"):
        list(cluster.run(tasks))
    assert not (tmp_path / "ledger").exists()


def on_gpus(task: Task, gpus: int) -> Task:
    return replace(task, unit=replace(task.unit, gpus=gpus))


@pytest.mark.parametrize(("gpus", "engines"), [(1, 2), (2, 1)])
def test_as_many_engines_work_as_there_are_gpus_for(
    cluster: RayCluster, tmp_path: Path, gpus: int, engines: int
) -> None:
    done = list(cluster.run([on_gpus(ingest_task(tmp_path, name, [name]), gpus) for name in "abcde"]))
    assert sorted(one.receipt.name for one in done) == [f"docs/{name}" for name in "abcde"]
    assert len({one.timing.process for one in done}) == engines


def test_more_gpus_than_a_node_has_are_refused(cluster: RayCluster, tmp_path: Path) -> None:
    with pytest.raises(LoamError, match="an engine needs 3 GPUs of one node, and the Ray cluster has none with more"):
        list(cluster.run([on_gpus(ingest_task(tmp_path, "a", ["text"]), 3)]))
