"""What each unit of a corpus took: its receipt and its timing, side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.corpus import Receipt
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.timing import Timing, read_timing
from pipelines.stages.order import PASSES, user_name


@dataclass(frozen=True)
class UnitTaken:
    """A unit that stands, and what it took; without a timing where that was lost or never written."""

    receipt: Receipt
    timing: Timing | None

    @property
    def wall_seconds(self) -> float:
        """Seconds from its beginning to its commit; 0 without a timing."""
        return self.timing.wall_seconds if self.timing else 0.0

    @property
    def worker(self) -> tuple[str, int] | None:
        """Host and process that did it."""
        return (self.timing.host, self.timing.process) if self.timing else None

    @property
    def span(self) -> tuple[float, float] | None:
        """When it began and ended, in seconds since 1970, where that was noted."""
        if self.timing is None or not self.timing.began:
            return None
        return self.timing.began, self.timing.began + self.timing.wall_seconds

    @property
    def disk_bytes(self) -> int:
        """Bytes of all that it wrote."""
        return sum(output.bytes for output in self.receipt.outputs.values())


@dataclass
class Sums:
    """What some units took together.

    Attributes:
        units: How many units.
        rows_in: Rows that they read.
        rows_out: Rows that they passed on.
        dropped: Rows that they did not, by named reason.
        text_bytes: UTF-8 bytes of text that they processed.
        disk_bytes: Bytes that they wrote.
        worker_seconds: Seconds of wall time, added up over units.
        elapsed_seconds: Seconds during which at least one of them was at work, as far as that was noted.
        cpu_seconds: Seconds of CPU time.
        peak_bytes: The highest memory of a process at one of them.
        tried_again: How often one was begun once more.
        untimed: Units without a timing.
    """

    units: int = 0
    rows_in: int = 0
    rows_out: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    text_bytes: int = 0
    disk_bytes: int = 0
    worker_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    tried_again: int = 0
    untimed: int = 0


def units_of(root: Path) -> list[UnitTaken]:
    """Return every unit that stands, in the order of the way.

    Raises:
        CorpusError: The directory is no corpus, or a receipt is damaged.
    """
    read_corpus_identity(root)
    places = {(stage.name, generation): place for place, (stage, generation) in enumerate(PASSES)}
    receipts = [receipt for receipt in read_receipts(root) if (receipt.stage, receipt.generation) in places]
    receipts.sort(key=lambda receipt: (places[receipt.stage, receipt.generation], receipt.name))
    return [UnitTaken(receipt, read_timing(root, receipt)) for receipt in receipts]


def by_pass(units: Iterable[UnitTaken]) -> dict[tuple[str, int], list[UnitTaken]]:
    """Return units by stage, as the ledger names it, and generation."""
    found: dict[tuple[str, int], list[UnitTaken]] = {}
    for unit in units:
        found.setdefault((unit.receipt.stage, unit.receipt.generation), []).append(unit)
    return found


def stage_of(unit: UnitTaken) -> str:
    """Return the stage of a unit, as users know it."""
    return user_name(unit.receipt.stage, unit.receipt.generation)


def sums_of(units: Sequence[UnitTaken]) -> Sums:
    """Return what units took together."""
    sums = Sums(len(units))
    for unit in units:
        outcome = unit.receipt.outcome
        sums.rows_in += outcome.rows_in
        sums.rows_out += outcome.rows_out
        sums.dropped.update(outcome.dropped)
        sums.text_bytes += outcome.bytes_in
        sums.disk_bytes += unit.disk_bytes
        if unit.timing is None:
            sums.untimed += 1
            continue
        sums.worker_seconds += unit.timing.wall_seconds
        sums.cpu_seconds += unit.timing.cpu_seconds
        sums.peak_bytes = max(sums.peak_bytes, unit.timing.peak_bytes)
        sums.tried_again += unit.timing.tries - 1
    sums.elapsed_seconds = sum(end - begin for begin, end in busy_stretches(units))
    return sums


def busy_stretches(units: Iterable[UnitTaken]) -> list[tuple[float, float]]:
    """Return the stretches of time during which at least one unit was at work, in their order."""
    stretches: list[tuple[float, float]] = []
    for begin, end in sorted(span for unit in units if (span := unit.span) is not None):
        if stretches and begin <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(stretches[-1][1], end)
        else:
            stretches.append((begin, end))
    return stretches
