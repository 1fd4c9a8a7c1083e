"""One run of the whole way, measured from outside: wall, CPU time, memory of all its processes together, disk."""

import json
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.corpus.receipts import read_receipts
from pipelines.stages.order import user_name

LOAM = (sys.executable, "-c", "from pipelines.cli import main; main()")
WORKERS = 2
STAGES = ("ingest", "annotate", "dedup", "license", "select", "tokenize", "mix", "publish")

_PROC = Path("/proc")
_BETWEEN_SAMPLES = 0.2
_AFTER_NAME = 2  # fields of /proc/PID/stat behind the name in brackets: state, parent


class RunError(Exception):
    """A run failed; the message is what it said last."""


@dataclass(frozen=True)
class StageTaken:
    """What a stage took: seconds of wall and of its units' CPU time, the highest memory of a unit, bytes on disk."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    disk_bytes: int


@dataclass(frozen=True)
class Taken:
    """What a run took.

    Attributes:
        text_bytes: UTF-8 bytes of text that went in.
        documents: Documents that went in, and of these how many were kept.
        kept: See `documents`.
        wall_seconds: From the start of the command to its end.
        cpu_seconds: User and system time of all its processes.
        peak_bytes: Highest memory of all its processes together, what they share counted once (PSS), every 0.2 s.
        stages: By the name that users know.
    """

    text_bytes: int
    documents: int
    kept: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    stages: Mapping[str, StageTaken]


def write_recipe(documents: Sequence[Path], tokenizer: Path) -> Path:
    """Write the recipe of the whole way: copies and near copies, licences, rules, a given tokenizer, a card.

    It lies beside the tokenizer and names its inputs from there, for what a recipe names stands on the card.
    """
    folder = tokenizer.parent
    recipe = {
        "name": "scale",
        "sources": [{"name": "docs", "kind": "parquet", "path": [str(path.relative_to(folder)) for path in documents]}],
        "dedup": {"exact": True, "fuzzy": True},
        "licensing": {"profile": "web-open-access"},
        "select": {
            "rules": {"enough_words": "word_count >= 20", "no_repetition": "rps_doc_frac_chars_top_2gram <= 0.3"}
        },
        "tokenize": {"tokenizer": tokenizer.name, "append_eod": True},
        "publish": {"title": "Documentation in Debian packages"},
        "run": {"memory": "1GB"},
    }
    path = folder / f"{len(documents)}-files.json"
    path.write_text(json.dumps(recipe, indent=1), encoding="utf-8")
    return path


def measured_run(recipe: Path, corpus: Path, text_bytes: int, workers: int = WORKERS) -> Taken:
    """Run a recipe into a corpus that is not there yet.

    Raises:
        RunError: The run failed.
    """
    command = [*LOAM, "run", str(recipe), "--corpus", str(corpus)]
    before, begun = _children_seconds(), time.perf_counter()
    with subprocess.Popen(
        [*command, "--workers", str(workers), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        watch = _MemoryWatch(process.pid)
        watch.start()
        said, complaint = process.communicate()
        watch.stop()
    wall = time.perf_counter() - begun
    if process.returncode:
        raise RunError((complaint.strip().splitlines() or [f"exit code {process.returncode}"])[-1])
    try:
        lines = {line["stage"]: line for line in json.loads(said)}
    except ValueError as error:
        raise RunError(f"more than the closing table on standard output ({error}): {said[:200]!r}") from None
    disk = disk_by_stage(corpus)
    return Taken(
        text_bytes,
        lines["ingest"]["rows_in"],
        lines["select"]["rows_out"],
        wall,
        _children_seconds() - before,
        watch.peak_bytes,
        {stage: _stage(lines[stage], disk[stage]) for stage in STAGES if stage in lines},
    )


def disk_by_stage(corpus: Path) -> Counter[str]:
    """Return the bytes of everything that each stage wrote, as its receipts name it."""
    found = Counter[str]()
    for receipt in read_receipts(corpus):
        written = sum(output.bytes for output in receipt.outputs.values())
        found[user_name(receipt.stage, receipt.generation)] += written
    return found


def _stage(line: Mapping[str, Any], disk_bytes: int) -> StageTaken:
    return StageTaken(line["wall_seconds"], line["cpu_seconds"], line["peak_bytes"], disk_bytes)


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _MemoryWatch(threading.Thread):
    """Adds up the memory of a process and its descendants again and again, and remembers the highest sum."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_BETWEEN_SAMPLES):
            self.peak_bytes = max(self.peak_bytes, sum(map(_proportional_bytes, _family(self._pid))))

    def stop(self) -> None:
        """End, and wait for it."""
        self._ended.set()
        self.join()


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    parents = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it has ended
                continue
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[_AFTER_NAME - 1])
    family = [pid]
    for member in family:
        family.extend(child for child, parent in parents.items() if parent == member)
    return family


def _proportional_bytes(pid: int) -> int:
    """Return the memory of a process, what it shares divided by those it shares it with (proc(5): PSS)."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
