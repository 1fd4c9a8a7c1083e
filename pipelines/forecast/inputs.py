"""What the sources of a recipe hold, from the sizes of their files and the footers of Parquet alone."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.recipe import Recipe
from pipelines.recipe.sources import SourceSection
from pipelines.sources import READERS
from pipelines.sources.files import find_files
from pipelines.sources.lists import Below
from pipelines.sources.record import InputFile
from pipelines.sources.stored import open_binary

PARQUET = ".parquet"


@dataclass(frozen=True)
class SourceInput:
    """One source as it lies there.

    Attributes:
        section: Its section of the recipe.
        files: Its files.
        parts: How many units read them.
        rows: Rows of its Parquet files; None where no footer tells.
    """

    section: SourceSection
    files: tuple[InputFile, ...]
    parts: int
    rows: int | None

    @property
    def documents(self) -> int | None:
        """Its rows, at most the source's `limit`; None where no footer tells."""
        limit = self.section.limit
        return self.rows if self.rows is None or limit is None else min(self.rows, limit)

    @property
    def wanted_bytes(self) -> int:
        """Bytes of its files, as stored, of as many documents as its `limit` lets in, as far as is known."""
        if not self.rows or not self.documents:
            return self.stored_bytes
        return max(1, self.stored_bytes * self.documents // self.rows)

    @property
    def stored_bytes(self) -> int:
        """Bytes of its files, as stored."""
        return sum(file.size for file in self.files)


def inputs_of(recipe: Recipe, directory: Path) -> list[SourceInput]:
    """Return the sources of a recipe that have files.

    Args:
        recipe: The recipe.
        directory: Its folder, where relative paths are looked up first.

    Raises:
        RecipeError: A source has no file.
    """
    found = []
    for section in recipe.sources:
        below = Below(section.base, section.first)
        files = find_files(section.name, section.path, (directory, Path.cwd()), optional=section.optional, below=below)
        if files:
            parts = sum(len(READERS[section.kind].parts(file)) for file in files)
            found.append(SourceInput(section, files, parts, _rows(files)))
    return found


def rows_of(file: InputFile) -> int | None:
    """Return the rows that a Parquet file's footer tells; None for other files, and for damaged ones."""
    footer = footer_of(file)
    return None if footer is None else footer.num_rows


def footer_of(file: InputFile) -> pq.FileMetaData | None:
    """Return what a Parquet file's footer tells; None for other files, and for damaged ones."""
    if not file.relative.endswith(PARQUET):
        return None
    try:
        with open_binary(file) as stored:
            return pq.read_metadata(stored)
    except (pa.ArrowException, OSError):
        return None


def column_bytes(footer: pq.FileMetaData, column: str) -> int:
    """Return the bytes that a column of a Parquet file takes before it is compressed; 0 where it has none."""
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    chunks = (group.column(number) for group in groups for number in range(footer.num_columns))
    return sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema == column)


def _rows(files: tuple[InputFile, ...]) -> int | None:
    rows = 0
    for file in files:
        found = rows_of(file)
        if found is None:
            return None
        rows += found
    return rows
