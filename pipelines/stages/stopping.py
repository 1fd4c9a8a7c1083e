"""Stopping: what a unit that can stop early does when its process is told to end (a scheduler's pre-emption)."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from pipelines.sigterm import on_sigterm

# Of the whole process: once it is told to end, units that it is still given stop at once.
ASKED = threading.Event()


@contextlib.contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Take SIGTERM as a wish to stop soon; the context is a function that tells whether it came."""
    with on_sigterm(ASKED.set):
        yield ASKED.is_set
