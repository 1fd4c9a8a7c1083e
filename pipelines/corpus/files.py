"""Files that appear whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

TEMPORARY_SUFFIX = ".tmp"

_PROCESS = (os.getpid(), secrets.token_hex(4))


def temporary_of(path: Path) -> Path:
    """Return the hidden temporary name beside a file's final place."""
    return path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")


def own_temporary_of(path: Path) -> Path:
    """Return a temporary name that no other process writes to.

    A cluster that has lost sight of a node does its units again elsewhere, perhaps while they are still at work there:
    each writes a file of its own, and the last one to be renamed is whole, too.
    """
    global _PROCESS  # noqa: PLW0603 -- a forked process gets a name of its own
    if _PROCESS[0] != os.getpid():
        _PROCESS = (os.getpid(), secrets.token_hex(4))
    return path.with_name(f".{path.name}.{_PROCESS[1]}{TEMPORARY_SUFFIX}")


def is_temporary(path: Path) -> bool:
    """Tell whether a file is a leftover of a write that was never published."""
    return path.name.startswith(".") and path.name.endswith(TEMPORARY_SUFFIX)


def publish(finished: Mapping[Path, Path]) -> None:
    """Move finished temporary files to their final places, their content durable first.

    A name may be lost with the power, but never its content: a receipt whose output is gone is due again.

    Args:
        finished: The final place of each temporary file, by temporary file.
    """
    make_durable(finished)
    for temporary, path in finished.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.rename(path)


def make_durable(files: Iterable[Path]) -> None:
    """Wait until the content of files would outlive a loss of power."""
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())


def write_whole(path: Path, content: bytes, temporary: Path | None = None) -> None:
    """Write a small file so that a reader sees the old content or the new, never a part.

    Args:
        path: The file.
        content: All that it is to hold.
        temporary: Where it is written first; `temporary_of` the file, which serves one process at a time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    written = temporary or temporary_of(path)
    written.write_bytes(content)
    publish({written: path})


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
