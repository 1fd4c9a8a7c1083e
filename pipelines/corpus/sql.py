"""DuckDB over a corpus's own tables, within a memory budget."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

GLOBAL_STEP_MEMORY = "600MB"


@contextlib.contextmanager
def bounded_connection(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory for a global step: one thread, and what does not fit spills to a temporary folder.

    The folder lies beside the corpus's root, on the same disk, and goes when the connection is closed.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".loam-", dir=root.parent) as spill,
        duckdb.connect(
            config={"threads": "1", "memory_limit": GLOBAL_STEP_MEMORY, "temp_directory": spill}
        ) as connection,
    ):
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
