"""Kernels on a Ray cluster whose nodes have caches of their own: compiled by one task a node, found by its workers."""

import gc
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.group_kernels import GroupKernels
from pipelines.ray_cluster import RayCluster
from signals.cache import cache_directory
from tests.pipelines.test_executors import ingest_task

ray = pytest.importorskip("ray")

pytestmark = pytest.mark.clients

GROUP = "pii"
SECONDS = 120.0
_LITTLE = {"object_store_memory": 80 * 2**20, "include_dashboard": False}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head without cores."""
    utilities = pytest.importorskip("ray.cluster_utils")
    cluster = utilities.Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **_LITTLE})
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    yield cluster
    cluster.shutdown()


def add_node(cluster: Any, cache: Path) -> str:  # noqa: ANN401 -- Ray's types are not known here
    """Add a node of one core with a cache of its own; return its name."""
    (cache / "loam").mkdir(parents=True)
    for table in cache_directory().glob("characters*.npz"):  # which takes longer to make than kernels
        shutil.copy(table, cache / "loam")
    added = cluster.add_node(num_cpus=1, env_vars={"XDG_CACHE_HOME": str(cache)}, **_LITTLE)
    return str(added.node_id)


def kernels_of_a_worker(node: str) -> tuple[int, int]:
    """Compute the group in a worker of a node; return how many kernels it compiled and how many it found."""

    def compute() -> tuple[int, int]:
        import pyarrow as pa  # noqa: PLC0415 -- there, not here
        from numba.core.dispatcher import Dispatcher  # noqa: PLC0415

        import signals  # noqa: PLC0415

        texts = pa.array(["Write to eve@example.com, +49 30 901820."], pa.large_string())
        signals.compute_group(GROUP, signals.Inputs(texts), {})
        told = [one.stats for one in gc.get_objects() if isinstance(one, Dispatcher)]
        compiled = sum(sum(each.cache_misses.values()) for each in told)
        return compiled, sum(sum(each.cache_hits.values()) for each in told)

    there = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node, soft=False)
    # A worker that has compiled would find in its memory what it is to find in the cache.
    fresh = ray.remote(num_cpus=1, max_calls=1, scheduling_strategy=there, runtime_env={"env_vars": {"FRESH": "1"}})
    found: tuple[int, int] = ray.get(fresh(compute).remote(), timeout=SECONDS)
    return found


def wait_for(cache: Path, executor: RayCluster, root: Path) -> None:
    """Do units until a node's cache stands."""
    end, number = time.monotonic() + SECONDS, 0
    while not list(cache.glob(f"loam/kernels-*/{GROUP}-*.stands")):
        assert time.monotonic() < end, "no task compiles there"
        list(executor.run([ingest_task(root, f"{cache.name}-{number}", ["text"])]))
        number += 1


def test_workers_find_the_kernels_that_one_task_a_node_compiles(cluster: Any, tmp_path: Path) -> None:  # noqa: ANN401
    caches = {name: tmp_path / name for name in ("first", "second", "late")}
    nodes = {name: add_node(cluster, caches[name]) for name in ("first", "second")}
    executor = RayCluster(1, [GroupKernels(GROUP, {})])
    try:
        for name in ("first", "second", "late"):
            if name == "late":  # it joins while the run is at work
                nodes[name] = add_node(cluster, caches[name])
            wait_for(caches[name], executor, tmp_path)
            compiled, found = kernels_of_a_worker(nodes[name])
            assert compiled == 0
            assert found > 0
    finally:
        executor.close()
