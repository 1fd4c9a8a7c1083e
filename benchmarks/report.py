"""What was measured, as a table on screen and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.table import Table

from benchmarks.cases import Case
from benchmarks.documents import MEGABYTE, Size
from benchmarks.measure import Measurement, StartUp

_WHOLE = 10  # from which ratio on its fractions tell nothing


@dataclass
class Report:
    """One benchmark.

    Attributes:
        machine: What it ran on.
        source: Name of the documents' file or corpus.
        documents: Size of what was measured.
        sample: Size of what peers were measured on.
        start_up: Before the first document, with and without compiled kernels on disk.
        measured: Cases in their order.
        failed: Cases that could not be measured, and why.
        notes: What was left out, and why.
    """

    machine: Mapping[str, object]
    source: str
    documents: Size
    sample: Size
    start_up: dict[str, StartUp] = field(default_factory=dict)
    measured: list[tuple[Case, Measurement]] = field(default_factory=list)
    failed: list[tuple[Case, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ratio(self, case: Case, measurement: Measurement) -> float | None:
        """Return how many times faster than the peer of its group a case is, best against best."""
        peer = next((m for other, m in self.measured if other.group == case.group and other.is_peer), None)
        if case.is_peer or peer is None or peer.best is None or measurement.best is None:
            return None
        return measurement.best / peer.best

    def to_json(self) -> dict[str, object]:
        """Return the report as plain JSON; rates are MB (10^6 bytes) of UTF-8 text a CPU-second."""
        return {
            "machine": self.machine,
            "documents": {"source": self.source, **vars(self.documents)},
            "sample": vars(self.sample),
            "start_up": {name: vars(taken) for name, taken in self.start_up.items()},
            "cases": [
                {
                    "group": case.group,
                    "name": case.name,
                    "is_peer": case.is_peer,
                    **vars(measurement),
                    "mb_per_cpu_second_best": measurement.best,
                    "mb_per_cpu_second_median": measurement.median,
                    "times_the_peer": self.ratio(case, measurement),
                }
                for case, measurement in self.measured
            ],
            "failed": [{"group": case.group, "name": case.name, "reason": reason} for case, reason in self.failed],
            "notes": self.notes,
        }


def tables(report: Report) -> Iterator[Table]:
    """Yield a table of the start-up, then one for each group of cases."""
    if report.start_up:
        table = _table("before the first document", ("import, CPU s", "first batch, CPU s"))
        for name, taken in report.start_up.items():
            table.add_row(name, f"{taken.import_seconds:.2f}", f"{taken.first_batch_seconds:.2f}")
        yield table
    for group in dict.fromkeys(case.group for case, _ in report.measured):
        members = [(case, measurement) for case, measurement in report.measured if case.group == group]
        yield _group_table(report, group, members)


def _group_table(report: Report, group: str, members: Sequence[tuple[Case, Measurement]]) -> Table:
    has_peer = any(case.is_peer for case, _ in members)
    columns = ("text MB", "CPU s", "MB/CPU-s", "median", "peak MB")
    table = _table(group, (*columns, "ratio") if has_peer else columns)
    for case, measurement in members:
        cells = [
            case.name,
            f"{measurement.text_bytes / MEGABYTE:,.1f}" if measurement.text_bytes else "",
            f"{measurement.best_seconds:,.3f}",
            _rate(measurement.best),
            _rate(measurement.median),
            f"{measurement.peak_bytes / MEGABYTE:,.0f}",
        ]
        if has_peer:
            ratio = report.ratio(case, measurement)
            cells.append("" if ratio is None else f"{ratio:,.0f}" if ratio >= _WHOLE else f"{ratio:.2f}")
        table.add_row(*cells)
    return table


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(title, min_width=28)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _rate(rate: float | None) -> str:
    if rate is None:
        return ""
    return f"{rate:,.1f}" if rate >= 1 else f"{rate:.3f}"
