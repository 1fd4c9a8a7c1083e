"""Two hosts that share a folder: a run over both, and one that loses sight of the other while it works."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from pipelines.corpus.receipts import TIMING_SUFFIX
from tests.faults.clean_run import CleanRun, assert_clean
from tests.faults.corpora import (
    REPOSITORY,
    command,
    start_loam,
    wait_for_receipts,
)
from tests.faults.hosts import TOKEN, other_host, ray_on
from tests.faults.matrix import thorough
from tests.faults.ray_nodes import NEEDS_RAY, python_without_loam

pytestmark = [pytest.mark.faults, *NEEDS_RAY, thorough]


def hosts_of(corpus: Path) -> set[str]:
    timings = (corpus / "ledger").rglob(f"*{TIMING_SUFFIX}")
    return {json.loads(path.read_text(encoding="utf-8"))["host"] for path in timings}


def test_a_run_over_two_hosts(clean: CleanRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, python = tmp_path / "corpus", python_without_loam(tmp_path / "venv")
    with other_host() as host, ray_on(host, python, tmp_path) as address:
        for name, value in {"RAY_ADDRESS": address, **TOKEN}.items():
            monkeypatch.setenv(name, value)
        driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
        wait_for_receipts(driver, corpus, clean.receipts // 2)
        status = subprocess.run(
            host.inside(*command("status", corpus, "--json")), cwd=REPOSITORY, capture_output=True, check=True
        )
        assert clean.receipts // 2 <= sum(stage["units"] for stage in json.loads(status.stdout)) <= clean.receipts
        assert driver.ended() == (0, "", "")
    assert hosts_of(corpus) == {os.uname().nodename, "loam-other-host"}
    assert_clean(corpus, clean)


def test_a_host_that_is_out_of_sight(clean: CleanRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, python = tmp_path / "corpus", python_without_loam(tmp_path / "venv")
    with other_host() as host, ray_on(host, python, tmp_path) as address:
        for name, value in {"RAY_ADDRESS": address, **TOKEN}.items():
            monkeypatch.setenv(name, value)
        driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
        while "loam-other-host" not in hosts_of(corpus) and driver.process.poll() is None:
            time.sleep(0.01)
        host.unplug()
        assert driver.ended() == (0, "", "")
    assert_clean(corpus, clean)
