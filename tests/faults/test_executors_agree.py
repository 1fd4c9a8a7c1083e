"""1, 2 and 7 workers and Ray make the same bytes."""

import importlib.util
from pathlib import Path

import pytest

from pipelines.executors import open_executor
from tests.faults.clean_run import CleanRun
from tests.faults.corpora import differences, run_here, run_loam, snapshot
from tests.faults.matrix import some

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("workers", some([2, 7], few=1))
def test_any_number_of_workers_makes_the_same_bytes(clean: CleanRun, tmp_path: Path, workers: int) -> None:
    run_loam(clean.recipe, tmp_path / "corpus", "--workers", workers, scratch=tmp_path / "scratch")
    assert differences(snapshot(tmp_path / "corpus"), clean.files) == []
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.clients
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `ray`")
def test_ray_makes_the_same_bytes(clean: CleanRun, tmp_path: Path) -> None:
    executor = open_executor("ray", 2)  # in this process: Ray's own do not start where warnings are errors
    try:
        run_here(clean.recipe, tmp_path / "corpus", executor=executor)
    finally:
        executor.close()
    assert differences(snapshot(tmp_path / "corpus"), clean.files) == []
