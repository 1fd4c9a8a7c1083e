"""Benchmarks to keep out of a corpus: every string in a file of JSON Lines or Parquet, wherever it is nested."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.sources.lines import Damage, line_blocks
from pipelines.sources.record import MAX_RAW_BYTES, BadRecord, InputFile, Part
from pipelines.sources.stored import open_arrow


@dataclass(frozen=True)
class BenchmarkText:
    """A string of a benchmark.

    Attributes:
        item: The line or row that it stands in, from 1.
        field: The path of keys to it, joined by dots; `[]` stands for any place in a list.
        text: The string.
    """

    item: int
    field: str
    text: str


def read_benchmark(file: InputFile) -> Iterator[BenchmarkText | BadRecord]:
    """Yield all strings of a benchmark; what cannot be read is a bad record. Blank lines are no items."""
    items = _parquet_items(file) if file.relative.lower().endswith(".parquet") else _json_items(file)
    for item in items:
        if isinstance(item, BadRecord):
            yield item
        else:
            number, value = item
            for field, text in strings_in(value):
                yield BenchmarkText(number, field, text)


def strings_in(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the strings in a JSON value, each with the path of keys to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from strings_in(member, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for member in value:
            yield from strings_in(member, f"{path}[]")


def _json_items(file: InputFile) -> Iterator[tuple[int, object] | BadRecord]:
    row = 0
    for block in line_blocks(Part(file)):
        if isinstance(block, Damage):
            row += 1
            yield BadRecord(row, block.reason, block.detail, block.raw, block.offset)
            continue
        for line in block.lines:
            row += 1
            if line.strip():
                try:
                    yield row, orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    yield BadRecord(row, "bad_json", str(error), line[:MAX_RAW_BYTES], None)


def _parquet_items(file: InputFile) -> Iterator[tuple[int, object] | BadRecord]:
    row = 0
    try:
        with open_arrow(file) as stored, pq.ParquetFile(stored) as table:
            for batch in table.iter_batches():
                for value in batch.to_pylist():
                    row += 1
                    yield row, value
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        yield BadRecord(row + 1, "damaged_parquet", str(error).splitlines()[0], b"", None)
