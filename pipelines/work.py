"""One unit, done: looked up, worked, committed, timed. The function that every executor calls."""

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.corpus import Receipt, Shelf, Unit
from pipelines.corpus.locks import lock_for_unit
from pipelines.corpus.timing import Timing, write_timing
from pipelines.errors import CorpusError, LoamError
from pipelines.memory import peak_bytes, release_memory, reset_peak
from pipelines.stages.order import stage_named


@dataclass(frozen=True)
class Task:
    """A unit that is due.

    Attributes:
        root: The corpus.
        unit: The unit.
        input_hashes: SHA-256 of each of its inputs.
        input_rows: How many rows those hold that are tables.
        lost: How many workers died at it.
        memory: The bytes that it holds, where no shard bounds them; 0 elsewhere.
    """

    root: Path
    unit: Unit
    input_hashes: Mapping[str, str]
    input_rows: Mapping[str, int] = field(default_factory=dict)
    lost: int = 0
    memory: int = 0


@dataclass(frozen=True)
class Done:
    """A unit that stands, and what it took."""

    receipt: Receipt
    timing: Timing


def perform(task: Task, failures: int = 0) -> Done:
    """Do one unit and commit it.

    Args:
        task: The unit.
        failures: How often it failed in this process.

    Raises:
        LoamError: The unit cannot be done; the message says which, why, and what to do.
    """
    unit = task.unit
    stage = stage_named(unit.stage)
    release_memory()
    reset_peak()
    began, wall, cpu = time.time(), time.perf_counter(), time.process_time()
    shelf = Shelf(task.root)
    try:
        with lock_for_unit(task.root):
            outcome = stage.work(unit, shelf)
            receipt = shelf.commit(unit, stage.version, dict(task.input_hashes), outcome)
    except LoamError:
        raise
    except OSError as error:
        raise CorpusError(
            f"{unit.stage} {unit.name}: {error}; mend it and run again: what is done stays done"
        ) from error
    except Exception as error:
        raise CorpusError(
            f"{unit.stage} {unit.name}: {type(error).__name__}: {error}; "
            "`loam verify` tells whether the corpus is damaged; if it is not, report this with the recipe"
        ) from error
    timing = Timing(
        wall_seconds=time.perf_counter() - wall,
        cpu_seconds=time.process_time() - cpu,
        peak_bytes=peak_bytes(),
        host=socket.gethostname(),
        process=os.getpid(),
        began=round(began, 3),
        tries=1 + failures + task.lost,
    )
    write_timing(task.root, receipt, timing)
    return Done(receipt, timing)
