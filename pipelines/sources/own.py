"""Sources that users read themselves: a Python file with `records(path)`, which yields a dictionary a document."""

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from pipelines.errors import RecipeError
from pipelines.sources.fields import take_fields
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_ROWS,
    BATCH_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    nothing_before,
    unreadable,
    whole_file,
)
from pipelines.sources.stored import on_disk

Records: TypeAlias = Callable[[str], Iterable[Any]]

OPTIONS = {"reader": Option(tuple, None, "a Python file with a function `records(path)`", files=True)}


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield what a user's function makes of a file. Where it fails, what it gave before stands."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    named = options["reader"]
    if not isinstance(named, tuple) or len(named) != 1:
        raise RecipeError("options.reader: expected one Python file with a function `records(path)`")
    rows = PendingRecords(BATCH_ROWS, BATCH_TEXT_BYTES)
    records = _load(named[0], Path(named[0]).read_bytes())
    with on_disk(part.file) as path:
        found: Iterator[Any] | None = None
        while True:
            try:
                found = iter(records(path)) if found is None else found
                given = next(found)
            except StopIteration:
                break
            except Exception as error:  # noqa: BLE001 -- whatever a user's code raises is about this file
                rows.next_row()
                rows.fault("reader_failed", f"{type(error).__name__}: {error}")
                break
            rows.next_row()
            take_fields(rows, given, part.file.relative)
            if rows.is_full():
                yield rows.batch()
    yield rows.batch()


@lru_cache(maxsize=8)
def _load(path: str, _content: bytes) -> Records:
    specification = importlib.util.spec_from_file_location(f"loam_source_{Path(path).stem}", path)
    if specification is None or specification.loader is None:
        raise RecipeError(f"options.reader: {path}: expected a file of Python")
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        raise RecipeError(f"options.reader: {path}: {type(error).__name__}: {error}") from error
    records = getattr(module, "records", None)
    if not callable(records):
        raise RecipeError(f"options.reader: {path}: no function `records(path)`")
    return records  # type: ignore[no-any-return]  # what it returns is checked record by record


READER = Reader(whole_file, read, nothing_before, has_columns=False, options=OPTIONS)
