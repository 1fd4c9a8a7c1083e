"""What units ask of a Ray cluster, held against what its nodes offer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import LoamError
from pipelines.work import Task

# Tasks that wait at the scheduler for each core of the cluster: enough to keep it busy and to tell an autoscaler what
# is due, and no more, for each takes memory there.
_TASKS_A_CORE = 4
_FEWEST_TASKS = 64


@dataclass(frozen=True)
class Node:
    """A node that lives, and what it offers.

    Attributes:
        name: Ray's name of it.
        cores: Its cores.
        gpus: Its GPUs.
        memory: Bytes that units may ask for.
    """

    name: str
    cores: int
    gpus: int
    memory: int


def nodes_with_cores(told: Iterable[Mapping[str, Any]]) -> list[Node]:
    """Return the nodes that units can run on.

    Args:
        told: What `ray.nodes()` returns.
    """
    found = []
    for node in told:
        offers = {name: int(node["Resources"].get(name, 0)) for name in ("CPU", "GPU", "memory")}
        if node["Alive"] and offers["CPU"] > 0:
            found.append(Node(node["NodeID"], offers["CPU"], offers["GPU"], offers["memory"]))
    return found


def most_waiting(nodes: Sequence[Node], at_once: int | None) -> int:
    """Return how many units may be with the cluster at a time.

    Args:
        nodes: Its nodes.
        at_once: How many the memory of one machine holds side by side; None where shards bound what they hold.
    """
    most = max(_FEWEST_TASKS, _TASKS_A_CORE * sum(node.cores for node in nodes))
    return most if at_once is None else min(most, at_once * max(1, len(nodes)))


def refuse_too_large(tasks: Iterable[Task], nodes: Sequence[Node]) -> None:
    """Refuse a unit that holds more than any node offers: Ray would wait for such a node without end.

    Where no node with cores is there yet, an autoscaler may bring one of any size.

    Raises:
        LoamError: There is such a unit.
    """
    for task in tasks:
        refuse_without_room(f"{task.unit.stage} {task.unit.name}", task.memory, nodes)


def refuse_without_room(unit: str, memory: int, nodes: Sequence[Node]) -> None:
    """Refuse one unit that holds more than any node offers.

    Raises:
        LoamError: It does.
    """
    largest = max((node.memory for node in nodes), default=memory)
    if memory > largest:
        raise LoamError(
            f"{unit}: it holds {memory / 1e9:.2f} GB, and no node of the Ray cluster offers units more than "
            f"{largest / 1e9:.2f} GB; add a node that does (`ray start --memory=BYTES` says what one offers) "
            "and run again"
        )


def engines_side_by_side(gpus: int, nodes: Sequence[Node]) -> int:
    """Return how many engines the cluster has GPUs for; those of one engine are on one node.

    Args:
        gpus: How many one engine holds.
        nodes: The nodes.

    Raises:
        LoamError: No node has so many.
    """
    found = sum(node.gpus // gpus for node in nodes)
    if not found:
        most = max((node.gpus for node in nodes), default=0)
        raise LoamError(
            f"an engine needs {gpus} GPUs of one node, and the Ray cluster has none with more than {most}; "
            "add such a node, or let the engine take fewer, and run again"
        )
    return found
