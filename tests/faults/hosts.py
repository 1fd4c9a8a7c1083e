"""A second host on this machine: a network, a mount and a name space of its own, joined by a virtual cable."""

import contextlib
import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE, THERE = "10.213.7.1", "10.213.7.2"
PORT = 6391
# What nodes and drivers show each other, here made up for the occasion.
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}

_CABLE = ("loam-here", "loam-there")
_RAY = ("-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1", "--object-store-memory=80000000")


@dataclass(frozen=True)
class Host:
    """The other host: the process that holds its name spaces."""

    process: int

    def inside(self, *command: str | Path) -> list[str]:
        """Return a command line that runs a command there."""
        return ["nsenter", "--target", str(self.process), "--net", "--mount", "--uts", *map(str, command)]

    def unplug(self) -> None:
        """Cut the cable: what runs there goes on, and nobody here hears of it."""
        _run("ip", "link", "set", _CABLE[0], "down")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def other_host() -> Iterator[Host]:
    """Make a second host; where name spaces may not be made, the test is skipped and says so."""
    command = ["unshare", "--net", "--mount", "--uts", "sleep", "infinity"]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    host = Host(holder.pid)
    try:
        here = Path("/proc/self/ns/net").readlink()
        while holder.poll() is None and Path(f"/proc/{holder.pid}/ns/net").readlink() == here:
            time.sleep(0.01)
        _run("ip", "link", "add", _CABLE[0], "type", "veth", "peer", "name", _CABLE[1])
        _run("ip", "link", "set", _CABLE[1], "netns", str(holder.pid))
        _run("ip", "address", "add", f"{HERE}/24", "dev", _CABLE[0])
        _run("ip", "link", "set", _CABLE[0], "up")
        for line in (
            f"ip address add {THERE}/24 dev {_CABLE[1]}",
            f"ip link set {_CABLE[1]} up",
            "ip link set lo up",
            "hostname loam-other-host",
            "mkdir -p /tmp/ray",
            "mount -t tmpfs loam-faults /tmp/ray",
        ):
            _run(*host.inside(*line.split()))
    except (OSError, subprocess.CalledProcessError) as error:
        holder.kill()
        holder.communicate()
        pytest.skip(f"no second host can be made here: {getattr(error, 'stderr', None) or error}")
    try:
        yield host
    finally:
        holder.kill()
        holder.communicate()
        subprocess.run(["ip", "link", "delete", _CABLE[0]], capture_output=True, check=False)


@contextlib.contextmanager
def ray_on(host: Host, python: Path, folder: Path) -> Iterator[str]:
    """Run Ray with one core here and one there; the context is its address."""
    address = f"{HERE}:{PORT}"
    head = [str(python), *_RAY, "--head", f"--port={PORT}", f"--node-ip-address={HERE}", "--include-dashboard=false"]
    node = [str(python), *_RAY, f"--address={address}", f"--node-ip-address={THERE}"]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "RAY_ADDRESS")}
    environment |= TOKEN
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "ray.log").open("wb") as log:
        try:
            for command in (head, host.inside(*node)):
                started.append(
                    subprocess.Popen(
                        command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
                    )
                )
                _wait_for_nodes(python, address, len(started), environment)
            yield address
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait(timeout=60)


def _wait_for_nodes(python: Path, address: str, count: int, environment: Mapping[str, str]) -> None:
    """Wait until so many nodes are there."""
    code = (
        f"import ray; ray.init('{address}', log_to_driver=False, logging_level='ERROR'); "
        "print(sum(node['Alive'] for node in ray.nodes()))"
    )
    for _ in range(30):
        done = subprocess.run([python, "-c", code], env=environment, capture_output=True, text=True, check=False)
        if done.stdout.strip() == str(count):
            return
        time.sleep(1)
    raise AssertionError(f"no {count} nodes at {address}: {done.stdout}{done.stderr}")
