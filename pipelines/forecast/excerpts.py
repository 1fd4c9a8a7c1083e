"""A small share of each source, taken from several places of it, that a recipe can be tried on."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.forecast.inputs import PARQUET, SourceInput, column_bytes, footer_of
from pipelines.recipe.sources import SourceSection
from pipelines.sources.record import InputFile
from pipelines.sources.stored import Codec, compression_of, open_binary

if TYPE_CHECKING:
    from io import IOBase

PLACES = 8  # files, or places of one file, that an excerpt is taken from, where there are so many

_LINED = ("jsonl", "translation", "oscar")  # kinds whose files are lines, a record each


@dataclass(frozen=True)
class Excerpt:
    """A share of a source.

    Attributes:
        section: The source's section of the recipe, with the excerpt's files in place of its own.
        weight: How many times as many documents the source holds: by rows where they are known, else by stored bytes.
        text_weight: How many times as much text: by what footers of Parquet tell of its column, else as `weight`.
    """

    section: SourceSection
    weight: float
    text_weight: float


def lay_down(source: SourceInput, share: float, folder: Path) -> Excerpt:
    """Write an excerpt of a source; files that cannot be cut are taken whole, where they lie, one at least.

    Args:
        source: The source.
        share: Of the stored bytes of the documents that are wanted of it, about.
        folder: Receives the files that are cut.
    """
    wanted = max(1, int(source.wanted_bytes * share))
    files = _chosen(source, wanted)
    text = source.section.columns.get("text", "text")
    taken = [_cut(source.section.kind, file, wanted // len(files), folder, number) for number, file in enumerate(files)]
    section = source.section.model_copy(
        update={"path": tuple(part.path for part in taken), "sha256": None, "limit": None}
    )
    rows, tried = _told((part.footer for part in taken), text)
    all_rows, there = _told(map(footer_of, source.files), text) if rows else (0, 0)
    if not rows or not all_rows:
        weight = source.stored_bytes / max(1, sum(part.stored_bytes for part in taken))
        return Excerpt(section, weight, weight)
    return Excerpt(section, all_rows / rows, there / tried if there and tried else all_rows / rows)


def _told(footers: Iterable[pq.FileMetaData | None], column: str) -> tuple[int, int]:
    """Return rows of files, and bytes of a column before it is compressed; zeros where a footer is lacking."""
    rows = size = 0
    for footer in footers:
        if footer is None:
            return 0, 0
        rows += footer.num_rows
        size += column_bytes(footer, column)
    return rows, size


@dataclass(frozen=True)
class _Taken:
    """A file of an excerpt: where it lies, how many bytes of the source it stands for, and its footer if it has one."""

    path: str
    stored_bytes: int
    footer: pq.FileMetaData | None = None


def _chosen(source: SourceInput, wanted: int) -> list[InputFile]:
    """Return files spread evenly: enough of them, and several where they can be cut."""
    files = source.files
    enough = max(1, round(wanted / max(1, source.stored_bytes) * len(files)))
    several = min(PLACES, len(files)) if all(_can_be_cut(source.section.kind, file) for file in files) else 1
    count = min(len(files), max(enough, several))
    return [files[(2 * place + 1) * len(files) // (2 * count)] for place in range(count)]


def _can_be_cut(kind: str, file: InputFile) -> bool:
    return file.relative.endswith(PARQUET) or kind in _LINED


def _cut(kind: str, file: InputFile, wanted: int, folder: Path, number: int) -> _Taken:
    footer = footer_of(file)
    rows = 0 if footer is None else footer.num_rows
    if wanted >= file.size or not _can_be_cut(kind, file) or (file.relative.endswith(PARQUET) and not rows):
        return _Taken(file.path, file.size, footer)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{number:04d}-{Path(file.relative).name}"
    if rows:
        return _cut_table(file, max(1, round(rows * wanted / file.size)), target)
    codec = compression_of(file.relative)
    if codec is not None:
        return _cut_stream(file, wanted, target, codec)
    return _cut_lines(file, wanted, target)


def _cut_table(file: InputFile, wanted: int, target: Path) -> _Taken:
    """Take rows from some row groups of a Parquet file, as many from each, evenly spread over it."""
    with open_binary(file) as stored, pq.ParquetFile(stored) as table:
        count = min(PLACES, table.num_row_groups)
        with pq.ParquetWriter(target, table.schema_arrow, compression="zstd") as writer:
            for place in range(count):
                group = table.read_row_group((2 * place + 1) * table.num_row_groups // (2 * count), use_threads=False)
                step = max(1, group.num_rows * count // wanted)
                writer.write_table(group.take(pa.array(range(step // 2, group.num_rows, step))))
        footer = pq.read_metadata(target)
        return _Taken(str(target), round(file.size * footer.num_rows / max(1, table.metadata.num_rows)), footer)


def _cut_lines(file: InputFile, wanted: int, target: Path) -> _Taken:
    """Take whole lines from several places of a file."""
    taken = 0
    with open_binary(file) as stored, target.open("wb") as kept:
        for place in range(PLACES):
            stored.seek(place * file.size // PLACES)
            if place:
                stored.readline()
            begun = taken
            while taken - begun < wanted // PLACES and (line := stored.readline()):
                taken += kept.write(line if line.endswith(b"\n") else line + b"\n")
    return _Taken(str(target), taken)


def _cut_stream(file: InputFile, wanted: int, target: Path, codec: Codec) -> _Taken:
    """Take the lines at the beginning of a compressed file, and compress them again."""
    with open_binary(file) as stored, target.open("wb") as kept:
        lines = pa.CompressedInputStream(pa.PythonFile(cast("IOBase", stored), "r"), codec)
        read = 0
        with pa.CompressedOutputStream(pa.PythonFile(kept, "w"), codec) as compressed:
            while block := lines.read(1 << 16):
                if read >= wanted and stored.tell() > read:  # what was read of the file has been given out
                    break
                compressed.write(block)
                read = stored.tell()
    return _Taken(str(target), min(read, file.size))
