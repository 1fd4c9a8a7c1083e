"""Files as they are stored: opened where they lie, and how they are compressed."""

import contextlib
import posixpath
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias, cast

import fsspec
import pyarrow as pa
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from pipelines.downloads.addresses import shown
from pipelines.errors import RecipeError
from pipelines.sources.record import InputFile
from pipelines.storage.finding import describe, is_stored, open_stored
from pipelines.trust import is_trusted

if TYPE_CHECKING:
    from io import IOBase

CHUNK_BYTES = 2**20

Codec: TypeAlias = Literal["gzip", "zstd", "bz2"]
_CODECS: dict[str, Codec] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bz2"}


def compression_of(path: str) -> Codec | None:
    """Return the codec that a file's suffix names, None for a plain file."""
    return _CODECS.get(PurePosixPath(path).suffix.lower())


def file_at(path: str, relative: str) -> InputFile | None:
    """Return the file at a path or an address, under a relative path; None where there is none.

    Raises:
        DownloadError: A store does not answer.
    """
    if is_stored(path):
        found = describe(path)
        return None if found is None else InputFile(path, relative, found.size, found.version)
    filesystem, name = file_system_of(path)
    return InputFile(path, relative, int(filesystem.info(name)["size"])) if filesystem.isfile(name) else None


def file_system_of(path: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Return the file system of a path on disk or a URL that fsspec opens, and the path there.

    Raises:
        RecipeError: It is such a URL, and nobody trusts the recipe: fsspec goes to any host, by any of its ways.
    """
    if "://" not in path:
        return LocalFileSystem(), path
    if not is_trusted():
        raise RecipeError(
            f"{shown(path)}: expected a path, or an address at https://, s3:// or hf://; "
            "--trust-recipe allows all that fsspec opens"
        )
    filesystem, name = url_to_fs(path)
    return filesystem, name


def open_binary(file: InputFile) -> BinaryIO:
    """Open a file, local or in a store, as stored.

    What fails in a store, at last, raises `DownloadError`: it says nothing of the file, so no reader may take it for a
    defect of that.
    """
    if is_stored(file.path):
        return cast("BinaryIO", open_stored(file.path, file.size, file.version))
    filesystem, name = file_system_of(file.path)
    return cast("BinaryIO", filesystem.open(name, "rb"))


def open_arrow(file: InputFile) -> pa.NativeFile:
    """Open a file, local or in a store, as stored, for pyarrow."""
    if "://" not in file.path:
        return pa.OSFile(file.path, "r")
    return pa.PythonFile(cast("IOBase", open_binary(file)), "r")


@contextlib.contextmanager
def on_disk(file: InputFile) -> Iterator[str]:
    """Give the path of a file on disk, for readers that take nothing else; of one in a store, a copy for as long."""
    if "://" not in file.path:
        yield file.path
        return
    with tempfile.TemporaryDirectory(prefix="loam-") as folder:
        copy = Path(folder) / posixpath.basename(file.relative)
        with open_binary(file) as stored, copy.open("wb") as kept:
            shutil.copyfileobj(stored, kept, CHUNK_BYTES)
        yield str(copy)
