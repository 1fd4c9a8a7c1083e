"""Which reader a file of records takes, by its extension."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from pipelines.sources import jsonl, parquet
from pipelines.sources.record import InputFile, Part, Reader

_COMPRESSIONS = (".gz", ".zst", ".zstd", ".bz2")
_READERS = {
    ".parquet": parquet.READER,
    ".jsonl": jsonl.READER,
    ".ndjson": jsonl.READER,
    ".json": jsonl.READER,
}


def format_of(file: InputFile) -> Reader | None:
    """Return the reader of a file's format, None where its name tells none that holds records."""
    name = PurePosixPath(file.relative)
    suffix = (PurePosixPath(name.stem) if name.suffix in _COMPRESSIONS else name).suffix.lower()
    return _READERS.get(suffix)


def parts(file: InputFile) -> Sequence[Part]:
    """Return the parts of a file as the reader of its format splits it; a file of no known format is one."""
    reader = format_of(file)
    return (Part(file),) if reader is None else reader.parts(file)


def rows_before(part: Part) -> int:
    """Return how many records of the file come before a part."""
    reader = format_of(part.file)
    return 0 if reader is None else reader.rows_before(part)
