"""A session with Ray: the cluster that `RAY_ADDRESS` names, else one started in process; nodes are sent this code."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.errors import LoamError
from pipelines.sigterm import on_sigterm
from pipelines.threads import SINGLE_THREADED
from pipelines.trust import VARIABLE as TRUST

# What nodes of a cluster are sent, so that they run the code of this checkout, and what of it they need not.
CODE = tuple(str(Path(__file__).parents[1] / name) for name in ("pipelines", "signals", "translate", "datacards"))
_NOT_SHIPPED = ("**/node_modules", "**/__pycache__")

# What Ray is to say on the standard output of a driver: nothing, for that is where a command writes its result.
_QUIET = {"RAY_DEDUP_LOGS_SKIP_REGEX": ".*"}

# Ray gives its workers a low priority. Those of a cluster that is started here get that of a pool of processes.
PRIORITY = "RAY_worker_niceness"


def open_session(workers: int) -> tuple[Any, bool]:
    """Connect to Ray; return its module, and whether it was started here and is to be shut down by the caller.

    Args:
        workers: The cores of a cluster that is started here.

    Raises:
        LoamError: Ray is not installed, or does not start, or does not answer.
    """
    os.environ.update(_QUIET)  # read when Ray is imported
    try:
        import ray  # noqa: PLC0415 -- an extra; the core runs without it
    except ImportError:
        raise LoamError("--executor ray needs the extra `ray`: pip install 'loam-curation[ray]'") from None
    if ray.is_initialized():
        return ray, False
    address = os.environ.get("RAY_ADDRESS")
    if not address:
        os.environ.setdefault(PRIORITY, "0")
    shipped = {"py_modules": list(CODE), "excludes": list(_NOT_SHIPPED)} if address else {}
    started = {} if address else {"num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(
            address=address or "local",  # never one that happens to run here
            log_to_driver=False,
            logging_level="ERROR",
            runtime_env={"env_vars": _variables(), **shipped},
            **started,
        )
    except Exception as error:  # Ray raises no less when a node does not come up in time
        raise LoamError(
            f"Ray does not start: {first_line(error)}; "
            "see RAY_ADDRESS (a cluster that runs), RAY_AUTH_MODE (`token`, where it asks for one) "
            "and RAY_TMPDIR (a folder with a short path)"
        ) from error
    return ray, True


def _variables() -> dict[str, str]:
    """Return what workers find in their environment. No keys: whoever sees the cluster sees what it is sent."""
    return {**SINGLE_THREADED, **({TRUST: os.environ[TRUST]} if TRUST in os.environ else {})}


@contextmanager
def told_to_end() -> Iterator[threading.Event]:
    """Take SIGTERM as the wish to end a run; the context is set once it came.

    Ray must not be left in the middle of a call, so nothing is raised where the signal comes.
    """
    told = threading.Event()
    with on_sigterm(told.set):
        yield told


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return (str(error).splitlines() or [type(error).__name__])[0]
