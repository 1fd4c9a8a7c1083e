"""Runs on two Ray nodes, which die: the bytes are those of one process."""

import json
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.corpus.receipts import TIMING_SUFFIX
from tests.faults.clean_run import CleanRun, assert_clean
from tests.faults.corpora import (
    Driver,
    last_stage,
    run_here,
    run_loam,
    start_loam,
    wait_for_receipts,
)
from tests.faults.matrix import thorough
from tests.faults.ray_nodes import NEEDS_RAY, Nodes, cluster, python_without_loam

pytestmark = [pytest.mark.faults, *NEEDS_RAY]

PASSES_OVER_ALL_STAGES = 4


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of nodes: it has what Loam needs, and not Loam."""
    return python_without_loam(tmp_path_factory.mktemp("node") / "venv")


@pytest.fixture(scope="module")
def nodes(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes; a test that ends one adds another."""
    with cluster(python, tmp_path_factory.mktemp("cluster")) as nodes:
        yield nodes


@pytest.fixture
def on_nodes(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    """The nodes, which commands started by the test will find."""
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    return nodes


def kill_at_work(nodes: Nodes, driver: Driver, stages: list[str], *, workers: bool, how: signal.Signals) -> str | None:
    """End a node at work on one of some stages, and return the stage; None where the run ends before."""
    while driver.process.poll() is None:
        for raylet, stage in nodes.at_work():
            if stage in stages:
                nodes.kill(raylet, workers=workers, how=how)
                return stage
        time.sleep(0.001)
    return None


@pytest.mark.clients
def test_two_nodes_that_are_sent_the_code_make_the_same_bytes(on_nodes: Nodes, clean: CleanRun, tmp_path: Path) -> None:
    run_loam(clean.recipe, tmp_path / "corpus", "--executor", "ray")
    assert_clean(tmp_path / "corpus", clean)
    timings = (tmp_path / "corpus/ledger").rglob(f"*{TIMING_SUFFIX}")
    processes = {json.loads(path.read_text(encoding="utf-8"))["process"] for path in timings}
    assert len(processes) >= len(on_nodes.raylets), "one node did all the work"


@thorough
def test_a_node_killed_in_every_stage(on_nodes: Nodes, clean: CleanRun, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    left = sorted({path.split("/")[1] for path in clean.files if path.startswith("ledger/") and path.endswith(".json")})
    killed = []
    for _ in range(PASSES_OVER_ALL_STAGES):
        driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
        while stage := kill_at_work(on_nodes, driver, left, workers=True, how=signal.SIGKILL):
            driver.process.send_signal(signal.SIGSTOP)  # until there are two nodes again, for the next stage
            left.remove(stage)
            killed.append(stage)
            on_nodes.add()
            driver.process.send_signal(signal.SIGCONT)
        assert driver.ended() == (0, "", ""), killed
        assert_clean(corpus, clean)
        if not left:
            break
        for stage in left:  # those that were too quick to be caught at work
            shutil.rmtree(corpus / "ledger" / stage)
    assert left == [], f"no node was caught at work on these; killed in {killed}"


@thorough
@pytest.mark.parametrize(
    ("workers", "how"),
    [(False, signal.SIGKILL), (False, signal.SIGTERM)],
    ids=["lost without its workers", "told to end, as by pre-emption"],
)
def test_a_node_that_goes(
    on_nodes: Nodes, clean: CleanRun, tmp_path: Path, *, workers: bool, how: signal.Signals
) -> None:
    corpus = tmp_path / "corpus"
    driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
    assert kill_at_work(on_nodes, driver, ["ingest", "annotate-core"], workers=workers, how=how)
    assert driver.ended() == (0, "", "")
    on_nodes.add()
    assert_clean(corpus, clean)


@thorough
def test_a_driver_killed_leaves_no_unit_at_work_for_long(on_nodes: Nodes, clean: CleanRun, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
    wait_for_receipts(driver, corpus, clean.receipts // 4)
    driver.kill()
    run_loam(clean.recipe, corpus, "--executor", "ray")
    assert_clean(corpus, clean)
    assert len(on_nodes.raylets) == 2


@thorough
def test_a_driver_told_to_end_calls_its_units_off(on_nodes: Nodes, clean: CleanRun, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    driver = start_loam(clean.recipe, corpus, "--executor", "ray", scratch=tmp_path / "scratch")
    wait_for_receipts(driver, corpus, clean.receipts // 3)
    driver.process.terminate()
    assert driver.ended() == (1, "", "loam: told to end; run again to go on where it stopped\n")
    assert last_stage(corpus) is not None
    assert list(on_nodes.at_work()) == []
    run_here(clean.recipe, corpus)
    assert_clean(corpus, clean)
