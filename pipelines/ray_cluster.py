"""Units on Ray: tasks wherever a core is free, and one actor for each engine that holds GPUs."""

import math
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from pipelines.attempts import Failed, Failures, attempt
from pipelines.errors import LoamError, WorkerLostError
from pipelines.events import unit_started
from pipelines.group_kernels import GroupKernels, compile_all
from pipelines.ray_requests import Node, engines_side_by_side, most_waiting, nodes_with_cores, refuse_too_large
from pipelines.ray_session import first_line, open_session, told_to_end
from pipelines.work import Done, Task

# How often Ray tries a task again that took its process with it.
_RETRIES = 3

# How long a driver waits for a task before it looks whether it was told to end.
_SECONDS = 1.0

# How often a driver looks for nodes that have joined.
_SECONDS_BETWEEN_LOOKS = 5.0


class _Worker:
    """A process that keeps its engine from task to task."""

    def attempt(self, task: Task) -> Done | Failed:
        return attempt(task)


class RayCluster:
    """Runs tasks on Ray: on the cluster that `RAY_ADDRESS` names, else on one started in process."""

    def __init__(self, workers: int, kernels: Sequence[GroupKernels] = ()) -> None:
        self._ray, self._started = open_session(workers)
        self._kernels = kernels
        self._compiling: set[str] = set()
        self._looked = -math.inf
        self._until_closed = ExitStack()
        self._told_to_end = self._until_closed.enter_context(told_to_end())
        self._attempt = self._ray.remote(num_cpus=1, max_retries=_RETRIES, retry_exceptions=[WorkerLostError])(attempt)
        self._compile = self._ray.remote(num_cpus=0, max_retries=0)(compile_all)

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform the tasks wherever the cluster has room; those of a lost node or engine are tried again."""
        self._compile_on_new_nodes()
        anywhere = [replace(task, root=task.root.absolute()) for task in tasks]
        for gpus in sorted({task.unit.gpus for task in anywhere}):
            group = [task for task in anywhere if task.unit.gpus == gpus]
            yield from self._run_on_gpus(group, gpus) if gpus else self._run_on_cores(group, at_once)

    def _run_on_cores(self, tasks: Sequence[Task], at_once: int | None) -> Iterator[Done]:
        failures = Failures()
        unsent = deque(tasks)
        waiting: dict[Any, Task] = {}
        nodes = nodes_with_cores(self._ray.nodes())
        refuse_too_large(tasks, nodes)
        most = most_waiting(nodes, at_once)
        try:
            while waiting or (unsent and not failures.are_too_many):
                while unsent and not failures.are_too_many and len(waiting) < most:
                    task = unsent.popleft()
                    unit_started(task)
                    waiting[self._attempt.options(name=_title(task), memory=task.memory or None).remote(task)] = task
                for reference in self._ready(waiting):
                    yield from failures.take(self._result(reference, waiting.pop(reference)))
        finally:
            for reference in waiting:
                self._ray.cancel(reference)
            if waiting:  # whoever goes on must find no task at work in the corpus
                self._ray.wait(list(waiting), num_returns=len(waiting))
        failures.tell()

    def _run_on_gpus(self, tasks: Sequence[Task], gpus: int) -> Iterator[Done]:
        """Give tasks to actors, one for each engine that the cluster has GPUs for: it is loaded once."""
        nodes = nodes_with_cores(self._ray.nodes())
        engines = engines_side_by_side(gpus, nodes)
        refuse_too_large(tasks, nodes)
        memory = max(task.memory for task in tasks)
        unsent = deque(tasks)
        failures, losses = Failures(), Counter[str]()
        working: dict[Any, tuple[Any, Task]] = {}
        idle = [self._start_actor(gpus, memory) for _ in range(min(len(tasks), engines))]
        try:
            while working or (unsent and not failures.are_too_many):
                while unsent and idle and not failures.are_too_many:
                    actor, task = idle.pop(), unsent.popleft()
                    unit_started(task)
                    working[actor.attempt.remote(task)] = actor, task
                reference = next(iter(self._ready(working)))
                actor, task = working.pop(reference)
                try:
                    done = failures.take(self._result(reference, task))
                except WorkerLostError:
                    losses[task.unit.name] += 1
                    if losses[task.unit.name] > _RETRIES:
                        raise
                    self._ray.kill(actor)
                    unsent.appendleft(task)
                    idle.append(self._start_actor(gpus, memory))
                else:
                    idle.append(actor)
                    yield from done
        finally:
            for actor in (*idle, *(actor for actor, _ in working.values())):
                self._ray.kill(actor)
        failures.tell()

    def _ready(self, references: Iterable[Any]) -> list[Any]:
        """Wait for one of some tasks at least.

        Raises:
            LoamError: The process was told to end.
        """
        ready: list[Any] = []
        while not ready:
            self._compile_on_new_nodes()
            if self._told_to_end.is_set():
                raise LoamError("told to end; run again to go on where it stopped")
            ready, _ = self._ray.wait(list(references), num_returns=1, timeout=_SECONDS)
        return ready

    def _start_actor(self, gpus: int, memory: int) -> Any:  # noqa: ANN401 -- Ray's types are not known here
        return self._ray.remote(num_cpus=1, num_gpus=gpus, memory=memory or None)(_Worker).remote()

    def _compile_on_new_nodes(self) -> None:
        """Let one task on each node that is new compile kernels while other units run, before their workers need them.

        It holds no core, so that it begins at once where all are at work. Nobody waits for it: a unit that comes
        first compiles what it needs while the others of its node wait, and what keeps it from that it tells by name.
        """
        if not self._kernels or time.monotonic() - self._looked < _SECONDS_BETWEEN_LOOKS:
            return
        self._looked = time.monotonic()
        names = {node.name for node in nodes_with_cores(self._ray.nodes())} - self._compiling
        for name in sorted(names):
            there = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(name, soft=False)
            self._compile.options(name="compile kernels", scheduling_strategy=there).remote(self._kernels)
        self._compiling |= names

    def _result(self, reference: object, task: Task) -> Done | Failed:
        try:
            found: Done | Failed = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.as_instanceof_cause()
            if isinstance(cause, LoamError):
                raise type(error.cause)(str(error.cause)) from None
            raise LoamError(
                f"{_title(task)}: a node cannot do it: {_last_line(error)}; "
                "nodes need this Python and the packages that are installed here"
            ) from error
        except self._ray.exceptions.RayActorError as error:
            raise WorkerLostError(f"Ray lost an actor: {first_line(error)}; run again to go on") from error
        except self._ray.exceptions.RayError as error:
            lost = f"Ray lost it for good: {first_line(error)}; run again to go on where it stopped"
            return Failed(task, f"{task.unit.stage} {task.unit.name}: {lost}")
        return found

    def close(self) -> None:
        """Leave the cluster, and end it when it was started here."""
        self._until_closed.close()
        if self._started:
            self._ray.shutdown()


def nodes_now(workers: int) -> list[Node]:
    """Return the nodes of the cluster that a run would use.

    Args:
        workers: The cores of one that would be started in process.

    Raises:
        LoamError: Ray is not installed, or does not start, or does not answer.
    """
    ray, started = open_session(workers)
    try:
        return nodes_with_cores(ray.nodes())
    finally:
        if started:
            ray.shutdown()


def _title(task: Task) -> str:
    """Return what the dashboard and the list of processes show of a task."""
    return f"{task.unit.stage} {task.unit.name}"


def _last_line(error: Exception) -> str:
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__)
