"""`python -m benchmarks.plan_accuracy`: what `loam plan` forecasts from a sample, beside what the run takes."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.documents import MEGABYTE
from benchmarks.scale_input import InputError, documents_in, first_files, tokenizer_of
from benchmarks.scale_run import LOAM, WORKERS, RunError, StageTaken, Taken, measured_run, write_recipe
from pipelines.demo.fetch import default_cache
from pipelines.stages.order import user_name

MOST_OFF = 0.25  # of what the run takes

_NAMES = {"cpu_seconds": "CPU s", "wall_seconds": "wall s", "disk_bytes": "disk MB"}


def main(
    cache: Annotated[
        Path | None, typer.Option(help="Keeps the documents; `scale` in $LOAM_CACHE or .cache by default.")
    ] = None,
    size: Annotated[int, typer.Option("--mb", help="MB of text that are run.")] = 1000,
    sample: Annotated[int, typer.Option("--sample-mb", help="MB of text that are tried, about.")] = 50,
    workers: Annotated[int, typer.Option(min=1, help="Units side by side.")] = WORKERS,
    figures: Annotated[
        Path | None, typer.Option(help="Figures of `benchmarks.scale --json` on the same documents: spares the run.")
    ] = None,
) -> None:
    """Forecast the whole way for documents of Debian packages, run it, and compare; exit 1 if the sums are far off."""
    console = Console(highlight=False, soft_wrap=True)
    place = cache or default_cache() / "scale"
    try:
        documents = documents_in(place, workers)
        tokenizer = tokenizer_of(place, documents, "gpt4")
        files, text_bytes = first_files(documents, size * MEGABYTE)
        with tempfile.TemporaryDirectory(prefix="loam-plan-accuracy-") as folder:
            recipe = write_recipe(files, tokenizer)
            stored = sum(path.stat().st_size for path in files)
            plan = _planned(recipe, round(stored * sample * MEGABYTE / text_bytes), workers)
            if figures is None:
                run = measured_run(recipe, Path(folder, "corpus"), text_bytes, workers)
            else:
                run = _read(figures, text_bytes)
    except (InputError, RunError) as error:
        console.print(f"plan_accuracy: {error}", markup=False)
        raise typer.Exit(1) from None
    planned = _by_stage(plan["passes"])
    console.print(_table(planned, run))
    text = sum(source["text_bytes"] for source in plan["sources"])
    console.print(
        f"\n{text_bytes / MEGABYTE:,.0f} MB of text, forecast {text / MEGABYTE:,.0f}, "
        f"from a sample of {plan['tried_bytes'] / MEGABYTE:,.0f} MB"
    )
    sums = list(_sums(plan, run))
    for name, forecast, taken in sums:
        console.print(f"{name}: forecast {forecast:,.1f}, taken {taken:,.1f}, {_off(forecast, taken)}")
    if any(abs(forecast / taken - 1) > MOST_OFF for _, forecast, taken in sums):
        raise typer.Exit(1)


def _planned(recipe: Path, excerpt: int, workers: int) -> dict[str, Any]:
    command = [*LOAM, "plan", str(recipe), "--corpus", str(recipe.parent / "none"), "--json"]
    done = subprocess.run(
        [*command, "--excerpt", str(excerpt), "--workers", str(workers)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RunError((done.stderr.strip().splitlines() or ["loam plan failed"])[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _read(figures: Path, text_bytes: int) -> Taken:
    """Return the run of the same documents from a file of figures."""
    for run in json.loads(figures.read_text(encoding="utf-8"))["runs"].values():
        if run["text_bytes"] == text_bytes:
            stages = {name: StageTaken(**stage) for name, stage in run["stages"].items()}
            return Taken(**{**run, "stages": stages})
    raise RunError(f"{figures}: no run of these {text_bytes:,} bytes of text")


def _by_stage(passes: list[dict[str, Any]]) -> dict[str, StageTaken]:
    """Return what each stage is said to take; its memory is that of its highest pass."""
    found: dict[str, StageTaken] = {}
    for one in passes:
        name = user_name(one["stage"], one["generation"])
        before = found.get(name, StageTaken(0.0, 0.0, 0, 0))
        found[name] = StageTaken(
            before.wall_seconds + one["wall_seconds"],
            before.cpu_seconds + one["cpu_seconds"],
            max(before.peak_bytes, one["peak_bytes"]),
            before.disk_bytes + one["disk_bytes"],
        )
    return found


def _table(planned: Mapping[str, StageTaken], run: Taken) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("stage")
    for name in ("cpu_seconds", "wall_seconds", "disk_bytes"):
        for column in (f"{_NAMES[name]}, plan", "run", "off"):
            table.add_column(column, justify="right")
    for stage, taken in run.stages.items():
        forecast = planned.get(stage, StageTaken(0.0, 0.0, 0, 0))
        cells = [stage]
        for name, unit in (("cpu_seconds", 1), ("wall_seconds", 1), ("disk_bytes", MEGABYTE)):
            one, other = getattr(forecast, name) / unit, getattr(taken, name) / unit
            cells += [f"{one:,.1f}", f"{other:,.1f}", _off(one, other)]
        table.add_row(*cells)
    return table


def _sums(plan: Mapping[str, Any], run: Taken) -> Iterator[tuple[str, float, float]]:
    passes = plan["passes"]
    yield "CPU seconds", sum(one["cpu_seconds"] for one in passes), run.cpu_seconds
    yield "wall seconds", sum(one["wall_seconds"] for one in passes), run.wall_seconds
    yield "MB of memory", max(one["peak_bytes"] for one in passes) / MEGABYTE, run.peak_bytes / MEGABYTE
    disk = sum(stage.disk_bytes for stage in run.stages.values())
    yield "MB on disk", sum(one["disk_bytes"] for one in passes) / MEGABYTE, disk / MEGABYTE


def _off(forecast: float, taken: float) -> str:
    return f"{forecast / taken - 1:+.0%}" if taken else ""


if __name__ == "__main__":
    typer.run(main)
