"""Records on their way to a batch, for readers that meet them one at a time."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pipelines.sources.plain_text import escaped
from pipelines.sources.record import MAX_RAW_BYTES, BadRecord, Batch, records_of


class PendingRecords:
    """Numbers what a reader meets, and gathers what became of it until there is enough for a batch.

    Args:
        most_records: Records in a batch.
        most_bytes: UTF-8 bytes of text in a batch; the last record may go beyond.
        numbered: Whether bad records are told by their number; else by their offset alone.
    """

    def __init__(self, most_records: int, most_bytes: int, *, numbered: bool = True) -> None:
        self.row = 0
        self._numbered = numbered
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._clear()

    def _clear(self) -> None:
        self._records: list[Mapping[str, Any]] = []
        self._bad: list[BadRecord] = []
        self._dropped: Counter[str] = Counter()
        self._text_bytes = 0

    def next_row(self) -> int:
        """Count one more record, and return its number, from 1."""
        self.row += 1
        return self.row

    def keep(self, record: Mapping[str, Any], text_bytes: int) -> None:
        """Take the present record as a document."""
        self._records.append(record)
        self._text_bytes += text_bytes

    def drop(self, reason: str) -> None:
        """Leave the present record out: it is sound, and no document."""
        self._dropped[reason] += 1

    def fault(self, reason: str, detail: str, raw: bytes = b"", offset: int | None = None) -> None:
        """Put the present record aside as bad, with the beginning of its bytes and where they are in the file."""
        row = self.row if self._numbered else None
        self._bad.append(BadRecord(row, reason, escaped(detail), raw[:MAX_RAW_BYTES], offset))

    def is_full(self) -> bool:
        """Tell whether there is enough for a batch."""
        return len(self._records) + len(self._bad) >= self._most_records or self._text_bytes >= self._most_bytes

    def batch(self) -> Batch:
        """Return what was gathered, and begin anew."""
        batch = Batch(records_of(self._records), tuple(self._bad), dict(self._dropped))
        self._clear()
        return batch
