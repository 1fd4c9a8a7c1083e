"""Files that appear whole or not at all."""

import hashlib
import os
from pathlib import Path

TEMPORARY_SUFFIX = ".tmp"


def temporary_of(path: Path) -> Path:
    """Return the hidden temporary name beside a file's final place."""
    return path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")


def is_temporary(path: Path) -> bool:
    """Tell whether a file is a leftover of a write that was never published."""
    return path.name.startswith(".") and path.name.endswith(TEMPORARY_SUFFIX)


def publish(temporary: Path, path: Path) -> None:
    """Move a finished temporary file to its final place, durably."""
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.rename(path)
    _sync_directory(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_of(path)
    temporary.write_bytes(content)
    publish(temporary, path)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
