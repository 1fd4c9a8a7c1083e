"""What happens in a run, for logs: every event has a name and facts, and goes to the standard logger `loam`."""

import logging

from pipelines.corpus import Json
from pipelines.work import Done, Task

LOGGER = logging.getLogger("loam")
LOGGER.addHandler(logging.NullHandler())  # where no log is asked for, nothing is printed in its place
FACTS = "facts"  # the attribute of a log record that holds an event's facts


def stage_begins(stage: str, generation: int, due: int, standing: int) -> None:
    """Tell that a stage's units are planned: so many are due, so many stand already."""
    _tell("stage_begins", {"stage": stage, "generation": generation, "due": due, "standing": standing})


def stage_ends(stage: str, generation: int, wall_seconds: float) -> None:
    """Tell that all units of a stage stand."""
    _tell("stage_ends", {"stage": stage, "generation": generation, "wall_seconds": round(wall_seconds, 3)})


def unit_started(task: Task) -> None:
    """Tell that a unit was given to a worker; when its work began is told when it has finished."""
    _tell("unit_started", {"stage": task.unit.stage, "unit": task.unit.name, "earlier_tries": task.lost})


def unit_finished(done: Done) -> None:
    """Tell that a unit stands, and what it took."""
    outcome, timing = done.receipt.outcome, done.timing
    facts: dict[str, Json] = {
        "stage": done.receipt.stage,
        "unit": done.receipt.name,
        "began": timing.began,
        "wall_seconds": round(timing.wall_seconds, 3),
        "cpu_seconds": round(timing.cpu_seconds, 3),
        "peak_bytes": timing.peak_bytes,
        "tries": timing.tries,
        "host": timing.host,
        "process": timing.process,
        "rows_in": outcome.rows_in,
        "rows_out": outcome.rows_out,
        "dropped": dict(outcome.dropped),
        "bytes_in": outcome.bytes_in,
    }
    _tell("unit_finished", facts)


def unit_failed(task: Task, reason: str, place: str) -> None:
    """Tell that a unit cannot be done: why, and on which files and rows it was at work."""
    facts: dict[str, Json] = {
        "stage": task.unit.stage,
        "generation": task.unit.generation,
        "unit": task.unit.name,
        "reason": reason,
        "at": place,
    }
    _tell("unit_failed", facts, logging.ERROR)


def _tell(event: str, facts: dict[str, Json], level: int = logging.INFO) -> None:
    LOGGER.log(level, event, extra={FACTS: facts})
