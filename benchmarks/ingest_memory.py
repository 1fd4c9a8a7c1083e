"""`python -m benchmarks.ingest_memory`: what taking in one file holds in memory, however big the file is."""

import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.documents import MEGABYTE
from benchmarks.generated_inputs import INPUTS
from benchmarks.usage import cpu_seconds
from pipelines.executors import InProcess
from pipelines.memory import peak_bytes
from pipelines.recipe import load_recipe
from pipelines.run import run
from pipelines.run_order import Order
from pipelines.summary import Silence

GIGABYTE = 1000 * MEGABYTE


@dataclass(frozen=True)
class Taken:
    """What one file took: documents kept and quarantined, CPU seconds, highest resident memory of the process."""

    documents: int
    bad: int
    seconds: float
    peak: int


def take_in(folder: Path, kind: str, source: Path) -> Taken:
    """Ingest one file, alone in this process."""
    recipe = folder / "recipe.yaml"
    sources = [{"name": "made", "kind": kind, "path": str(source)}]
    recipe.write_text(json.dumps({"name": "memory", "sources": sources}), encoding="utf-8")
    begun = cpu_seconds()
    (report,) = run(Order(load_recipe(recipe), folder, folder / "corpus", until="ingest"), InProcess(), Silence())
    outcomes = [receipt.outcome for receipt in report.receipts]
    kept = sum(outcome.rows_out for outcome in outcomes)
    return Taken(kept, sum(outcome.rows_in for outcome in outcomes) - kept, cpu_seconds() - begun, peak_bytes())


def measured(kind: str, size: int, folder: Path) -> Taken:
    """Return what a generated file of a kind takes, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        source = INPUTS[kind](Path(place), size)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            return process.submit(take_in, Path(place), kind, source).result()


def main(
    gigabytes: Annotated[float, typer.Option(min=0.001, help="Size of the big input; the small one is a tenth.")] = 10,
    kind: Annotated[list[str], typer.Option(help=f"Of {', '.join(INPUTS)}; may be repeated.")] = ["jsonl"],  # noqa: B006 -- typer copies it
    folder: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Where inputs and corpora are written.")
    ] = None,
) -> None:
    """Take in an input and one ten times as big, and say what memory each took."""
    with tempfile.TemporaryDirectory(prefix="loam-memory-", dir=folder) as place:
        for name in kind:
            if name not in INPUTS:
                print(f"ingest_memory: no kind {name}; give one of {', '.join(INPUTS)}")
                raise typer.Exit(2)
            for size in (int(gigabytes * GIGABYTE / 10), int(gigabytes * GIGABYTE)):
                taken = measured(name, size, Path(place))
                print(
                    f"{name:14}{size / GIGABYTE:8.3f} GB {taken.documents:10,} documents {taken.bad:6,} others "
                    f"{taken.seconds:8.1f} CPU s {taken.peak / MEGABYTE:8,.0f} MB peak",
                    flush=True,
                )


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    sys.exit(app())
