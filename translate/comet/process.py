"""COMET in a process of its own, asked by lines of JSON."""

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from translate.comet.checkpoint import Checkpoint

VARIABLE = "LOAM_COMET_PYTHON"
_OWN = Path(".venv-comet", "bin", "python")
_AT_A_TIME = 32
_SHOWN = 400
_DIGITS = 12

Sample = tuple[str, str, str | None]
"""A source, its translation, and a reference where there is one."""


class CometError(RuntimeError):
    """COMET cannot be started, or ended. The message says what to do."""


def comet_python() -> Path:
    """Return the Python that has COMET: that of `LOAM_COMET_PYTHON`, else what `make comet` made.

    Raises:
        CometError: There is none.
    """
    named = os.environ.get(VARIABLE)
    python = Path(named) if named else Path(__file__).parents[2] / _OWN
    if not python.is_file():
        where = f"{VARIABLE}={named} is no file" if named else f"{python} is not there"
        raise CometError(
            f"COMET needs a Python of its own with unbabel-comet, but {where}: run `make comet`, or set {VARIABLE}"
        )
    return python


class CometProcess:
    """A checkpoint loaded in a process that has COMET, on the CPU.

    Args:
        checkpoint: The checkpoint.
        python: A Python with COMET.

    Attributes:
        checkpoint: The checkpoint.
        version: That of COMET.

    Raises:
        CometError: It cannot be loaded.
    """

    def __init__(self, checkpoint: Checkpoint, python: Path) -> None:
        self.checkpoint = checkpoint
        self._folder = tempfile.TemporaryDirectory()  # libraries may leave files where they run
        self._errors = Path(self._folder.name, "errors.txt")
        worker = Path(__file__).with_name("worker.py")
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [str(python.absolute()), "-I", str(worker), checkpoint.file, checkpoint.kind, checkpoint.encoder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self._folder.name,
                text=True,
                encoding="utf-8",
            )
        try:
            self.version = self._loaded()
        except BaseException:
            self.close()
            raise

    def signature(self) -> str:
        """Return what tells scores of one checkpoint from those of another."""
        weights = self.checkpoint.sha256()[self.checkpoint.weights][:_DIGITS]
        references = "yes" if self.checkpoint.takes_references else "no"
        return f"comet:{self.version}|model:{self.checkpoint.name}|sha256:{weights}|references:{references}"

    def scores(self, samples: Sequence[Sample]) -> Iterator[float]:
        """Yield the score of each sample, some at a time; each depends on its sample alone.

        Raises:
            CometError: The process ended.
        """
        for start in range(0, len(samples), _AT_A_TIME):
            asked = [
                {"src": source, "mt": answer, **({} if reference is None else {"ref": reference})}
                for source, answer, reference in samples[start : start + _AT_A_TIME]
            ]
            self._write(json.dumps(asked))
            yield from map(float, self._read())

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):  # of what it was told last and did not read: closed all the same
                if pipe is not None:
                    pipe.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _loaded(self) -> str:
        first = self._read()
        if "error" in first:
            raise CometError(f"{self.checkpoint.file}: COMET cannot load it: {str(first['error'])[:_SHOWN]}")
        return str(first["ready"])

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 -- a pipe
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def _read(self) -> Any:  # noqa: ANN401 -- JSON
        assert self._process.stdout is not None  # noqa: S101 -- a pipe
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            raise self._ended()
        return json.loads(line)

    def _ended(self) -> CometError:
        status = self._process.wait()
        said = self._errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return CometError(
            f"{self.checkpoint.file}: COMET ended with status {status}: {said[-1][:_SHOWN] if said else 'no word'}"
        )
