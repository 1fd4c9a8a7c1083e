"""Files that were fetched, by their checksum."""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.errors import LoamError


class DownloadError(LoamError):
    """A file cannot be had; the message says why and what to do."""


class MissingError(DownloadError):
    """There is no such file."""


class DeniedError(DownloadError):
    """The file is there or not: who asks may not have it."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_by_checksum(folder: Path, wanted: Mapping[str, str]) -> dict[str, Path]:
    """Return the files of a folder that have one of some checksums.

    Args:
        folder: Where to look.
        wanted: A name for each SHA-256.

    Returns:
        The files, by those names.
    """
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    hashed = ((sha256_of(file), file) for file in files if file.is_file())
    return {wanted[digest]: file for digest, file in hashed if digest in wanted}


def keep(files: Iterable[Path], folder: Path) -> None:
    """Copy files into a folder, each appearing there whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        temporary = folder / f".{file.name}.tmp"
        shutil.copyfile(file, temporary)
        temporary.replace(folder / file.name)
