"""What ingest does with the records of a unit: documents go to shards, bad records to quarantine, none is lost."""

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus.schemas import DOCUMENTS, QUARANTINE
from pipelines.corpus.units import Outcome, Unit
from pipelines.removals.matching import read_removals
from pipelines.removals.removed import (
    REASON,
    RemovedRecord,
    of_documents,
    of_duplicates,
    removed_path,
    removed_table,
)
from pipelines.sources.identity import shard_base
from pipelines.sources.record import (
    MAX_RAW_BYTES,
    BadRecord,
    Batch,
    Part,
    Reader,
    declared_language,
    evidence,
)
from pipelines.sources.text_column import total_bytes
from pipelines.stages.ingest_duplicates import DUPLICATE_REASON
from pipelines.stages.ingest_ids import Identified, Identities, with_repeats

if TYPE_CHECKING:
    from pipelines.corpus.shelf import Shelf, TableWriter

SHARD_TEXT_BYTES = 32 * 2**20
SHARD_ROWS = 65_536

QUARANTINED_RECORDS = pa.schema(
    [
        *QUARANTINE,
        pa.field("id", pa.string()),
        pa.field("rows", pa.int64()),
        pa.field("url", pa.string()),
        pa.field("derived_from", pa.string()),
    ]
)


@dataclass(frozen=True)
class _Aside:
    """A record to be quarantined; where it got that far, with what it would have had as a document."""

    record: BadRecord
    id: str | None = None
    url: str | None = None
    derived_from: str | None = None


@dataclass(frozen=True)
class _Origin:
    """What the recipe says of all documents of a source.

    Attributes:
        source: The source's name.
        generation: 0, or 1 for translations.
        lang: Language of records that declare none.
        license: Licence of records that declare none.
    """

    source: str
    generation: int
    lang: str | None
    license: str | None


class Intake:
    """Turns batches of records into shards, and counts what becomes of each record."""

    def __init__(self, unit: Unit, shelf: "Shelf") -> None:
        parameters = cast("Mapping[str, Any]", unit.parameters)
        self._source, _, self._name = unit.name.partition("/")
        self._identities = Identities(self._source, parameters["sample"], parameters["exclude"])
        self._origin = _Origin(self._source, unit.generation, parameters["lang"], parameters["license"])
        self._removals = read_removals(shelf.root, unit.generation)
        self._removed: Counter[RemovedRecord] = Counter()
        self._limit: int | None = parameters["limit"]
        self._shelf = shelf
        self._stack = contextlib.ExitStack()
        self._quarantine: TableWriter | None = None
        self._shard_path: str | None = None
        self._shard: TableWriter | None = None
        self._shard_stack = self._stack.enter_context(contextlib.ExitStack())
        self._shard_rows = self._shard_bytes = self._shard_number = 0
        self._rows_out = self._rows_in_place = self._bytes_in = 0
        self._dropped: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def begin(self, part: Part, reader: Reader) -> None:
        """Go on with another part."""
        self._part, self._reader = part, reader
        self._rows_before: int | None = None
        self._end_shard()
        self._shard_number = 0

    def is_satisfied(self) -> bool:
        """Tell whether the source's `limit` is reached."""
        return self._limit is not None and self._rows_in_place >= self._limit

    def take(self, batch: Batch) -> None:
        """Write a batch's documents, and quarantine what is bad."""
        self._dropped.update(batch.dropped)
        self._put_aside([_Aside(bad) for bad in batch.bad])
        records = batch.records
        while records.num_rows > 0 and not self.is_satisfied():
            head = records if self._limit is None else records.slice(0, self._limit - self._rows_in_place)
            records = records.slice(head.num_rows)
            self._take_records(head)

    def _take_records(self, records: pa.RecordBatch) -> None:
        found = self._identities.identify(records, self._part.file.relative, self._part.index)
        self._bytes_in += total_bytes(records.column("text"))
        if found.not_sampled:
            self._dropped["not_sampled"] += found.not_sampled
        self._put_duplicates_aside(records, found)
        if found.kept:
            self._write(_documents(records, found, self._origin))

    def _put_duplicates_aside(self, records: pa.RecordBatch, found: Identified) -> None:
        """Quarantine records whose id stands already; of those that are removed, nothing is kept."""
        if not found.duplicates:
            return
        taken = records.take(pa.array(found.duplicates, pa.int64()))
        ids = pa.array([found.ids[position] for position in found.duplicates], pa.string())
        mask = self._removals.matches(ids, taken.column("derived_from"), taken.column("url"))
        repeating = pa.Table.from_batches([taken]).append_column("id", ids)
        self._removed.update(of_duplicates(repeating.filter(mask)))
        self._put_aside(_duplicates(repeating.filter(pc.invert(mask))))

    def _write(self, documents: pa.Table) -> None:
        """Write documents, less those that are removed: these keep their places in shards and in a limit.

        So the others stay where they are when one is removed, and no other document comes in for it.
        """
        size = total_bytes(documents.column("text"))
        full = self._shard_bytes + size > SHARD_TEXT_BYTES or self._shard_rows + documents.num_rows > SHARD_ROWS
        if self._shard_path is not None and full:
            self._end_shard()
        if self._shard_path is None:
            base = shard_base(self._part.file.relative, self._part.index)
            self._shard_path = f"documents/{self._source}/{base}-{self._shard_number:05d}.parquet"
            self._shard_number += 1
        self._shard_rows += documents.num_rows
        self._shard_bytes += size
        self._rows_in_place += documents.num_rows
        self._write_rows(self._without_removed(documents))

    def _without_removed(self, documents: pa.Table) -> pa.Table:
        if not self._removals:
            return documents
        removed = self._removals.matches(documents["id"], documents["derived_from"], documents["url"])
        self._removed.update(of_documents(documents.filter(removed)))
        return documents.filter(pc.invert(removed))

    def _write_rows(self, documents: pa.Table) -> None:
        if documents.num_rows == 0:
            return
        if self._shard is None:
            writer = self._shelf.open_writer(cast("str", self._shard_path), DOCUMENTS)
            self._shard = self._shard_stack.enter_context(writer)
        self._shard.write(documents)
        self._rows_out += documents.num_rows

    def _end_shard(self) -> None:
        self._shard_stack.close()
        self._shard_path, self._shard, self._shard_rows, self._shard_bytes = None, None, 0, 0

    def _put_aside(self, aside: Sequence[_Aside]) -> None:
        """Quarantine records."""
        if not aside:
            return
        if self._quarantine is None:
            path = f"quarantine/ingest/{self._source}/{self._name}.parquet"
            self._quarantine = self._stack.enter_context(self._shelf.open_writer(path, QUARANTINED_RECORDS))
        if self._rows_before is None:
            self._rows_before = self._reader.rows_before(self._part)
        rows = []
        for one in aside:
            record = one.record
            self._dropped[record.reason] += record.rows
            rows.append(
                {
                    "file": self._part.file.relative,
                    "row": None if record.row is None else self._rows_before + record.row,
                    "offset": record.offset,
                    "reason": record.reason,
                    "detail": record.detail,
                    "raw": record.raw,
                    "id": one.id,
                    "rows": record.rows,
                    "url": one.url,
                    "derived_from": one.derived_from,
                }
            )
        self._quarantine.write(pa.Table.from_pylist(rows, schema=QUARANTINED_RECORDS))

    def finish(self) -> Outcome:
        """List what was removed; return what became of all records: those put aside are dropped by their reason."""
        if self._removed:
            self._shelf.write(removed_path(f"{self._source}/{self._name}"), removed_table(self._removed))
            self._dropped[REASON] = self._removed.total()
        dropped = dict(sorted(self._dropped.items()))
        return Outcome(self._rows_out + sum(dropped.values()), self._rows_out, dropped, self._bytes_in)


