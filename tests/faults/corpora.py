"""Corpora of the fault tests: how they are run, killed and compared."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.corpus.receipts import TIMING_SUFFIX, Receipt, read_receipts
from pipelines.corpus.timing import Timing
from pipelines.executors import Executor, InProcess
from pipelines.recipe import load_recipe
from pipelines.run import PassReport, run
from pipelines.run_order import Order
from pipelines.stages.order import PASSES

REPOSITORY = Path(__file__).parents[2]
LAUNCH_FILE = "mixture/data_path.txt"
ROUNDS = int(os.environ.get("LOAM_FAULT_ROUNDS", "2"))

SECONDS = 600.0  # for any command, on a machine that does other things, too
_LOAM = "from pipelines.cli import main; main()"


def snapshot(corpus: Path) -> Mapping[str, str]:
    """Return the SHA-256 of every file of a corpus but timings, and every folder.

    The launch file of Megatron names absolute paths; it is compared with the corpus's place left out.
    """
    found = {}
    for path in sorted(corpus.rglob("*")):
        relative = path.relative_to(corpus).as_posix()
        if path.is_dir():
            found[relative] = "folder"
        elif not relative.endswith(TIMING_SUFFIX):
            content = path.read_bytes()
            if relative == LAUNCH_FILE:
                content = content.replace(str(corpus.resolve()).encode(), b"CORPUS")
            found[relative] = hashlib.sha256(content).hexdigest()
    return found


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the paths at which two snapshots differ."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def environment(scratch: Path) -> dict[str, str]:
    """Return the environment of a command: warnings are errors, temporary files go to a folder that can be watched."""
    scratch.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "PYTHONWARNINGS": "error", "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(scratch)}


def command(*arguments: str | Path | int) -> list[str]:
    """Return the command line of `loam` in a process of its own."""
    return [sys.executable, "-c", _LOAM, *map(str, arguments)]


def loam(*arguments: str | Path | int, scratch: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `loam` in a process of its own, to its end."""
    return run_python(_LOAM, *arguments, scratch=scratch)


def run_python(
    code: str, *arguments: str | Path | int, scratch: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run Python code, such as `loam` under a handicap, in a process of its own, to its end."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=environment(scratch or Path(tempfile.gettempdir())),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def run_loam(recipe: Path, corpus: Path, *arguments: str | int, scratch: Path | None = None) -> None:
    """Run a recipe to its end; anything but success, or anything said, is an error."""
    done = loam("run", recipe, "--corpus", corpus, "--quiet", *arguments, scratch=scratch)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


class _Deaf:
    """Hears a run and says nothing."""

    def stage_begins(self, stage: str, generation: int, due: int, standing: int) -> None:
        pass

    def unit_done(self, stage: str, receipt: Receipt, timing: Timing) -> None:
        pass

    def stage_ends(self, report: PassReport) -> None:
        pass


def run_here(
    recipe: Path,
    corpus: Path,
    settings: Mapping[str, str] | None = None,
    executor: Executor | None = None,
    until: str | None = None,
) -> None:
    """Run a recipe, with some settings changed, to its end in this process, which spares the start of another."""
    described = load_recipe(recipe, settings)
    run(Order(described, recipe.parent, corpus, until), executor or InProcess(), _Deaf())


@dataclass(frozen=True)
class Driver:
    """A run at work in a process of its own."""

    process: "subprocess.Popen[str]"

    def children(self) -> list[int]:
        """Return the processes that the driver started."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == self.process.pid:
                found.append(int(stat.parent.name))
        return found

    def ended(self) -> tuple[int, str, str]:
        """Wait for the end of the run; return its exit code and what it said on either stream."""
        out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, err

    def kill(self) -> None:
        """Kill the driver alone, as nothing can be caught; its workers are left to themselves."""
        self.process.kill()
        self.process.communicate()


def start_loam(recipe: Path, corpus: Path, *arguments: str | int, scratch: Path) -> Driver:
    """Start a run."""
    return start_python(_LOAM, "run", recipe, "--corpus", corpus, "--quiet", *arguments, scratch=scratch)


def start_python(code: str, *arguments: str | Path | int, scratch: Path) -> Driver:
    """Start Python code, such as `loam` under a handicap."""
    started, pipe = [sys.executable, "-c", code, *map(str, arguments)], subprocess.PIPE
    return Driver(
        subprocess.Popen(started, env=environment(scratch), cwd=REPOSITORY, stderr=pipe, stdout=pipe, text=True)
    )


def receipts_written(corpus: Path) -> int:
    """Return how many receipts a run has written so far."""
    names = (path.name for path in (corpus / "ledger").rglob("*.json"))
    return sum(not name.startswith(".") and not name.endswith(TIMING_SUFFIX) for name in names)


def wait_for_receipts(driver: Driver, corpus: Path, receipts: int, seconds: float = 0.0) -> None:
    """Wait until a run has written some receipts, and then some seconds, or until it ends."""
    while receipts_written(corpus) < receipts and driver.process.poll() is None:
        time.sleep(0.005)
    end = time.monotonic() + seconds
    while time.monotonic() < end and driver.process.poll() is None:
        time.sleep(0.005)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")


def wait_until_gone(pids: list[int], seconds: float = 60.0) -> list[int]:
    """Return which of some processes are still there after some seconds."""
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def last_stage(corpus: Path) -> str | None:
    """Return the stage, and generation, that a run had come to: the last of which a unit stands."""
    standing = {(receipt.stage, receipt.generation) for receipt in read_receipts(corpus, tolerant=True)}
    reached = [f"{stage.name}/{generation}" for stage, generation in PASSES if (stage.name, generation) in standing]
    return reached[-1] if reached else None


def temporary_files(corpus: Path) -> list[str]:
    """Return what a killed run left: unpublished files in the corpus, and spill folders."""
    return sorted(str(path) for pattern in (".*.tmp", ".spill-*", ".loam-*") for path in corpus.parent.rglob(pattern))
