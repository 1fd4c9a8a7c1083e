"""`ray job submit`, as docs/ray.md gives it: to a head whose Python has Loam's packages and not Loam."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.corpora import REPOSITORY, differences, run_loam, snapshot
from tests.faults.hosts import TOKEN
from tests.faults.inputs import write_inputs
from tests.faults.ray_nodes import has_no_loam, python_without_loam

pytestmark = pytest.mark.clients
for package in ("ray", "aiohttp_cors"):  # the second comes with `ray[default]`
    pytest.importorskip(package)

_RAY = ("-m", "ray.scripts.scripts")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of the cluster."""
    return python_without_loam(tmp_path_factory.mktemp("node") / "venv")


@pytest.fixture(scope="module")
def dashboard(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address to which jobs are submitted, of a cluster that is one head."""
    folder = tmp_path_factory.mktemp("head")
    assert has_no_loam(python, folder)
    names = ("port", "dashboard-port", "dashboard-agent-listen-port")
    numbers = dict(zip(names, _free_ports(len(names)), strict=True))
    ports = [f"--{name}={number}" for name, number in numbers.items()]
    start = [*_RAY, "start", "--head", "--block", "--num-cpus=2", "--object-store-memory=80000000", *ports]
    with (folder / "ray.log").open("wb") as log:
        head = subprocess.Popen([python, *start], cwd=folder, env=_environment(), stdout=log, stderr=log)
    try:
        _wait_for(numbers["dashboard-port"], head)
        yield f"http://127.0.0.1:{numbers['dashboard-port']}"
    finally:
        head.terminate()
        head.wait(timeout=60)


def _free_ports(count: int) -> list[int]:
    """Return ports of which no two are the same: each is held until all are known."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "RAY_ADDRESS")}
    return own | TOKEN


def _wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float = 60.0) -> None:
    """Wait until a process listens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError("the head does not answer")


def _submit(dashboard: str, *command: str | Path) -> "subprocess.CompletedProcess[str]":
    submit = [*_RAY, "job", "submit", "--address", dashboard, "--working-dir", ".", "--", *command]
    return subprocess.run(
        [sys.executable, *map(str, submit)],
        cwd=REPOSITORY,
        env=_environment() | {"RAY_RUNTIME_ENV_IGNORE_GITIGNORE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_a_submitted_job_makes_the_bytes_of_a_local_run(dashboard: str, python: Path, tmp_path: Path) -> None:
    recipe = write_inputs(tmp_path, translate=False)
    run_loam(recipe, tmp_path / "local", "--workers", 1)
    run = ("-m", "pipelines", "run", recipe, "--corpus", tmp_path / "submitted", "--executor", "ray")
    done = _submit(dashboard, python, *run)
    assert done.returncode == 0, done.stdout + done.stderr
    assert differences(snapshot(tmp_path / "submitted"), snapshot(tmp_path / "local")) == []


def test_a_job_that_cannot_be_done_fails_and_says_why(dashboard: str, python: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("name: gone\nsources: [{name: docs, kind: jsonl, path: gone.jsonl}]\n", encoding="utf-8")
    run = ("-m", "pipelines", "run", recipe, "--corpus", tmp_path / "corpus", "--executor", "ray")
    done = _submit(dashboard, python, *run)
    assert done.returncode != 0
    assert "gone.jsonl" in done.stdout
