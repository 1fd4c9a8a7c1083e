"""A corpus made without a fault, and what a corpus must be to equal it."""

from dataclasses import dataclass
from pathlib import Path

from tests.faults.corpora import differences, snapshot, temporary_files


@dataclass(frozen=True)
class CleanRun:
    """A corpus made without a fault, by one worker.

    Attributes:
        recipe: Its recipe; nobody may write to the inputs beside it.
        corpus: Where it lies; nobody may write there.
        seconds: How long it took.
        receipts: How many units stand.
        files: Its snapshot.
    """

    recipe: Path
    corpus: Path
    seconds: float
    receipts: int
    files: dict[str, str]


def assert_clean(corpus: Path, clean: CleanRun, where: str = "") -> None:
    """Hold a corpus to the clean one: the same files, and nothing that is unfinished."""
    assert differences(snapshot(corpus), clean.files) == [], where
    assert temporary_files(corpus) == [], where
