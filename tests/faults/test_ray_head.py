"""The head of a Ray cluster is killed: the run ends, and the next goes on where it stopped."""

import os
import signal
from pathlib import Path

import pytest

from tests.faults.clean_run import CleanRun, assert_clean
from tests.faults.corpora import (
    SECONDS,
    run_here,
    start_loam,
    wait_for_receipts,
    wait_until_gone,
)
from tests.faults.matrix import thorough
from tests.faults.ray_nodes import NEEDS_RAY, cluster, python_without_loam

pytestmark = [pytest.mark.faults, *NEEDS_RAY, thorough]


def test_a_lost_head_ends_the_run_and_the_next_goes_on(
    clean: CleanRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, folder = tmp_path / "corpus", tmp_path / "cluster"
    folder.mkdir()
    with cluster(python_without_loam(tmp_path / "venv"), folder, nodes=1) as nodes:
        monkeypatch.setenv("RAY_ADDRESS", nodes.address)
        driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
        wait_for_receipts(driver, corpus, clean.receipts // 4)
        os.kill(nodes.gcs, signal.SIGKILL)
        code, _, told = driver.ended()
        assert code != 0
        assert told.splitlines() != []
        assert wait_until_gone(nodes.raylets, SECONDS) == []
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)
