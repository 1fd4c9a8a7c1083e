"""Disks that fill up and folders that cannot be written: mounts where they may be made, else a limit on files."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.corpora import run_python

_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from pipelines.cli import main
main()
"""


def _mount(*arguments: str | Path) -> None:
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"may not mount: {done.stderr.strip()}")


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """Let a folder be a disk of its own, of a size in bytes."""
    place.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size}", "loam-faults", place)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def enlarge(place: Path, size: int) -> None:
    """Give a small disk another size."""
    _mount("-o", f"remount,size={size}", place)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody, root neither, write to a folder."""
    _mount("--bind", folder, folder)
    try:
        _mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def loam_with_small_files(
    bytes_a_file: int, *arguments: str | Path | int, scratch: Path
) -> "subprocess.CompletedProcess[str]":
    """Run `loam` so that no file that it writes can be larger."""
    return run_python(_LIMITED, bytes_a_file, *arguments, scratch=scratch)


def set_times(folder: Path, seconds: float) -> None:
    """Say of every file below a folder that it was written at a moment, in seconds since 1970."""
    for path in folder.rglob("*"):
        os.utime(path, (seconds, seconds))
