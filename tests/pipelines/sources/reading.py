"""Reading a file in a test as ingest does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.sources.options import Options, resolved_options
from pipelines.sources.record import RECORDS, BadRecord, InputFile, Reader


@dataclass
class Read:
    records: list[dict[str, Any]] = field(default_factory=list)
    bad: list[BadRecord] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def reasons(self) -> list[tuple[int | None, str]]:
        return [(bad.row, bad.reason) for bad in self.bad]


def input_file(path: Path) -> InputFile:
    return InputFile(str(path), path.name, path.stat().st_size)


def read_all(
    reader: Reader, path: Path, columns: Mapping[str, str] | None = None, options: Options | None = None
) -> Read:
    """Read every part of a file; rows count from the beginning of the file."""
    found = Read()
    settings = resolved_options("test", "test", reader.options, options or {})
    for part in reader.parts(input_file(path)):
        before = reader.rows_before(part)
        for batch in reader.read(part, columns or {}, settings):
            assert batch.records.schema == RECORDS
            batch.records.validate(full=True)
            for record in batch.records.to_pylist():
                row = record["row"]
                found.records.append({**record, "row": None if row is None else row + before})
            found.bad += [
                BadRecord(
                    None if bad.row is None else bad.row + before, bad.reason, bad.detail, bad.raw, bad.offset, bad.rows
                )
                for bad in batch.bad
            ]
            found.dropped.update(batch.dropped)
    return found
