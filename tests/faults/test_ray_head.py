"""The head of a Ray cluster is killed: the run ends, and the next goes on where it stopped."""

import importlib.util
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import CleanRun
from tests.faults.corpora import (
    differences,
    run_here,
    snapshot,
    start_loam,
    temporary_files,
    wait_for_receipts,
    wait_until_gone,
)
from tests.faults.matrix import thorough
from tests.faults.ray_nodes import cluster, python_without_loam

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `ray`"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see what nodes do"),
    thorough,
]

SECONDS = 300.0


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
        _, told = driver.process.communicate(timeout=SECONDS)
        assert driver.process.returncode != 0
        assert told.splitlines() != []
        assert wait_until_gone(nodes.raylets, SECONDS) == []
    run_here(clean.recipe, corpus)
    assert differences(snapshot(corpus), clean.files) == []
    assert temporary_files(corpus) == []
