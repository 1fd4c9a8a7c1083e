"""A run: which units are due, in which order, and what is done with them."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipelines.corpus import Plan, Receipt, Stage, Unit
from pipelines.corpus.identity import read_corpus_identity, write_corpus_identity
from pipelines.corpus.locks import lock_for_reading, lock_for_run, wait_for_orphans
from pipelines.corpus.sql import delete_spills
from pipelines.corpus.timing import Timing
from pipelines.errors import CorpusError, LoamError
from pipelines.events import stage_begins, stage_ends
from pipelines.executors import Executor
from pipelines.leftovers import delete_leftovers, revoke_unplanned, trusted_receipts
from pipelines.removals.applying import renew_left_out, settle, take_over_list
from pipelines.removals.rewriting import finish_rewriting
from pipelines.run_order import Order, refuse_what_cannot_begin, unusable_folder
from pipelines.stages import ingest, mix
from pipelines.stages.against import other_roots
from pipelines.stages.order import PASSES, passes_until
from pipelines.work import Task

MAX_ROUNDS = 10


@dataclass
class PassReport:
    """What one stage did for one generation: all its receipts, and the timings of the units that were due."""

    stage: str
    generation: int
    receipts: list[Receipt] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    bytes_done: int = 0
    wall_seconds: float = 0.0


class Observer(Protocol):
    """Hears how a run goes on."""

    def stage_begins(self, stage: str, generation: int, due: int, standing: int) -> None:
        """A stage's units are planned: so many are due, so many stand already."""

    def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
        """A unit stands."""

    def stage_ends(self, report: PassReport) -> None:
        """All units of a stage stand."""


def run(order: Order, executor: Executor, observer: Observer) -> list[PassReport]:
    """Bring a corpus to what a recipe describes, doing only what is due.

    Raises:
        LoamError: Another run works on this corpus, it has another name, or a unit cannot be done.
    """
    with _os_errors_told(order.root), contextlib.ExitStack() as locks:
        for other in other_roots(order.recipe, order.recipe_directory, order.root, order.brought):
            read_corpus_identity(other)
            locks.enter_context(lock_for_reading(other))
        try:
            order.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable_folder(error) from error
        locks.enter_context(lock_for_run(order.root))
        refuse_what_cannot_begin(order)
        write_corpus_identity(order.root, order.recipe, order.sample)
        wait_for_orphans(order.root)
        delete_spills(order.root)
        finish_rewriting(order.root)
        plan = Plan(
            order.recipe,
            order.recipe_directory,
            order.root,
            sample=order.sample,
            lent=order.lent,
            brought=order.brought,
        )
        for receipt in trusted_receipts(order.root, order.lent):
            plan.add(receipt)
        passes = _begun_passes(plan) if order.forgets else passes_until(order.until)
        if not order.forgets:
            take_over_list(order.recipe, order.recipe_directory, order.root)
        for generation in (0, 1):
            settle(plan, generation, restores=not order.forgets)
        reports = []
        for stage, generation in passes:
            if stage == ingest.STAGE and generation > 0:  # which originals are left out is known now
                settle(plan, generation, restores=True)
            reports.append(_run_pass(plan, stage, generation, executor, observer))
        renew_left_out(plan)
        delete_leftovers(plan, {ingest.STAGE, *(stage for stage, _ in passes)})
        delete_spills(order.root)  # of workers that died on the way
        mix.write_launch_file(order.root)
        return reports


@contextlib.contextmanager
def _os_errors_told(root: Path) -> Iterator[None]:
    """Say what of the machine keeps a run from its books: a disk that is full, a folder that cannot be written."""
    try:
        yield
    except OSError as error:
        raise CorpusError(f"{root}: {error}; mend it and run again: what is done stays done") from error


def _begun_passes(plan: Plan) -> Sequence[tuple[Stage, int]]:
    """Return the passes up to the last of which something stands, less those that read sources."""
    last = max(
        (place for place, (stage, generation) in enumerate(PASSES) if plan.receipts(stage.name, generation)), default=-1
    )
    return [(stage, generation) for stage, generation in PASSES[: last + 1] if stage != ingest.STAGE]


def _run_pass(plan: Plan, stage: Stage, generation: int, executor: Executor, observer: Observer) -> PassReport:
    report = PassReport(stage.name, generation)
    begun = time.perf_counter()
    previous: Sequence[Unit] | None = None
    for _ in range(MAX_ROUNDS):
        units = _planned(plan, stage, generation)
        if units == previous:
            break
        previous = units
        revoke_unplanned(plan, stage, generation, units)
        tasks = _due(plan, stage, units)
        observer.stage_begins(stage.name, generation, len(tasks), len(units) - len(tasks))
        stage_begins(stage.name, generation, len(tasks), len(units) - len(tasks))
        plan.lent.bring(path for task in tasks for path in task.unit.inputs)
        for done in executor.run(tasks, _at_once(plan, tasks)):
            plan.add(done.receipt)
            report.timings.append(done.timing)
            report.bytes_done += done.receipt.outcome.bytes_in
            observer.unit_done(stage.name, done.receipt, done.timing)
    else:
        raise LoamError(
            f"{stage.name}: its plan still changes after {MAX_ROUNDS} rounds; this is a defect of the stage"
        )
    report.receipts = plan.receipts(stage.name, generation)
    report.wall_seconds = time.perf_counter() - begun
    stage_ends(stage.name, generation, report.wall_seconds)
    observer.stage_ends(report)
    return report


def _at_once(plan: Plan, tasks: Sequence[Task]) -> int | None:
    """Return how many units the memory allowed holds side by side; None where shards bound what they hold."""
    needed = max((task.memory for task in tasks), default=0)
    return max(1, plan.memory // needed) if needed else None


def _planned(plan: Plan, stage: Stage, generation: int) -> Sequence[Unit]:
    try:
        return stage.plan(plan, generation)
    except LoamError:
        raise
    except Exception as error:
        raise CorpusError(
            f"{stage.name}: {type(error).__name__}: {error}; `loam verify` tells whether the corpus is damaged"
        ) from error


def _due(plan: Plan, stage: Stage, units: Sequence[Unit]) -> list[Task]:
    tasks = []
    for unit in units:
        hashes = {path: plan.output(path).sha256 for path in unit.inputs}
        receipt = plan.receipt(stage.name, unit.name)
        fingerprint = unit.fingerprint(stage.version, hashes)
        if receipt is None or not receipt.stands(plan.root, unit, fingerprint, plan.lent.away):
            rows = {path: rows for path in unit.inputs if (rows := plan.output(path).rows) is not None}
            memory = 0 if stage.memory is None else stage.memory(plan, unit)
            tasks.append(Task(plan.root, unit, hashes, rows, memory=memory))
    return tasks
