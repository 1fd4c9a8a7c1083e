"""Stages: how units are planned, and what one of them does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.corpus.plan import Plan
from pipelines.corpus.shelf import Shelf
from pipelines.corpus.units import Outcome, Unit


@dataclass(frozen=True)
class Stage:
    """A step of the way: how its units are planned and what one of them does.

    Attributes:
        name: Its name in the ledger.
        version: Raised whenever the same inputs and parameters would give other bytes.
        tables: Top-level folders of the corpus that hold its outputs.
        plan: From what stands so far and a generation to the units that must stand. Called again after its units
            ran until it returns the same units, so that a plan may depend on what its own units wrote.
        work: Does one unit; reads and writes through the shelf alone.
        memory: The bytes that a unit holds, where no shard bounds them: units run side by side within the memory
            allowed.
    """

    name: str
    version: int
    tables: tuple[str, ...]
    plan: Callable[[Plan, int], Sequence[Unit]]
    work: Callable[[Unit, Shelf], Outcome]
    memory: Callable[[Plan, Unit], int] | None = None
