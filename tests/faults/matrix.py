"""The matrix of faults: how many of its cases run, and how a file is damaged."""

import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from tests.faults.corpora import ROUNDS

Case = TypeVar("Case")

ALL_FROM = 20  # rounds; `make test-faults` asks for so many

thorough = pytest.mark.skipif(ROUNDS < ALL_FROM, reason="make test-faults")


def some(cases: Sequence[Case], few: int = 3) -> Sequence[Case]:
    """Return all cases in `make test-faults`, and a few from all over them in `make test`."""
    if len(cases) <= few or ROUNDS >= ALL_FROM:
        return cases
    return [cases[number * len(cases) // few] for number in range(few)]


def remove(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes() or b"x")
    chosen = random.Random(path.name)  # noqa: S311 -- a place, no secret
    content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
    path.write_bytes(content)


DAMAGES: tuple[Callable[[Path], None], ...] = (remove, cut_off, empty, change_a_byte)
