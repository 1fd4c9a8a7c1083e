"""Which files of a corpus in a bucket somebody needs."""

from collections.abc import Callable
from typing import TypeAlias

from pipelines.corpus.identity import CORPUS_FILE
from pipelines.corpus.receipts import LEDGER
from pipelines.tokens import provenance

Choice: TypeAlias = Callable[[str], bool]

# What is read without being an input of a unit; the last for the launch file, which is written anew on each machine.
_READ_BESIDES = ("journal/", "removals/", "removed/", "mixture/")
_TABLES = (
    *("documents/", "signals/", "duplicates/", "joint_changes/", "contamination/", "contaminated/", "licences/"),
    *("decisions/", "edits/", "translations/", "quarantine/", "thresholds/", "mixture/", "removals/", "removed/"),
)


def everything(_path: str) -> bool:
    """Choose every file."""
    return True


def ledger_alone(path: str) -> bool:
    """Choose what `loam status` reads."""
    return path == CORPUS_FILE or path.startswith(f"{LEDGER}/")


def tables_alone(path: str) -> bool:
    """Choose what SQL sees of a corpus, and what a document's story is told from."""
    return ledger_alone(path) or path.startswith(_TABLES) or path.endswith(provenance.SUFFIX)


def needed_at_once(path: str) -> bool:
    """Choose what a run reads before it plans: receipts, and inputs of the build that lie with the corpus."""
    return ledger_alone(path) or path.startswith(_READ_BESIDES)
