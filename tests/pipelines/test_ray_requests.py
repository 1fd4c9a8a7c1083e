from pathlib import Path

import pytest

from pipelines.corpus import Unit
from pipelines.errors import LoamError
from pipelines.ray_requests import Node, engines_side_by_side, most_waiting, nodes_with_cores, refuse_too_large
from pipelines.work import Task

SMALL, LARGE = Node("a", 2, 0, 1_000_000_000), Node("b", 100, 4, 8_000_000_000)


def task(memory: int) -> Task:
    return Task(Path("corpus"), Unit("dedup-copies", "all", 0, (), {}), {}, memory=memory)


def test_nodes_without_cores_and_those_that_are_gone_run_no_units() -> None:
    told = [
        {"NodeID": "head", "Alive": True, "Resources": {"memory": 5e9}},
        {"NodeID": "gone", "Alive": False, "Resources": {"CPU": 8.0, "memory": 5e9}},
        {"NodeID": "b", "Alive": True, "Resources": {"CPU": 100.0, "GPU": 4.0, "memory": 8e9}},
    ]
    assert nodes_with_cores(told) == [LARGE]


def test_as_many_units_wait_as_keep_the_cluster_busy() -> None:
    assert most_waiting([], None) == most_waiting([SMALL], None) == 64
    assert most_waiting([SMALL, LARGE], None) == 408
    assert most_waiting([SMALL, LARGE], 3) == 6


def test_a_unit_larger_than_any_node_is_refused() -> None:
    refuse_too_large([task(0), task(8_000_000_000)], [SMALL, LARGE])
    with pytest.raises(LoamError) as raised:
        refuse_too_large([task(1), task(9_250_000_000)], [SMALL, LARGE])
    assert str(raised.value) == (
        "dedup-copies all: it holds 9.25 GB, and no node of the Ray cluster offers units more than 8.00 GB; "
        "add a node that does (`ray start --memory=BYTES` says what one offers) and run again"
    )


def test_before_an_autoscaler_has_brought_a_node_none_is_too_small() -> None:
    refuse_too_large([task(9_000_000_000)], [])


def test_the_gpus_of_an_engine_are_on_one_node() -> None:
    other = Node("c", 8, 3, 0)
    assert engines_side_by_side(2, [SMALL, LARGE, other]) == 3
    with pytest.raises(LoamError, match=r"^an engine needs 5 GPUs of one node, and the Ray cluster has none with more"):
        engines_side_by_side(5, [LARGE, other])
