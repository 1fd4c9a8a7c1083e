"""What a run reports: progress while it goes, and a closing table whose counts are the ledger's."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pipelines.corpus import Receipt
from pipelines.corpus.timing import Timing
from pipelines.run import PassReport
from pipelines.stages.order import shown_generation, shown_name, user_name

SHOWN_REASONS = 6
MEGABYTE = 1e6
SLOWEST_SHOWN = 0.1


@dataclass(frozen=True)
class StageSummary:
    """One line of the closing table.

    Attributes:
        stage: The stage, as users know it.
        generation: 0 for documents from sources, 1 for translations.
        rows_in: Documents that came in; to be translated, each once for each language.
        rows_out: Documents that went on.
        dropped: Documents that did not, by named reason.
        units: Units that stand, and of these how many were done in this run.
        bytes_done: UTF-8 bytes of text that this run's units processed.
        wall_seconds: Wall time of the stage in this run.
        cpu_seconds: CPU time of its units in this run.
        peak_bytes: Highest memory of a process that ran one of them.
    """

    stage: str
    generation: int
    rows_in: int
    rows_out: int
    dropped: dict[str, int]
    units: int
    units_done: int
    bytes_done: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    def to_json(self) -> dict[str, object]:
        """Return the line as plain JSON."""
        return asdict(self)


# Of the passes behind a stage's name, the one whose rows are documents in and documents out; the others prepare it.
_COUNTED = {
    "annotate": ("annotate-core",),
    "dedup": ("dedup",),
    "select": ("select",),
    "translate": ("choose-translations", "translate"),
    "tokenize": ("encode",),
    "publish": ("publish",),
}


def summarize(reports: Sequence[PassReport]) -> list[StageSummary]:
    """Return a line for each stage and generation that has units, in the order of the way."""
    lines: dict[tuple[str, int], list[PassReport]] = {}
    for report in reports:
        if report.receipts:
            key = report.stage, report.generation
            lines.setdefault((user_name(*key), shown_generation(*key)), []).append(report)
    return [_line(stage, generation, passes) for (stage, generation), passes in lines.items()]


def _line(stage: str, generation: int, passes: Sequence[PassReport]) -> StageSummary:
    counted = [report for report in passes if report.stage in _COUNTED.get(stage, (report.stage,))]
    first, last = (counted[0].stage, counted[-1].stage) if counted else (None, None)
    dropped = Counter[str]()
    rows_in = rows_out = 0
    for report in counted:
        times = _languages(counted) if report.stage != last else 1
        for outcome in (receipt.outcome for receipt in report.receipts):
            dropped.update({reason: count * times for reason, count in outcome.dropped.items()})
            rows_in += outcome.rows_in * times if report.stage == first else 0
            rows_out += outcome.rows_out if report.stage == last else 0
    timings = [timing for report in passes for timing in report.timings]
    return StageSummary(
        stage=stage,
        generation=generation,
        rows_in=rows_in,
        rows_out=rows_out,
        dropped=dict(dropped.most_common()),
        units=sum(len(report.receipts) for report in passes),
        units_done=len(timings),
        bytes_done=sum(report.bytes_done for report in counted),
        wall_seconds=sum(report.wall_seconds for report in passes),
        cpu_seconds=sum(timing.cpu_seconds for timing in timings),
        peak_bytes=max((timing.peak_bytes for timing in timings), default=0),
    )


def _languages(reports: Sequence[PassReport]) -> int:
    """Return into how many languages documents are translated; what is not chosen is left out of each."""
    return max(1, len({receipt.parameters.get("to") for report in reports[1:] for receipt in report.receipts}))


def closing_table(lines: Sequence[StageSummary]) -> Table:
    """Return the closing table: rows in, kept, dropped by reason, and MB of text a second of wall time."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    for column in ("rows in", "kept"):
        table.add_column(column, justify="right")
    table.add_column("dropped by reason", overflow="fold")
    table.add_column("MB/s", justify="right")
    for line in lines:
        if not line.units_done:
            speed = "stands"
        elif line.bytes_done and line.wall_seconds:
            rate = line.bytes_done / MEGABYTE / line.wall_seconds
            speed = f"{rate:.1f}" if rate >= SLOWEST_SHOWN else f"<{SLOWEST_SHOWN}"
        else:
            speed = ""
        name = shown_name(line.stage, line.generation)
        table.add_row(name, f"{line.rows_in:,}", f"{line.rows_out:,}", _reasons(line.dropped), speed)
    return table


def _reasons(dropped: dict[str, int]) -> str:
    shown = list(dropped.items())[:SHOWN_REASONS]
    rest = sum(dropped.values()) - sum(count for _, count in shown)
    parts = [f"{reason} {count:,}" for reason, count in shown] + ([f"others {rest:,}"] if rest else [])
    return ", ".join(parts)


class ProgressBars:
    """Shows a bar for each stage, with an estimate; on standard error, so that output can be piped."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(file=sys.stderr),
        )
        self._bars: dict[tuple[str, int], TaskID] = {}
        self._current: tuple[str, int] | None = None
        self._rows = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage_begins(self, stage: str, generation: int, due: int, standing: int) -> None:
        """Add a bar, unless the stage has nothing to do and nothing stands."""
        key = (stage, generation)
        self._current, self._rows = key, 0
        if not due + standing:
            return
        if key not in self._bars:
            self._bars[key] = self._progress.add_task(shown_name(stage, generation), total=due + standing, note="")
        self._progress.update(self._bars[key], total=due + standing, completed=standing)

    def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
        """Move the bar of the stage on."""
        del stage, timing
        if self._current is None:
            return
        self._rows += receipt.outcome.rows_in
        self._progress.update(self._bars[self._current], advance=1, note=f"{self._rows:,} rows")

    def stage_ends(self, report: PassReport) -> None:
        """Say how long a finished stage took, or that it stood already."""
        key = (report.stage, report.generation)
        if key in self._bars and not report.timings:
            self._progress.update(self._bars[key], note="stands already")


class Silence:
    """Hears and says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def stage_begins(self, stage: str, generation: int, due: int, standing: int) -> None:
        """Say nothing."""

    def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
        """Say nothing."""

    def stage_ends(self, report: PassReport) -> None:
        """Say nothing."""
