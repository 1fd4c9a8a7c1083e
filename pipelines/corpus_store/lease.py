"""One run at a time on a corpus in a bucket: a lock that its holder renews, and that another takes when it does not.

Whoever asks watches the lock by a clock of its own, so the clocks of machines need not agree. All is done by
conditional writes (`If-None-Match: *` for a new lock, `If-Match` for one that stands), of which the store lets one win.
"""

import contextlib
import json
import math
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipelines.corpus_store.store import LOCK, CorpusStore
from pipelines.errors import LoamError

SECONDS = 60.0  # a lock that was not renewed for so long is anyone's
VARIABLE = "LOAM_LEASE_SECONDS"  # names another time, the same on all machines
RENEWALS = 4  # in that time
POLLS = 12


@dataclass
class Lease:
    """The lock of a run.

    Attributes:
        store: The corpus.
        seconds: For how long it holds unless it is renewed.
        owner: What only this run knows.
        tag: The lock's version.
        clock: What tells this machine's time, in seconds.
        renewed: When it was renewed, by that.
        lost: Whether another run has taken it.
    """

    store: CorpusStore
    seconds: float
    clock: Callable[[], float] = time.monotonic
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    tag: str = ""
    renewed: float = 0.0
    lost: bool = False

    def check(self) -> None:
        """Hold on to the corpus only as long as the lock does.

        Raises:
            LoamError: Another run may be at work.
        """
        if self.lost or self.clock() - self.renewed > self.seconds:
            raise LoamError(f"{self.store.address}: the lock was lost, another run may have begun; run again")

    def renew(self) -> None:
        """Say that this run is at work.

        Raises:
            LoamError: The store does not answer.
        """
        begun = self.clock()
        tag = self.store.put_if(LOCK, self._content(), self.tag) or self._tag_if_ours()
        if tag is None:
            self.lost = True
        else:
            self.tag, self.renewed = tag, begun

    def take(self, before: str | None) -> bool:
        """Take the lock if it stands as it did; tell whether it is ours."""
        begun = self.clock()
        tag = self.store.put_if(LOCK, self._content(), before) or self._tag_if_ours()
        if tag is not None:
            self.tag, self.renewed = tag, begun
        return tag is not None

    def let_go(self) -> None:
        """Delete the lock, if it is still ours."""
        if not self.lost and self._tag_if_ours() is not None:
            self.store.delete([LOCK])

    def _content(self) -> bytes:
        lock = {"owner": self.owner, "host": socket.gethostname(), "process": os.getpid(), "seconds": self.seconds}
        return json.dumps({**lock, "mark": secrets.token_hex(4)}).encode()  # a new version each time

    def _tag_if_ours(self) -> str | None:
        """Return the lock's version where an answer was lost and the write was not."""
        found = self.store.read(LOCK)
        return found[1] if found is not None and _read(found[0]).get("owner") == self.owner else None


@contextlib.contextmanager
def hold(store: CorpusStore, say: Callable[[str], None]) -> Iterator[Lease]:
    """Keep other runs away from a corpus, and renew the lock as long as this one is at work.

    Args:
        store: The corpus.
        say: Told why it takes a while.

    Raises:
        LoamError: Another run is at work, or the environment names no time.
    """
    lease = Lease(store, _seconds())
    _take(lease, say)
    ended = threading.Event()
    renewal = threading.Thread(target=_renew, args=(lease, ended), daemon=True)
    renewal.start()
    try:
        yield lease
    finally:
        ended.set()
        renewal.join()
        lease.let_go()


def _seconds() -> float:
    stated = os.environ.get(VARIABLE) or str(SECONDS)
    try:
        seconds = float(stated)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise LoamError(f"{VARIABLE}: {stated!r}: expected seconds, such as {SECONDS:g}")
    return seconds


def _take(lease: Lease, say: Callable[[str], None]) -> None:
    found = lease.store.read(LOCK)
    if found is None:
        if lease.take(None):
            return
        found = lease.store.read(LOCK)
    if found is None:
        raise LoamError(f"{lease.store.address}: another run has begun and ended meanwhile; run again")
    lock, tag = _read(found[0]), found[1]
    stated = lock.get("seconds")
    seconds = max(stated if isinstance(stated, float | int) else 0.0, lease.seconds)
    holder = f"process {lock.get('process')} on {lock.get('host')}"
    say(f"{lease.store.address}: locked by {holder}; waiting {seconds:g} s to see whether that is still at work")
    begun = time.monotonic()
    while time.monotonic() - begun <= seconds:
        time.sleep(seconds / POLLS)
        now = lease.store.read(LOCK)
        if now is None or now[1] != tag:
            break
    else:
        if lease.take(tag):
            return
    if now is None and lease.take(None):
        return
    raise LoamError(f"{lease.store.address}: another run ({holder}) is working on this corpus; wait for it or stop it")


def _renew(lease: Lease, ended: threading.Event) -> None:
    while not ended.wait(lease.seconds / RENEWALS) and not lease.lost:
        with contextlib.suppress(LoamError):  # a store that is away for long is met by `check`
            lease.renew()


def _read(content: bytes) -> dict[str, object]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
