"""DuckDB over a corpus's own tables, within a memory budget."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

GLOBAL_STEP_MEMORY = "600MB"
# Where no script was started (`python -c`, a notebook), DuckDB would draw it on standard output, amid results.
NO_PROGRESS_BAR = "SET enable_progress_bar = false"
_SPILL_PREFIX = ".spill-"


@contextlib.contextmanager
def bounded_connection(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory for a global step: one thread, and what does not fit spills to a temporary folder."""
    with (
        spill_folder(root) as spill,
        duckdb.connect(
            config={"threads": "1", "memory_limit": GLOBAL_STEP_MEMORY, "temp_directory": spill}
        ) as connection,
    ):
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(NO_PROGRESS_BAR)
        yield connection


def spill_folder(root: Path) -> "tempfile.TemporaryDirectory[str]":
    """Return a temporary folder inside a corpus, on its disk, where the next run finds what a killed one left.

    What only reads a corpus that cannot be written spills where the system has its temporary files.
    """
    return tempfile.TemporaryDirectory(prefix=_SPILL_PREFIX, dir=root if os.access(root, os.W_OK) else None)


def delete_spills(root: Path) -> None:
    """Delete the folders that killed runs left; no other run may be at work."""
    for folder in root.glob(f"{_SPILL_PREFIX}*"):
        shutil.rmtree(folder)
