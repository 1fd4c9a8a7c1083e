"""`python -m benchmarks.ray_overhead`: what Ray adds to a run, beside a pool of processes on the same machine.

Writes JSON: the seconds until the first unit is done, and the wall milliseconds that each further unit takes, of units
that hold one short document each, so that little but the way to a worker and back is measured. Where those go is told
by what units take themselves, by wall and by CPU (each waits for its shard and its receipt to be on the disk), and by
the CPU of the driver. Ray starts workers with a low priority: `RAY_worker_niceness=15` shows how they then wait on a
machine that has other things to do; those of a cluster that is started in process have that of others.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.machine import machine_facts
from pipelines.corpus import Json, Unit
from pipelines.executors import Executor, open_executor
from pipelines.stages import ingest
from pipelines.work import Task

_KINDS = ("local", "ray")


def main(
    units: Annotated[int, typer.Option(min=10, help="Units to do in each round.")] = 500,
    workers: Annotated[int, typer.Option(min=2, help="Workers of both.")] = 2,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; the best counts.")] = 3,
) -> None:
    """Do the same units on both executors."""
    with tempfile.TemporaryDirectory(prefix="loam-bench-") as folder:
        found = {kind: _measured(kind, Path(folder), units, workers, rounds) for kind in _KINDS}
    added = found["ray"]["milliseconds_a_unit"] - found["local"]["milliseconds_a_unit"]
    figures = {"machine": machine_facts(), **found, "ray_adds_milliseconds_a_unit": round(added, 2)}
    json.dump(figures, sys.stdout, indent=1, default=str)
    print()


def _measured(kind: str, folder: Path, units: int, workers: int, rounds: int) -> dict[str, float]:
    begun = time.perf_counter()
    executor = open_executor(kind, workers)
    try:
        first = _tasks(folder / kind / "first", workers)
        _seconds(lambda: list(executor.run(first)))
        started = time.perf_counter() - begun
        figures = min(
            (_round(executor, folder / kind / str(number), units, workers) for number in range(rounds)),
            key=lambda found: found["milliseconds_a_unit"],
        )
    finally:
        executor.close()
    return {"seconds_to_first": round(started, 2), **figures}


def _round(executor: Executor, root: Path, units: int, workers: int) -> dict[str, float]:
    tasks = _tasks(root, units)
    wall, cpu = time.perf_counter(), time.process_time()
    done = list(executor.run(tasks))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    inside = sum(one.timing.wall_seconds for one in done) / workers
    inside_cpu = sum(one.timing.cpu_seconds for one in done) / workers
    shares = {"milliseconds_a_unit": wall, "in_units": inside, "in_units_cpu": inside_cpu, "in_driver_cpu": cpu}
    return {name: round(1000 * seconds / units, 2) for name, seconds in shares.items()}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _tasks(root: Path, count: int) -> list[Task]:
    """Return units of ingest, each of a file with one document."""
    root.mkdir(parents=True)
    tasks = []
    for number in range(count):
        file = root / f"{number:05}.jsonl"
        file.write_text(json.dumps({"text": f"Document {number}."}) + "\n", encoding="utf-8")
        stored: dict[str, Json] = {"relative": file.name, "sha256": "0" * 64, "size": 1}
        part: dict[str, Json] = {**stored, "index": 0, "start": 0, "stop": None, "companions": []}
        source: dict[str, Json] = {"kind": "jsonl", "columns": {}, "options": {}, "license": None, "lang": None}
        parameters = {**source, "limit": None, "sample": 1.0, "parts": [part], "exclude": [], "option_files": {}}
        unit = Unit(ingest.STAGE.name, f"docs/{number:05}", 0, (), parameters, (str(file),))
        tasks.append(Task(root, unit, {}))
    return tasks


if __name__ == "__main__":
    typer.run(main)
