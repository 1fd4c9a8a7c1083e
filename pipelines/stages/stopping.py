"""Stopping: what a unit that can stop early does when its process is told to end (a scheduler's pre-emption)."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

# Of the whole process: once it is told to end, units that it is still given stop at once.
ASKED = threading.Event()


@contextlib.contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Take SIGTERM as a wish to stop soon; the context is a function that tells whether it came.

    Only the main thread of a process can take signals; in another nothing is ever asked.
    """
    if threading.current_thread() is not threading.main_thread():
        yield ASKED.is_set
        return
    before = signal.signal(signal.SIGTERM, lambda *_: ASKED.set())
    try:
        yield ASKED.is_set
    finally:
        signal.signal(signal.SIGTERM, before)
