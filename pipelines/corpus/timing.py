"""Wall time, host and memory of each unit: beside the receipts, and no part of what a clean run must reproduce."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.corpus.files import own_temporary_of
from pipelines.corpus.receipts import TIMING_SUFFIX, Receipt


@dataclass(frozen=True)
class Timing:
    """What one unit took, and where it ran.

    Attributes:
        wall_seconds: From its beginning to its commit.
        cpu_seconds: CPU time of its process meanwhile.
        peak_bytes: Highest resident memory of its process meanwhile.
        host: The machine.
        process: The process.
        began: When it began, in seconds since 1970; 0 where that was not noted.
        tries: How often it was begun until it stood.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    host: str
    process: int
    began: float = 0.0
    tries: int = 1


def timing_path(receipt: Receipt) -> str:
    """Return where the timing of a receipt's unit lies."""
    return receipt.path.removesuffix(".json") + TIMING_SUFFIX


def write_timing(root: Path, receipt: Receipt, timing: Timing) -> None:
    """Write the timing of a unit beside its receipt; it may be lost in a crash, so nothing waits for the disk."""
    path = root / timing_path(receipt)
    temporary = own_temporary_of(path)
    temporary.write_text(json.dumps(asdict(timing), indent=1) + "\n", encoding="utf-8")
    temporary.rename(path)


def read_timing(root: Path, receipt: Receipt) -> Timing | None:
    """Return the timing of a receipt's unit; None when the run was killed before it was written, or it is damaged."""
    try:
        return Timing(**json.loads((root / timing_path(receipt)).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