def _duplicates(repeating: pa.Table) -> list[_Aside]:
    aside = []
    for row in repeating.select(["id", "row", "key", "url", "derived_from", "text"]).to_pylist():
        detail = (
            f"{row['url']}: the same text stands earlier"
            if row["key"] is None
            else f"id {row['key']!r} stands earlier in this source"
        )
        record = BadRecord(row["row"], DUPLICATE_REASON, detail, row["text"].encode()[:MAX_RAW_BYTES])
        aside.append(_Aside(record, row["id"], row["url"], row["derived_from"]))
    return aside


def _documents(records: pa.RecordBatch, found: Identified, origin: _Origin) -> pa.Table:
    """Return the documents among the records of a batch."""
    columns = {name: records.column(name) for name in records.schema.names}
    columns["meta"] = with_repeats(columns["meta"], found.repeats)
    if origin.lang is not None:
        columns["lang"] = columns["lang"].fill_null(pa.scalar(declared_language(origin.lang), pa.string()))
    if origin.license is not None:
        stated = evidence("E3", "source_license", origin.license, f"recipe: sources.{origin.source}.license")
        without = columns["license_declared"].is_null()
        choices = [without, pa.scalar(stated), columns["license_evidence"]]
        columns["license_evidence"] = cast("pa.StringArray", pc.call_function("if_else", choices))
        columns["license_declared"] = columns["license_declared"].fill_null(origin.license)
    count = records.num_rows
    columns |= {
        "id": pa.array(found.ids, pa.string()),
        "source": pa.repeat(origin.source, count),
        "source_id": columns["key"],
        "generation": pa.repeat(pa.scalar(origin.generation, pa.int8()), count),
    }
    table = pa.Table.from_arrays([columns[field.name] for field in DOCUMENTS], names=DOCUMENTS.names)
    return table if len(found.kept) == count else table.take(pa.array(found.kept, pa.int64()))
