"""Packages from the user's own registries, through their ordinary clients: pinned, checked, kept."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.downloads.kept import DownloadError, files_by_checksum, keep

ATTEMPTS = 3
SECONDS_BETWEEN_ATTEMPTS = 2
SECONDS_FOR_PIP = 600
SECONDS_FOR_NPM = 60

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+) --hash=sha256:(?P<sha256>[0-9a-f]{64})")

# One exact file on every machine, whatever it runs: pip is asked for a Linux machine's wheels, and installs none.
_PLATFORM = ("--platform=manylinux_2_28_x86_64", "--platform=manylinux_2_24_x86_64")
_PYTHON = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=abi3", "--abi=none")


@dataclass(frozen=True)
class Pinned:
    """A package, and the SHA-256 of the one file of it that will do."""

    name: str
    version: str
    sha256: str


def pinned_wheels(requirements: Path = REQUIREMENTS) -> tuple[Pinned, ...]:
    """Return the wheels that a requirements file pins.

    Raises:
        DownloadError: A line pins no file.
    """
    pinned = []
    for number, line in enumerate(requirements.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _REQUIREMENT.fullmatch(line.strip())
        if match is None:
            raise DownloadError(f"{requirements.name}, line {number}: expected NAME==VERSION --hash=sha256:…")
        pinned.append(Pinned(**match.groupdict()))
    return tuple(pinned)


def download_wheels(wheels: Sequence[Pinned], folder: Path) -> Mapping[str, Path]:
    """Return the file of each wheel, by name; only what the folder lacks is downloaded.

    Raises:
        DownloadError: There is no pip, or it cannot deliver a file.
    """
    found = _present(wheels, folder)
    missing = [wheel for wheel in wheels if wheel.name not in found]
    if missing:
        with tempfile.TemporaryDirectory() as scratch:
            lines = [f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}" for wheel in missing]
            requirements = Path(scratch, "requirements.txt")
            requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")
            options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary=:all:"]
            arguments = ["download", *options, *_PLATFORM, *_PYTHON, "-r", str(requirements), "-d", scratch]
            _attempt([*_pip(), *arguments], "pip", SECONDS_FOR_PIP, Path(scratch))
            keep(Path(scratch).glob("*.whl"), folder)
        found = _present(wheels, folder)
    for wheel in wheels:
        if wheel.name not in found:
            raise DownloadError(f"pip delivered no file of {wheel.name} {wheel.version} with the pinned SHA-256")
    return found


def download_npm_package(package: Pinned, folder: Path) -> Path:
    """Return the tarball of an npm package, downloaded if the folder lacks it.

    Raises:
        DownloadError: npm is not there or cannot deliver it.
    """
    npm = shutil.which("npm")
    found = _present([package], folder)
    if not found:
        if npm is None:
            raise DownloadError("npm is not installed")
        with tempfile.TemporaryDirectory() as scratch:
            specification = f"{package.name}@{package.version}"
            _attempt([npm, "pack", specification, "--silent"], "npm", SECONDS_FOR_NPM, Path(scratch))
            keep(Path(scratch).glob("*.tgz"), folder)
        found = _present([package], folder)
    if not found:
        raise DownloadError(f"npm delivered no file of {package.name} {package.version} with the pinned SHA-256")
    return found[package.name]


def _present(packages: Sequence[Pinned], folder: Path) -> dict[str, Path]:
    return files_by_checksum(folder, {package.sha256: package.name for package in packages})


def _pip() -> list[str]:
    """Return how to call pip: an environment made by uv has none, the interpreter below it mostly does.

    Raises:
        DownloadError: No pip is to be found.
    """
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    for python in (sys.executable, str(base), shutil.which("python3")):
        if python and Path(python).exists():
            call = [python, "-m", "pip"]
            if subprocess.run([*call, "--version"], capture_output=True, check=False).returncode == 0:
                return call
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    raise DownloadError("pip is not to be found: `python -m ensurepip` brings it into this environment")


def _attempt(command: Sequence[str], client: str, seconds: int, directory: Path) -> None:
    said = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(SECONDS_BETWEEN_ATTEMPTS * attempt)
        try:
            done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=seconds)
        except subprocess.TimeoutExpired:
            said = f"no answer within {seconds} s"
            continue
        if done.returncode == 0:
            return
        said = _last_error(done.stderr) or f"exit code {done.returncode}"
    raise DownloadError(f"{client} failed {ATTEMPTS} times: {said}; check its connection and settings, and run again")


def _last_error(stderr: str) -> str:
    """Return the line of a client's messages that names the fault."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if "err" in line.lower()]
    return (errors or lines or [""])[-1][:300]
