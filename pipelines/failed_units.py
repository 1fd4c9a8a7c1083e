"""Units that failed in runs that kept a log, and have not been done since: what `loam status --log` adds."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.corpus import Receipt
from pipelines.corpus.timing import read_timing
from pipelines.errors import UsageError
from pipelines.stages.order import shown_name


@dataclass(frozen=True)
class FailedUnit:
    """A unit that could not be done.

    Attributes:
        stage: Its stage, as the ledger names it.
        generation: 0 for documents from sources, 1 for translations.
        unit: Its name.
        at: The files and rows that it was at work on.
        reason: The error.
        time: When it failed, ISO 8601.
    """

    stage: str
    generation: int
    unit: str
    at: str
    reason: str
    time: str


# What is read of the events of a run, by their names.
_FACTS = {
    "stage_begins": {"stage"},
    "unit_finished": {"stage", "unit"},
    "unit_failed": {field.name for field in fields(FailedUnit)},
    "stage_ends": {"stage", "generation"},
}
_KINDS = {"generation": int}  # all else is text


def failed_units(log: Path, root: Path, receipts: Sequence[Receipt]) -> list[FailedUnit]:
    """Return the units that failed when they were last tried, in the order of the log.

    A unit that was done since has an event in the log or, where a later run kept none, a timing of a later beginning;
    one that is planned no longer is none of those without which its stage ended.

    Args:
        log: The file that `loam run --log` wrote.
        root: The corpus.
        receipts: What stands of it.

    Raises:
        UsageError: The log cannot be read, holds no event of a run, or one whose time is none.
    """
    failed: dict[tuple[str, str], FailedUnit] = {}
    events = 0
    for event in _events(log):
        events += 1
        name = event["event"]
        if name == "unit_failed":
            unit = FailedUnit(**{fact: event[fact] for fact in _FACTS[name]})
            failed[unit.stage, unit.unit] = unit
        elif name == "unit_finished":
            failed.pop((event["stage"], event["unit"]), None)
        elif name == "stage_ends":
            ended = event["stage"], event["generation"]
            failed = {key: unit for key, unit in failed.items() if (unit.stage, unit.generation) != ended}
    if not events:
        raise UsageError(f"--log: {log}: holds no event of a run; give the file that `loam run --log` wrote")
    standing = {(receipt.stage, receipt.name): receipt for receipt in receipts}
    return [unit for key, unit in failed.items() if not _was_done_since(unit, root, standing.get(key))]


def failure_line(unit: FailedUnit) -> str:
    """Return a line on a unit that failed."""
    return f"{shown_name(unit.stage, unit.generation)} {unit.unit}: {unit.reason} (at work on {unit.at})"


def _events(log: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a log; a line that a kill cut off is none, and neither are those of other programs."""
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                facts = _FACTS.get(str(event.get("event"))) if isinstance(event, dict) else None
                if facts is not None and all(isinstance(event.get(fact), _KINDS.get(fact, str)) for fact in facts):
                    _check_time(event, f"--log: {log}:{number}")
                    yield event
    except OSError as error:
        raise UsageError(f"--log: {error}; give the file that `loam run --log` wrote") from None


def _check_time(event: dict[str, Any], where: str) -> None:
    """Refuse the time of a unit that failed if it tells none, as one may that was written by hand."""
    if "time" in _FACTS[event["event"]]:
        try:
            _seconds(event["time"])
        except (ValueError, OverflowError):
            raise UsageError(
                f"{where}: {event['time']!r} is no time; write one such as 2026-11-24T09:30:00Z, or delete the line"
            ) from None


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _was_done_since(unit: FailedUnit, root: Path, receipt: Receipt | None) -> bool:
    timing = None if receipt is None else read_timing(root, receipt)
    return timing is not None and timing.began >= _seconds(unit.time)
