"""The table `removed/`: for each unit of ingest, the records that were left out as removed. No text, no address."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.removals.matching import Address, Removals, addresses, hashed_spellings
from pipelines.removals.tombstones import Tombstone
from pipelines.sources.identity import REPEAT_KEY

if TYPE_CHECKING:
    from pipelines.corpus import Receipt

FOLDER = "removed"
REASON = "removed"

_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("id", pa.string(), "the id that the document had"),
    ("claim", pa.string(), "the id that it keeps others from: its own, or that of the document whose text it repeats"),
    ("derived_from", pa.string(), "id of the document that it was made from"),
    ("url_hash", pa.string(), "first 128 bits of the SHA-256 of its URL in one spelling, in hexadecimal"),
    ("host_hashes", pa.list_(pa.string()), "the same of its host, and of each host above that"),
    ("records", pa.int64(), "how many records had all this"),
)
_REPEATS = re.compile(f'"{REPEAT_KEY}":"([0-9a-f]{{32}})"')
REMOVED = pa.schema([pa.field(name, type_, metadata={"comment": comment}) for name, type_, comment in _COLUMNS])


@dataclass(frozen=True)
class RemovedRecord:
    """What is left of a removed record: columns of `REMOVED`; of its address, hashes."""

    id: str
    claim: str
    derived_from: str | None
    address: Address

    def is_covered(self, removals: Removals) -> bool:
        """Tell whether the record is still to be removed."""
        return removals.cover(self.id, self.derived_from, self.address)


def removed_path(unit: str) -> str:
    """Return where the removed records of a unit of ingest are listed."""
    return f"{FOLDER}/{unit}.parquet"


def of_documents(documents: pa.Table) -> list[RemovedRecord]:
    """Return what is left of documents.

    Args:
        documents: Columns `id`, `source_id`, `url`, `meta` and `derived_from`, as in `documents`.
    """
    rows = documents.select(["id", "source_id", "url", "meta", "derived_from"]).to_pylist()
    return [
        RemovedRecord(row["id"], _claim(row), row["derived_from"], address.hashed())
        for row, address in zip(rows, addresses(documents["url"]), strict=True)
    ]


def of_duplicates(duplicates: pa.Table) -> list[RemovedRecord]:
    """Return what is left of quarantined records that had a document's id.

    Args:
        duplicates: Columns `id`, `url` and `derived_from`.
    """
    rows = duplicates.select(["id", "derived_from"]).to_pylist()
    return [
        RemovedRecord(row["id"], row["id"], row["derived_from"], address.hashed())
        for row, address in zip(rows, addresses(duplicates["url"]), strict=True)
    ]


def removed_table(records: Mapping[RemovedRecord, int]) -> pa.Table:
    """Return removed records, each with how often it stood there, as a table that no order of records changes."""
    rows = [
        {
            "id": record.id,
            "claim": record.claim,
            "derived_from": record.derived_from,
            "url_hash": record.address.url,
            "host_hashes": list(record.address.hosts),
            "records": count,
        }
        for record, count in records.items()
    ]
    ordered = sorted(rows, key=lambda row: [str(row[name]) for name in REMOVED.names])
    return pa.Table.from_pylist(ordered, REMOVED)


def records_of(table: pa.Table) -> "Counter[RemovedRecord]":
    """Return the records that a table of them lists, with how often each stood there."""
    return Counter(
        {
            RemovedRecord(
                row["id"], row["claim"], row["derived_from"], Address(row["url_hash"], tuple(row["host_hashes"]))
            ): row["records"]
            for row in table.to_pylist()
        }
    )


def requests_for(records: Iterable[RemovedRecord], tombstones: Sequence[Tombstone]) -> dict[str, Tombstone]:
    """Return the tombstone because of which each record is left out, by the id of the record."""
    by_value: dict[str, Tombstone] = {}
    for tombstone, spelled in zip(tombstones, hashed_spellings(tombstones), strict=True):
        by_value |= {value: tombstone for value in spelled if value not in by_value}
    found = {}
    for record in records:
        values = (record.id, record.derived_from, record.address.url, *record.address.hosts)
        because = next((by_value[value] for value in values if value in by_value), None)
        if because is not None:
            found[record.id] = because
    return found


def removed_outputs(receipt: "Receipt") -> Iterator[str]:
    """Yield the tables of removed records that a unit wrote: one or none."""
    return (path for path in receipt.outputs if path.startswith(f"{FOLDER}/"))


def _claim(row: Mapping[str, Any]) -> str:
    """Return the id that a document keeps others from, as `ingest_duplicates` finds it."""
    anonymous = row["source_id"] is None and row["url"] is None
    repeats = _REPEATS.search(row["meta"] or "") if anonymous else None
    return repeats[1] if repeats else str(row["id"])
