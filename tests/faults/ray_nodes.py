"""Two Ray nodes on this machine, whose workers have Loam neither installed nor in their folder; and how they die."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.corpora import wait_until_gone

NEEDS_RAY = (
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the extra `ray`"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see what nodes do"),
)

_PROCESS = Path(__file__).with_name("ray_cluster_process.py")


def python_without_loam(folder: Path) -> Path:
    """Make an environment that has what Loam's has, less Loam itself; return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin/python"
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, check=True
    )
    # A folder on the path: the .pth file in it that makes this checkout importable is not read.
    place = Path(own.stdout.decode().strip()) / "packages.pth"
    place.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


@dataclass
class Nodes:
    """A cluster at work.

    Attributes:
        process: The process that holds it.
        address: What `RAY_ADDRESS` is set to.
        gcs: The process without which the cluster is none.
        raylets: The process of each node that is thought to live.
    """

    process: "subprocess.Popen[str]"
    address: str
    gcs: int
    raylets: list[int] = field(default_factory=list)

    def add(self) -> None:
        """Add a node."""
        assert self.process.stdin is not None
        print(file=self.process.stdin, flush=True)
        self.hear()

    def hear(self) -> None:
        """Take in a node that was added."""
        assert self.process.stdout is not None
        self.raylets.append(int(self.process.stdout.readline()))

    def at_work(self) -> Iterator[tuple[int, str]]:
        """Yield the nodes at work, each with the stage of its unit."""
        for raylet in self.raylets:
            for title in map(_title, _children(raylet)):
                if title.startswith("ray::") and " " in title and not title.startswith("ray::IDLE"):
                    yield raylet, title.removeprefix("ray::").split(" ")[0]

    def kill(self, raylet: int, *, workers: bool = True, how: signal.Signals = signal.SIGKILL) -> None:
        """End a node, with its workers or leaving them to find out."""
        ended = [raylet, *(_children(raylet) if workers else ())]
        for pid in ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        self.raylets.remove(raylet)


@contextlib.contextmanager
def cluster(python: Path, folder: Path, nodes: int = 2) -> Iterator[Nodes]:
    """Run a cluster: every node is a raylet with one core, beside a head without any.

    Args:
        python: The Python of its workers.
        folder: Where its processes stand; no checkout of Loam.
        nodes: How many.
    """
    assert has_no_loam(python, folder)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "RAY_ADDRESS")}
    pipe = subprocess.PIPE
    with (folder / "cluster.log").open("w") as log:
        process = subprocess.Popen(
            [python, _PROCESS, str(nodes)], cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=log, text=True
        )
    assert process.stdout is not None
    said = process.stdout.readline().split()
    assert said, (folder / "cluster.log").read_text(encoding="utf-8")
    found = Nodes(process, said[0], int(said[1]))
    try:
        for _ in range(nodes):
            found.hear()
        yield found
    finally:
        of_nodes = [pid for raylet in found.raylets for pid in (raylet, *_children(raylet))]
        process.communicate(timeout=60)
        assert wait_until_gone(of_nodes) == [], "processes outlive their cluster"


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # that the thread has ended
            found += map(int, children.read_text(encoding="utf-8").split())
    return found


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").rstrip("\0 ")
    except OSError:
        return ""


def has_no_loam(python: Path, folder: Path) -> bool:
    """Tell whether a Python, started in a folder, can import Ray and cannot import Loam."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    tried = ("import ray", "import pipelines")
    codes = [
        subprocess.run([python, "-c", line], cwd=folder, env=environment, capture_output=True, check=False).returncode
        for line in tried
    ]
    return codes == [0, 1]
