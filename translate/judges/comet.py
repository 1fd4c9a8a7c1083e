"""Quality estimation by a checkpoint of COMET that needs no reference (CometKiwi; Rei et al., WMT 2022)."""

import functools
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from translate.comet import Checkpoint, CometError, CometProcess, comet_python, read_checkpoint
from translate.engines.base import EngineDiedError, EngineIdentity, Reply, Request
from translate.engines.spec import EngineKind, EngineSpec
from translate.judges.pairs import JudgeVocabulary, judge_identity, judged

_VERSION = "import importlib.metadata; print(importlib.metadata.version('unbabel-comet'))"
_ADAPTER_VERSION = 1
# Measured: the process takes 455 MB with a model of a few kilobytes. While one is loaded, so is its file.
_BESIDE_THE_MODEL, _COPIES = 500_000_000, 2


@dataclass(frozen=True)
class Options:
    """It takes no arguments."""


class CometJudge(JudgeVocabulary):
    """A checkpoint loaded in COMET's own process."""

    def __init__(self, spec: EngineSpec) -> None:
        self.identity = identity(spec)
        try:
            self._process = CometProcess(_checkpoint(spec), comet_python())
        except CometError as error:
            raise OSError(str(error)) from error

    def translate(self, requests: Iterable[Request], source: str, target: str) -> Iterator[tuple[int, Reply]]:
        """Judge pairs.

        Raises:
            EngineDiedError: COMET ended.
        """
        del source, target
        try:
            yield from judged(
                requests, lambda pairs: self._process.scores([(text, answer, None) for text, answer in pairs])
            )
        except CometError as error:
            raise EngineDiedError(str(error)) from error

    def close(self) -> None:
        """End the process."""
        self._process.close()


def identity(spec: EngineSpec) -> EngineIdentity:
    """Return the judge's identity; hashes the checkpoint and its encoder.

    Raises:
        OSError: A file is missing, or the Python that has COMET.
        ValueError: The checkpoint needs references.
    """
    checkpoint = _checkpoint(spec)
    return judge_identity("comet", f"{_version()}+{_ADAPTER_VERSION}", checkpoint.name, checkpoint.sha256())


def _checkpoint(spec: EngineSpec) -> Checkpoint:
    found = read_checkpoint(Path(spec.model or ""))
    if found.needs_references:
        raise ValueError(f"{found.file}: a {found.kind} needs references; name a checkpoint of quality estimation")
    return found


@functools.cache
def _version() -> str:
    """Return the version of COMET without importing it, which takes seconds."""
    try:
        python = comet_python()
    except CometError as error:
        raise OSError(str(error)) from error
    done = subprocess.run([str(python), "-I", "-c", _VERSION], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{python} has no unbabel-comet: run `make comet`")
    return done.stdout.strip()


KIND = EngineKind(
    Options,
    needs_model=True,
    identity=identity,
    vocabulary=lambda _: JudgeVocabulary(),
    open=CometJudge,
    memory=lambda spec: _COPIES * _checkpoint(spec).file.stat().st_size + _BESIDE_THE_MODEL,
)
