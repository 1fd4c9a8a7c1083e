"""Where a run works: a folder, and the store that hears of each unit that is done, if there is one."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.corpus import Receipt
from pipelines.corpus.identity import CORPUS_FILE
from pipelines.corpus.lent import Lent
from pipelines.corpus.timing import Timing
from pipelines.corpus_store.lease import Lease
from pipelines.corpus_store.working_folder import WorkingFolder
from pipelines.run import Observer, PassReport

STORED_AT_ONCE = 8


@dataclass
class Place:
    """Where a run works.

    Attributes:
        root: The folder.
    """

    root: Path

    @property
    def lent(self) -> Lent:
        """What of the corpus is fetched when it is needed."""
        return Lent()

    def observing(self, observer: Observer) -> Observer:
        """Return who hears how the run goes on."""
        return observer


@dataclass
class StoredPlace(Place):
    """A working folder whose units go to the store as they are done.

    Attributes:
        working: The folder, and the store.
        lease: The lock on the store.
    """

    working: WorkingFolder
    lease: Lease
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(STORED_AT_ONCE))
    pending: list[Future[None]] = field(default_factory=list)

    @property
    def lent(self) -> Lent:
        """What of the corpus is fetched when it is needed."""
        return self.working.lent

    def observing(self, observer: Observer) -> Observer:
        """Return who hears how the run goes on, and stores what is done."""
        return _Storing(self, observer)

    def store_unit(self, receipt: Receipt) -> None:
        """Begin to store a unit, while others are at work.

        Raises:
            LoamError: One before could not be stored, or another run may have begun.
        """
        self._raise_failures()
        self.pending.append(self.pool.submit(self._push_unit, receipt))

    def _push_unit(self, receipt: Receipt) -> None:
        self.lease.check()  # now, and not when it was done: those before it may have taken long
        self.working.push_unit(receipt)

    def wait(self) -> None:
        """Wait until all units that are done are stored.

        Raises:
            LoamError: One could not be stored.
        """
        for one in self.pending:
            one.result()
        self.pending.clear()

    def _raise_failures(self) -> None:
        for one in [one for one in self.pending if one.done()]:
            one.result()
            self.pending.remove(one)

    def finish(self) -> None:
        """Make the store equal to the folder.

        Raises:
            LoamError: It does not take all, or another run may have begun.
        """
        self.wait()
        self.lease.check()
        self.working.push_rest()

    def close(self) -> None:
        """End storing."""
        self.pool.shutdown(wait=True)
        self.working.write_notes()


class _Storing:
    """Hears how a run goes on, passes it on, and stores every unit that is done."""

    def __init__(self, place: StoredPlace, observer: Observer) -> None:
        self._place, self._observer = place, observer

    def stage_begins(self, stage: str, generation: int, due: int, standing: int) -> None:
        # A round may do a unit of the last one again: that must be stored by then, or the older one might come after.
        self._place.wait()
        self._place.lease.check()
        self._place.working.push([CORPUS_FILE])
        self._observer.stage_begins(stage, generation, due, standing)

    def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
        self._place.store_unit(receipt)
        self._observer.unit_done(stage, receipt, timing)

    def stage_ends(self, report: PassReport) -> None:
        if report.timings:
            self._place.wait()
            self._place.lease.check()
            self._place.working.push_versions()
        self._observer.stage_ends(report)
