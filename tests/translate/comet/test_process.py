from pathlib import Path

import pytest

from tests.translate.comet.test_checkpoint import lay_down
from translate.comet import CometError, CometProcess, read_checkpoint


def python_that(folder: Path, *commands: str) -> Path:
    """Write what stands for a Python with COMET: a shell that says it is ready, then does something else."""
    program = folder / "python"
    program.write_text("\n".join(("#!/bin/sh", """echo '{"ready": "1"}'""", *commands)) + "\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def scored(folder: Path, python: Path, *, after_its_end: bool = False) -> list[float]:
    with CometProcess(read_checkpoint(lay_down(folder / "model")), python) as process:
        if after_its_end:
            process._process.wait()
        return list(process.scores([("the cat", "o gato", None)]))


def test_an_answer_is_read(tmp_path: Path) -> None:
    assert scored(tmp_path, python_that(tmp_path, "read asked", "echo '[0.5]'")) == [0.5]


def test_an_end_before_the_question_is_told(tmp_path: Path) -> None:
    python = python_that(tmp_path, "echo 'MemoryError: too small' >&2", "exit 3")
    with pytest.raises(CometError, match="COMET ended with status 3: MemoryError: too small"):
        scored(tmp_path, python, after_its_end=True)


def test_an_end_within_an_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(CometError, match="COMET ended with status 4: no word"):
        scored(tmp_path, python_that(tmp_path, "read asked", "printf '[0.'", "exit 4"))
