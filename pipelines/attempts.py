"""Units tried twice: one that cannot be done is set apart, the others go on, and the end names all that failed."""

import errno
from dataclasses import dataclass, field

from pipelines.corpus import Json
from pipelines.errors import CorpusError
from pipelines.events import unit_failed, unit_finished
from pipelines.work import Done, Task, perform

TRIES = 2
# Where so many fail, it is no shard that is bad: the stage ends early.
MOST_FAILURES = 10
_FILES_NAMED = 3

# What no other unit would be spared.
_OF_THE_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})


@dataclass(frozen=True)
class Failed:
    """A unit that was tried `TRIES` times: its task, and why it cannot be done."""

    task: Task
    reason: str


def attempt(task: Task) -> Done | Failed:
    """Do one unit, and once more if it fails for a reason that may lie in what it works on.

    Raises:
        LoamError: The unit cannot be done, and no other could: the disk is full, an engine is absent, a setting wrong.
    """
    try:
        return perform(task)
    except CorpusError as error:
        _raise_if_of_the_machine(error)
    try:
        return perform(task, failures=1)
    except CorpusError as error:
        _raise_if_of_the_machine(error)
        return Failed(task, str(error))


def _raise_if_of_the_machine(error: CorpusError) -> None:
    if isinstance(error.__cause__, OSError) and error.__cause__.errno in _OF_THE_MACHINE:
        raise error


@dataclass
class Failures:
    """The units of a stage that failed."""

    failed: list[Failed] = field(default_factory=list)

    @property
    def are_too_many(self) -> bool:
        """Whether the stage had better end."""
        return len(self.failed) >= MOST_FAILURES

    def take(self, found: Done | Failed) -> list[Done]:
        """Note a failure; return what was done. Either is an event."""
        if isinstance(found, Done):
            unit_finished(found)
            return [found]
        unit_failed(found.task, found.reason, place_of(found.task))
        self.failed.append(found)
        return []

    def tell(self) -> None:
        """Name every unit that failed in one error, with the files and rows that it works on.

        Raises:
            CorpusError: A unit failed.
        """
        told = [f"{failed.reason} (at work on {place_of(failed.task)})" for failed in self.failed]
        if len(told) == 1:
            raise CorpusError(f"{told[0]}; tried {TRIES} times; what else was due is done")
        if told:
            end = "the stage ended early" if self.are_too_many else "what else was due is done"
            raise CorpusError(f"{len(told)} units failed, each tried {TRIES} times; {end}: {' | '.join(told)}")


def place_of(task: Task) -> str:
    """Return the files that a unit works on: those of the corpus with their rows, a source's with the stretch."""
    parts = task.unit.parameters.get("parts")
    if isinstance(parts, list):
        places = [_stretch(part) for part in parts if isinstance(part, dict)]
    else:
        places = [_rows(path, task.input_rows.get(path)) for path in task.unit.inputs]
    more = f" and {len(places) - _FILES_NAMED} more files" if len(places) > _FILES_NAMED else ""
    return (", ".join(places[:_FILES_NAMED]) or "no file") + more


def _rows(path: str, rows: int | None) -> str:
    return f"{path} rows 1 to {rows}" if rows else path


def _stretch(part: dict[str, Json]) -> str:
    start, stop = part.get("start"), part.get("stop")
    if not start and stop is None:
        return str(part.get("relative"))
    return f"{part.get('relative')} from {start} to {'its end' if stop is None else stop}"
