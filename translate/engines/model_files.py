"""The files of a model: which are there, and what is in them."""

import functools
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path


def model_directory(engine: str, model: str | None) -> Path:
    """Return the directory that a spec names.

    Raises:
        NotADirectoryError: It is none.
    """
    directory = Path(model or "")
    if not directory.is_dir():
        raise NotADirectoryError(f"engine {engine}: no directory {model!r}; `model` is that of a converted model")
    return directory


def files_sha256(directory: Path, names: Iterable[str]) -> Mapping[str, str]:
    """Return the SHA-256 of files of a directory by name. A file that did not change is read once in a process."""
    return {name: _sha256(directory / name, *_stamp(directory / name)) for name in sorted(names)}


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@functools.cache
def _sha256(path: Path, size: int, changed: int) -> str:
    del size, changed  # they tell one content of the file from another
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
