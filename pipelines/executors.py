"""Where units run: in this process, in a pool of processes, or on Ray. The bytes are the same everywhere."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Protocol

from pipelines.errors import LoamError
from pipelines.work import Done, Task, perform

# One unit uses one core: more units run instead. Set before the libraries that read them are imported.
SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class Executor(Protocol):
    """Runs tasks side by side."""

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform all tasks and yield each as it is done, in any order.

        Args:
            tasks: The tasks.
            at_once: How many may run side by side; as many as there are workers, by default.

        Raises:
            LoamError: A task failed. What was done before stays done.
        """

    def close(self) -> None:
        """Let the workers go."""


class InProcess:
    """Runs one task after the other in this process."""

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform the tasks in their order."""
        del at_once  # there is one at a time
        yield from map(perform, tasks)

    def close(self) -> None:
        """Nothing to let go."""


class ProcessPool:
    """Runs tasks in a pool of processes on this machine."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        with environment(SINGLE_THREADED):
            self._pool = ProcessPoolExecutor(
                workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare_worker,
                initargs=(os.getpid(),),
            )

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform the tasks, as many at a time as there are workers, or fewer."""
        waiting, running = iter(tasks), set[Future[Done]]()
        try:
            running = self._submit(islice(waiting, at_once))
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= self._submit(islice(waiting, len(done)))
                for future in done:
                    yield future.result()
        except BrokenProcessPool:
            raise LoamError(
                "a worker process died (killed, or out of memory); run again to go on where it stopped, "
                "with fewer --workers if memory was short"
            ) from None
        except LoamError as error:
            raise type(error)(str(error)) from None  # its cause is in the worker; only a copy of its traceback came
        finally:
            # Whoever goes on must find no task at work in the corpus.
            wait([future for future in running if not future.cancel()])

    def _submit(self, tasks: Iterable[Task]) -> set[Future[Done]]:
        # Workers are spawned by the first submissions and inherit the environment of that moment.
        with environment(SINGLE_THREADED):
            return {self._pool.submit(perform, task) for task in tasks}

    def close(self) -> None:
        """Wait for running tasks and end the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class RayCluster:
    """Runs tasks on Ray: on the cluster that `RAY_ADDRESS` names, else on one started in process."""

    def __init__(self, workers: int) -> None:
        try:
            import ray  # noqa: PLC0415 -- an extra; the core runs without it
        except ImportError:
            raise LoamError("--executor ray needs the extra `ray`: pip install 'loam-curation[ray]'") from None
        self._ray = ray
        self._started = not ray.is_initialized()
        if self._started:
            address = os.environ.get("RAY_ADDRESS")
            local = {} if address else {"num_cpus": workers, "include_dashboard": False}
            try:
                ray.init(
                    address=address,
                    log_to_driver=False,
                    logging_level="ERROR",
                    runtime_env={"env_vars": SINGLE_THREADED},
                    **local,
                )
            except (OSError, RuntimeError, ValueError) as error:
                raise LoamError(
                    f"Ray does not start: {_first_line(error)}; "
                    "see RAY_ADDRESS (a cluster that runs) and RAY_TMPDIR (a folder with a short path)"
                ) from error
        self._perform = ray.remote(num_cpus=1, max_retries=3)(perform)

    def run(self, tasks: Sequence[Task], at_once: int | None = None) -> Iterator[Done]:
        """Perform the tasks wherever the cluster has a core free; a lost node's tasks are tried again."""
        unsent = iter(tasks)
        waiting = [self._perform.remote(task) for task in islice(unsent, at_once)]
        try:
            while waiting:
                ready, waiting = self._ray.wait(waiting, num_returns=1)
                waiting += [self._perform.remote(task) for task in islice(unsent, len(ready))]
                for reference in ready:
                    yield self._result(reference)
        finally:
            for reference in waiting:
                self._ray.cancel(reference)
            if waiting:  # whoever goes on must find no task at work in the corpus
                self._ray.wait(waiting, num_returns=len(waiting))

    def _result(self, reference: object) -> Done:
        try:
            done: Done = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.as_instanceof_cause()
            if isinstance(cause, LoamError):
                raise LoamError(str(error.cause)) from None
            raise
        except self._ray.exceptions.RayError as error:
            raise LoamError(
                f"Ray lost a task for good: {_first_line(error)}; run again to go on where it stopped"
            ) from error
        return done

    def close(self) -> None:
        """Leave the cluster, and end it when it was started here."""
        if self._started:
            self._ray.shutdown()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def open_executor(kind: str, workers: int | None) -> Executor:
    """Return an executor.

    Args:
        kind: `local` or `ray`.
        workers: Processes side by side; by default one a core that this process may use.
    """
    count = workers or available_cores()
    if kind == "ray":
        return RayCluster(count)
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
