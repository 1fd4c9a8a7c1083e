"""`python -m benchmarks.dedup_speed`: MB per CPU-second of deduplication, beside its goals and datatrove's MinHash."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.cases import LIBRARY_CASES, PEER_CASES, SAME_DEDUPLICATED, Case
from benchmarks.documents import MEGABYTE, DocumentsError, Material, default_documents, lay_down
from benchmarks.measure import CaseError, Measurement, measure
from benchmarks.peers import missing_packages

TIMES_THE_PEER = 80.0  # what fuzzy deduplication is held to, on the same documents in the same run

_LIMIT = 64 * MEGABYTE


@dataclass(frozen=True)
class Goal:
    """What a case is held to.

    Attributes:
        case: Its name among the cases of libraries.
        least: MB of text a CPU-second.
    """

    case: str
    least: float


GOALS = (
    Goal("fuzzy deduplication, verified", 50.0),
    Goal("the same as redpajama_v2", 20.0),
    Goal("exact deduplication", 150.0),
    Goal("MinHash signatures", 85.0),
    Goal("27 signals and signatures", 65.0),
    Goal("MinHash of RedPajama-V2", 20.0),
)


def main(
    documents: Annotated[Path | None, typer.Option(help="A Parquet file with a column `text`, or a corpus.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Runs of each case; the best counts.")] = 3,
    peers: Annotated[bool, typer.Option(help="Measure datatrove beside, if it is installed.")] = True,
) -> None:
    """Measure the cases of deduplication, one process of one thread each; exit 1 where one falls short of its goal."""
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="loam-bench-") as folder:
        material = Material(Path(folder))
        try:
            size, sample = lay_down(documents or default_documents(), material, _LIMIT)
            rows = [_held_to_goal(goal, material, repeat) for goal in GOALS]
            if peers and not missing_packages():
                rows.append(_beside_peer(material, repeat))
        except (DocumentsError, CaseError) as error:
            console.print(f"benchmarks: {error}", markup=False)
            raise typer.Exit(1) from None
    console.print(
        f"{size.documents:,} documents, {size.text_bytes / MEGABYTE:.1f} MB; "
        f"datatrove and its like on {sample.documents:,} of them, {sample.text_bytes / MEGABYTE:.1f} MB"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for column in ("best", "runs", "peak MB", "goal", ""):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    if any(row[-1] for row in rows):
        raise typer.Exit(1)


def verdict(found: float, least: float) -> str:
    """Return what is printed behind a goal: nothing where it is reached."""
    return "" if found >= least else f"{found / least - 1:.0%}"


def _held_to_goal(goal: Goal, material: Material, repeat: int) -> tuple[str, ...]:
    measured = measure(_case(LIBRARY_CASES, goal.case), material, repeat)
    best = measured.best or 0.0
    return (goal.case, f"{best:.1f}", *_runs(measured), f"{goal.least:.0f}", verdict(best, goal.least))


def _beside_peer(material: Material, repeat: int) -> tuple[str, ...]:
    """Measure datatrove's MinHash and fuzzy deduplication in turn, so that noise meets both alike."""
    alike = [case for case in PEER_CASES if case.group == SAME_DEDUPLICATED]
    (peer,), (ours,) = ([case for case in alike if case.is_peer is is_peer] for is_peer in (True, False))
    theirs, found = measure(peer, material, repeat), measure(ours, material, repeat)
    ratio = (found.best or 0.0) / (theirs.best or 1.0)
    name = f"times datatrove's MinHash ({found.best:.1f} to {theirs.best:.2f})"
    return (name, f"{ratio:.0f}", *_runs(found), f"{TIMES_THE_PEER:.0f}", verdict(ratio, TIMES_THE_PEER))


def _case(cases: tuple[Case, ...], name: str) -> Case:
    return next(case for case in cases if case.name == name)


def _runs(measured: Measurement) -> tuple[str, str]:
    rates = " ".join(f"{measured.text_bytes / MEGABYTE / seconds:.0f}" for seconds in measured.cpu_seconds)
    return rates, f"{measured.peak_bytes / MEGABYTE:,.0f}"


if __name__ == "__main__":
    typer.run(main)
