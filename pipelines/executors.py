"""Where units run: in this process, in a pool of processes, or on Ray. The bytes are the same everywhere."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Protocol

from pipelines.attempts import Failed, Failures, attempt
from pipelines.errors import LoamError
from pipelines.events import unit_started
from pipelines.group_kernels import GroupKernels
from pipelines.ray_cluster import RayCluster
from pipelines.sigterm import on_sigterm
from pipelines.threads import SINGLE_THREADED
from pipelines.work import Done, Task

_TOLD_AGAIN = 0.2  # seconds after which a worker that should end is told so again
WORKER_DIED = (
    "the worker process died twice (killed, or out of memory); run again to go on where it stopped, "
    "with fewer --workers if memory was short"
)


class Executor(Protocol):
    """Runs tasks side by side."""

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform all tasks and yield each as it is done, in any order.

        Args:
            tasks: The tasks.
            at_once: How many may run side by side; as many as there are workers, by default.

        Raises:
            LoamError: Tasks failed. All others were performed first, unless what failed would fail everywhere or a
                stage had too many failures; what was done stays done.
        """

    def close(self) -> None:
        """Let the workers go."""


class InProcess:
    """Runs one task after the other in this process."""

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform the tasks in their order."""
        del at_once  # there is one at a time
        yield from _one_by_one(tasks)

    def close(self) -> None:
        """Nothing to let go."""


class _Worker(SpawnProcess):
    """A worker of a pool: this process may have other children, such as those of an engine that holds the GPUs."""


class _Workers(SpawnContext):
    Process = _Worker


class ProcessPool:
    """Runs tasks in a pool of processes on this machine."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._told_to_end = False
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        with environment(SINGLE_THREADED):
            return ProcessPoolExecutor(
                self._workers,
                mp_context=_Workers(),
                initializer=_prepare_worker,
                initargs=(os.getpid(),),
            )

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform the tasks, as many at a time as there are workers, or fewer; one after the other those on GPUs.

        Those are done by this process: an engine that holds the GPUs must not be loaded by a second one.
        """
        yield from _one_by_one([task for task in tasks if task.unit.gpus])
        width = min(self._workers + 1, at_once or self._workers + 1)  # one waits at the door
        with on_sigterm(self._end_workers):
            yield from self._run_in_pool([task for task in tasks if not task.unit.gpus], width)

    def _run_in_pool(self, tasks: Sequence[Task], width: int) -> Iterator[Done]:
        """Perform tasks; those at work when a worker died are done again one at a time, to see whose fault it was."""
        failures = Failures()
        unsent, suspects = deque(tasks), deque[Task]()
        running: dict[Future[Done | Failed], Task] = {}
        try:
            while running or suspects or (unsent and not failures.are_too_many):
                alone = bool(suspects)
                if alone:
                    self._submit([suspects.popleft()], running)
                elif not failures.are_too_many:
                    self._submit([unsent.popleft() for _ in range(min(width - len(running), len(unsent)))], running)
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                lost = []
                for future in done:
                    task = running.pop(future)
                    try:
                        yield from failures.take(future.result())
                    except BrokenProcessPool:
                        lost.append(task)
                if lost:
                    lost += self._replace_pool(running)
                    if alone:
                        failures.take(Failed(lost[0], f"{lost[0].unit.stage} {lost[0].unit.name}: {WORKER_DIED}"))
                    else:
                        suspects.extend(replace(task, lost=task.lost + 1) for task in lost)
        except LoamError as error:
            raise type(error)(str(error)) from None  # its cause is in the worker; only a copy of its traceback came
        finally:
            # Whoever goes on must find no task at work in the corpus.
            wait([future for future in running if not future.cancel()])
        failures.tell()

    def _submit(self, tasks: Iterable[Task], running: dict[Future[Done | Failed], Task]) -> None:
        # Workers are spawned by the first submissions and inherit the environment of that moment.
        with environment(SINGLE_THREADED):
            for task in tasks:
                unit_started(task)
                try:
                    running[self._pool.submit(attempt, task)] = task
                except BrokenProcessPool as error:  # a worker died just now; what comes of it is decided in one place
                    broken = Future[Done | Failed]()
                    broken.set_exception(error)
                    running[broken] = task

    def _replace_pool(self, running: dict[Future[Done | Failed], Task]) -> list[Task]:
        """Start new workers in the place of those that went with one of them; return the tasks that were at work.

        Raises:
            LoamError: They were told to end.
        """
        if self._told_to_end:
            self._end_broken()
            raise LoamError("told to end; run again to go on where it stopped")
        self._end_broken()
        self._pool = self._start()
        lost = list(running.values())
        running.clear()
        return lost

    def _end_workers(self) -> None:
        """Pass SIGTERM on to the workers: a unit that can end early does, with what it has done; the others die."""
        self._told_to_end = True
        for worker in _workers():
            worker.terminate()

    def _end_broken(self) -> None:
        """Wait for the workers that are left after one died, and let them know.

        One that died while it waited for a task keeps the lock of their queue: a worker that was at work when they were
        told to end, and ended its unit early, would wait for that lock for ever.
        """
        self._pool.shutdown(wait=False, cancel_futures=True)
        while workers := _workers():
            for worker in workers:
                worker.terminate()
            workers[0].join(_TOLD_AGAIN)

    def close(self) -> None:
        """Wait for running tasks and end the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _workers() -> list[_Worker]:
    return [child for child in multiprocessing.active_children() if isinstance(child, _Worker)]


def _one_by_one(tasks: Sequence[Task]) -> Iterator[Done]:
    """Perform tasks in this process, in their order.

    SIGTERM is taken as Ctrl-C is: a unit at work is given up, and what it keeps elsewhere is cleared away.
    """
    failures = Failures()
    with on_sigterm(_interrupt):
        for task in tasks:
            unit_started(task)
            yield from failures.take(attempt(task))
            if failures.are_too_many:
                break
    failures.tell()


def _interrupt() -> None:
    raise KeyboardInterrupt


def open_executor(kind: str, workers: int | None, kernels: Sequence[GroupKernels] = ()) -> Executor:
    """Return an executor.

    Args:
        kind: `local` or `ray`.
        workers: Processes side by side; by default one a core that this process may use.
        kernels: What nodes of a cluster are to compile before units need it.
    """
    count = workers or available_cores()
    if kind == "ray":
        return RayCluster(count, kernels)
    return InProcess() if count == 1 else ProcessPool(count)


def available_cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # macOS has none
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set environment variables for child processes started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _prepare_worker(parent: int) -> None:
    """Let a worker ignore Ctrl-C, which is the parent's to answer, and die with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        # An orphan would go on committing units of an old recipe under the feet of the next run.
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
