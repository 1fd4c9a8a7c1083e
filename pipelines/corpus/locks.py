"""Locks on a corpus: one run at a time, and none beside units that a killed run left at work.

A lock goes with its process, however that ends.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines.corpus.receipts import LEDGER
from pipelines.errors import LoamError

ORPHAN_SECONDS = 60.0
_POLL_SECONDS = 0.1


@contextlib.contextmanager
def lock_for_run(root: Path) -> Iterator[None]:
    """Keep other runs away from a corpus.

    Raises:
        LoamError: Another run is working on this corpus.
    """
    with _open_directory(root) as descriptor:
        if not _locked(descriptor, fcntl.LOCK_EX):
            raise LoamError(f"{root}: another run is working on this corpus; wait for it or stop it")
        yield


@contextlib.contextmanager
def lock_for_reading(root: Path) -> Iterator[None]:
    """Keep runs away from a corpus that another run reads; any number may read it.

    Raises:
        LoamError: A run is working on this corpus.
    """
    with _open_directory(root) as descriptor:
        if not _locked(descriptor, fcntl.LOCK_SH):
            raise LoamError(f"{root}: a run is working on this corpus; wait for it or stop it")
        yield


@contextlib.contextmanager
def lock_for_unit(root: Path) -> Iterator[None]:
    """Show that a unit is at work in a corpus.

    Raises:
        LoamError: The run that it belongs to was killed and another has begun.
    """
    with _open_directory(root / LEDGER) as descriptor:
        if not _locked(descriptor, fcntl.LOCK_SH):
            raise LoamError(f"{root}: another run has begun on this corpus")
        yield


def wait_for_orphans(root: Path) -> None:
    """Wait until no unit is at work: a cluster needs a while to see that its driver was killed.

    Raises:
        LoamError: They do not end.
    """
    with _open_directory(root / LEDGER) as descriptor:
        begun = time.monotonic()
        while not _locked(descriptor, fcntl.LOCK_EX):
            if time.monotonic() - begun > ORPHAN_SECONDS:
                raise LoamError(f"{root}: units of a killed run are still at work; stop their processes and run again")
            time.sleep(_POLL_SECONDS)


@contextlib.contextmanager
def _open_directory(path: Path) -> Iterator[int]:
    path.mkdir(exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
