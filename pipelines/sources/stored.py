"""Files as they are stored: opened where they lie, and how they are compressed."""

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias, cast

import fsspec
import pyarrow as pa

from pipelines.sources.record import InputFile

if TYPE_CHECKING:
    from io import IOBase

CHUNK_BYTES = 2**20

Codec: TypeAlias = Literal["gzip", "zstd", "bz2"]
_CODECS: dict[str, Codec] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd", ".bz2": "bz2"}


def compression_of(path: str) -> Codec | None:
    """Return the codec that a file's suffix names, None for a plain file."""
    return _CODECS.get(PurePosixPath(path).suffix.lower())


def open_binary(file: InputFile) -> BinaryIO:
    """Open a file, local or remote, as stored."""
    return cast("BinaryIO", fsspec.open(file.path, "rb").open())


def open_arrow(file: InputFile) -> pa.NativeFile:
    """Open a file, local or remote, as stored, for pyarrow."""
    if "://" not in file.path:
        return pa.OSFile(file.path, "r")
    return pa.PythonFile(cast("IOBase", open_binary(file)), "r")
