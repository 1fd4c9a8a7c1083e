"""`python -m benchmarks`: CPU seconds and MB per CPU-second of every stage, beside peers, on the same documents."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.cases import LIBRARY_CASES, PEER_CASES, SOURCE_CASES, Case
from benchmarks.documents import MEGABYTE, DocumentsError, Material, default_documents, lay_down
from benchmarks.machine import machine_facts
from benchmarks.measure import CaseError, measure, measure_start_up
from benchmarks.peers import missing_packages
from benchmarks.report import Report, tables
from benchmarks.stages import standing_passes

_BUILDING = Case("stages", "the whole way", "benchmarks.stages:build_corpus")


def main(
    documents: Annotated[
        Path | None,
        typer.Option(metavar="PARQUET|CORPUS", help="A Parquet file with a column `text`, or a corpus."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures here too.")
    ] = None,
    limit_mb: Annotated[float, typer.Option(min=0.1, help="MB of text at most, taken evenly.")] = 64.0,
    peers: Annotated[bool, typer.Option(help="Measure datatrove beside, if it is installed.")] = True,
    repeat: Annotated[int, typer.Option(min=1, help="Runs of each case; the best and the median count.")] = 3,
) -> None:
    """Measure every part on documents: the demo's corpus by default.

    Each case has a process and one thread to itself. What counts is CPU time, user and system: a machine that does
    other work meanwhile changes it little.
    """
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="loam-bench-") as folder:
        material = Material(Path(folder))
        try:
            source = documents or default_documents()
            sizes = lay_down(source, material, int(limit_mb * MEGABYTE))
        except DocumentsError as error:
            console.print(f"benchmarks: {error}", markup=False)
            raise typer.Exit(1) from None
        report = Report(machine_facts(), source.resolve().name, *sizes)
        _fill(report, material, _peer_cases(report, wanted=peers), repeat)
    _print(report, console)
    if json_file is not None:
        json_file.write_text(json.dumps(report.to_json(), indent=1) + "\n", encoding="utf-8")
    if report.failed:
        raise typer.Exit(1)


def _peer_cases(report: Report, *, wanted: bool) -> Sequence[Case]:
    if not wanted:
        return ()
    missing = missing_packages()
    if missing:
        report.notes.append(
            f"datatrove is left out: {' and '.join(missing)} not installed (pip install -e '.[datatrove]')"
        )
        return ()
    return PEER_CASES


def _fill(report: Report, material: Material, peer_cases: Sequence[Case], repeat: int) -> None:
    """Measure everything; a case that fails is recorded, and the others go on."""
    columns = (TextColumn("{task.description:<52}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("building a corpus", total=None)
        try:
            measure(_BUILDING, material, 1)  # warms the kernel cache too
        except CaseError as error:
            report.failed.append((_BUILDING, str(error)))
        passes = standing_passes(material)
        cases = [*LIBRARY_CASES, *SOURCE_CASES, *passes, *peer_cases]
        progress.update(bar, total=len(cases) + 2)
        for name, cold in (("kernels in the cache", False), ("kernels to compile", True)):
            progress.update(bar, description=name)
            report.start_up[name] = measure_start_up(cold=cold, repeat=repeat)
            progress.advance(bar)
        for case in cases:
            progress.update(bar, description=case.name)
            try:
                report.measured.append((case, measure(case, material, repeat)))
            except CaseError as error:
                report.failed.append((case, str(error)))
            progress.advance(bar)


def _print(report: Report, console: Console) -> None:
    megabytes = report.documents.text_bytes / MEGABYTE
    sample = report.sample
    console.print(f"{report.source}: {report.documents.documents:,} documents, {megabytes:,.1f} MB of text")
    if any(case.is_peer for case, _ in report.measured):
        console.print(f"peers: {sample.documents:,} of them, evenly spread, {sample.text_bytes / MEGABYTE:,.1f} MB")
    machine = report.machine
    console.print(f"{machine['processor']}, {machine['cores']} cores, {machine['python']}", markup=False)
    for table in tables(report):
        console.print()
        console.print(table)
    for note in report.notes:
        console.print(f"\n{note}", markup=False)
    for case, reason in report.failed:
        console.print(f"failed: {case.group}, {case.name}: {reason}", style="red", markup=False)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    sys.exit(app())
