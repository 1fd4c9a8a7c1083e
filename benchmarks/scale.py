"""`python -m benchmarks.scale`: a gigabyte of real documents through the whole way, beside a tenth of it."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.documents import MEGABYTE
from benchmarks.machine import machine_facts
from benchmarks.scale_input import InputError, documents_in, first_files, tokenizer_of
from benchmarks.scale_run import WORKERS, RunError, Taken, measured_run, write_recipe
from pipelines.demo.fetch import default_cache

RATE = 5.0  # MB of text a second of wall time, at least
MEMORY = 2.5e9  # bytes of all processes together, at most
GROWTH = 1.05  # times its share of the text that the larger run may take, at most: 10.5 for ten times as much

_WARMING = 10  # MB: leaves compiled kernels on disk, and is not counted


def main(
    cache: Annotated[
        Path | None, typer.Option(help="Keeps the documents; `scale` in $LOAM_CACHE or .cache by default.")
    ] = None,
    sizes: Annotated[list[int] | None, typer.Option("--mb", help="MB of text; may be given several times.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Units side by side.")] = WORKERS,
    pretokenizer: Annotated[str, typer.Option(help="How the tokenizer cuts words: gpt4 or bloom.")] = "gpt4",
    keep: Annotated[Path | None, typer.Option(help="Keep the corpora in this folder.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures here.")] = None,
) -> None:
    """Run ingest to publish on 100 MB and 1 GB of documentation from Debian packages; exit 1 where a bar is missed."""
    console = Console(highlight=False, soft_wrap=True)
    place = cache or default_cache() / "scale"
    place.mkdir(parents=True, exist_ok=True)
    try:
        documents = documents_in(place, workers)
        tokenizer = tokenizer_of(place, documents, pretokenizer)
        runs = {}
        with tempfile.TemporaryDirectory(prefix="loam-scale-") as folder:
            _taken(_WARMING, documents, tokenizer, Path(folder), workers)
            for size in sizes or (100, 1000):
                run = _taken(size, documents, tokenizer, keep or Path(folder), workers)
                name = f"{run.text_bytes / MEGABYTE:,.0f} MB"  # whole files: a little more than was asked for
                runs[name] = run
                console.print(_table(name, run))
                console.print(_sums(run) + "\n")
    except (InputError, RunError) as error:
        console.print(f"scale: {error}", markup=False)
        raise typer.Exit(1) from None
    if json_file is not None:
        figures = {"machine": machine_facts(), "runs": {name: asdict(run) for name, run in runs.items()}}
        json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    bars = list(_bars(runs))
    for said, holds in bars:
        console.print(f"{'holds ' if holds else 'MISSED'}  {said}")
    if not all(holds for _, holds in bars):
        raise typer.Exit(1)


def _taken(size: int, documents: list[Path], tokenizer: Path, folder: Path, workers: int) -> Taken:
    """Run the way on the first files of so many MB, into a new corpus in a folder."""
    files, text_bytes = first_files(documents, size * MEGABYTE)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / f"{size}MB", ignore_errors=True)
    return measured_run(write_recipe(files, tokenizer), folder / f"{size}MB", text_bytes, workers)


def _table(title: str, run: Taken) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(title)
    for column in ("wall s", "CPU s", "MB/CPU-s", "a unit's peak MB", "disk MB"):
        table.add_column(column, justify="right")
    for name, stage in run.stages.items():
        rate = run.text_bytes / MEGABYTE / stage.cpu_seconds if stage.cpu_seconds else 0.0
        table.add_row(
            name,
            f"{stage.wall_seconds:,.1f}",
            f"{stage.cpu_seconds:,.1f}",
            f"{rate:,.0f}",
            f"{stage.peak_bytes / MEGABYTE:,.0f}",
            f"{stage.disk_bytes / MEGABYTE:,.1f}",
        )
    table.add_section()
    disk = sum(stage.disk_bytes for stage in run.stages.values())
    rate = run.text_bytes / MEGABYTE / run.cpu_seconds
    table.add_row(
        "together",
        f"{run.wall_seconds:,.1f}",
        f"{run.cpu_seconds:,.1f}",
        f"{rate:,.1f}",
        "",
        f"{disk / MEGABYTE:,.1f}",
    )
    return table


def _sums(run: Taken) -> str:
    return (
        f"{run.text_bytes / MEGABYTE:,.1f} MB of text in {run.documents:,} documents, {run.kept:,} kept; "
        f"{run.text_bytes / MEGABYTE / run.wall_seconds:.1f} MB/s of wall time; "
        f"{run.peak_bytes / MEGABYTE:,.0f} MB of memory at most, all processes together"
    )


def _bars(runs: Mapping[str, Taken]) -> Iterator[tuple[str, bool]]:
    """Yield what is asked of the runs, with what they gave, and whether it holds."""
    for name, run in runs.items():
        rate = run.text_bytes / MEGABYTE / run.wall_seconds
        yield f"{name}: {rate:.1f} MB/s of wall time, at least {RATE}", rate >= RATE
        peak = f"{run.peak_bytes / 1e9:.2f} GB of memory, at most {MEMORY / 1e9}"
        yield f"{name}: {peak}", run.peak_bytes <= MEMORY
    for (small_name, small), (large_name, large) in pairwise(runs.items()):
        more = large.text_bytes / small.text_bytes
        for what, grown in (
            ("CPU time", large.cpu_seconds / small.cpu_seconds),
            ("wall time", large.wall_seconds / small.wall_seconds),
        ):
            bar = f"for {more:.2f} times the text, at most {more * GROWTH:.2f}"
            yield f"{large_name} takes {grown:.2f} times the {what} of {small_name} {bar}", grown <= more * GROWTH


if __name__ == "__main__":
    typer.run(main)
