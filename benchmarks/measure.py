"""Runs cases in fresh processes of one thread, and says what they took."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.cases import Case
from benchmarks.documents import MEGABYTE, Material

_PROJECT = Path(__file__).parents[1]
_THREAD_COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
_ONE_THREAD = {**dict.fromkeys(_THREAD_COUNTS, "1"), "TOKENIZERS_PARALLELISM": "false"}


class CaseError(Exception):
    """A case failed; the message is the last line that it said."""


@dataclass(frozen=True)
class Measurement:
    """What a case took.

    Attributes:
        text_bytes: UTF-8 bytes of text worked on; 0 where a case reads none.
        cpu_seconds: User and system time of each run, children included.
        peak_bytes: Highest resident memory of its process, the documents that it holds included.
    """

    text_bytes: int
    cpu_seconds: tuple[float, ...]
    peak_bytes: int

    @property
    def best_seconds(self) -> float:
        """CPU seconds of the best run."""
        return min(self.cpu_seconds)

    @property
    def best(self) -> float | None:
        """MB of text a CPU-second in the best run; None without text."""
        return self._rate(min(self.cpu_seconds))

    @property
    def median(self) -> float | None:
        """MB of text a CPU-second in the middle run; None without text."""
        return self._rate(median(self.cpu_seconds))

    def _rate(self, seconds: float) -> float | None:
        return self.text_bytes / MEGABYTE / seconds if self.text_bytes else None


@dataclass(frozen=True)
class StartUp:
    """CPU seconds before the first document: importing `signals`, and its first batch."""

    import_seconds: float
    first_batch_seconds: float


def measure(case: Case, material: Material, repeat: int) -> Measurement:
    """Run a case several times in one fresh process.

    Raises:
        CaseError: It failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.json")
        _python("benchmarks.child", str(material.folder), case.prepare, str(repeat), str(result), *case.arguments)
        taken = json.loads(result.read_text(encoding="utf-8"))
    return Measurement(taken["text_bytes"], tuple(taken["cpu_seconds"]), taken["peak_bytes"])


def measure_start_up(*, cold: bool, repeat: int) -> StartUp:
    """Return the best of several first batches, each in a fresh process; cold ones find no compiled kernels.

    Raises:
        CaseError: It failed.
    """
    best: StartUp | None = None
    for _ in range(1 if cold else repeat):
        with tempfile.TemporaryDirectory() as cache:
            said = _python("benchmarks.startup", **({"XDG_CACHE_HOME": cache} if cold else {}))
        taken = StartUp(**json.loads(said))
        if best is None or taken.first_batch_seconds < best.first_batch_seconds:
            best = taken
    if best is None:
        raise ValueError("repeat must be at least 1")
    return best


def _python(module: str, *arguments: str, **environment: str) -> str:
    """Run a module of this project and return what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=_PROJECT,
        env={**os.environ, **_ONE_THREAD, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CaseError((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    return done.stdout
