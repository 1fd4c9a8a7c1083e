"""Removed documents taken out of what ingest wrote, without its sources: as ingest itself would have left them out.

A unit's shards are never gone while its receipt is: what is to be is first written beside them, then promised in
`removals/unfinished/`, then moved. The next run keeps a promise that a killed one left.
"""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Receipt, Shelf
from pipelines.corpus.files import make_durable, own_temporary_of, publish, sha256_of, temporary_of, write_whole
from pipelines.corpus.identity import REMOVALS
from pipelines.corpus.receipts import Output, write_receipt
from pipelines.removals.removed import (
    REASON,
    RemovedRecord,
    of_documents,
    of_duplicates,
    records_of,
    removed_outputs,
    removed_path,
    removed_table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.removals.matching import Removals

UNFINISHED = f"{REMOVALS}/unfinished"

_DOCUMENTS = "documents/"
_QUARANTINE = "quarantine/"
_KEYS = ["id", "derived_from", "url"]
_LEFT = [*_KEYS, "source_id", "meta"]


def holds_removed(root: Path, receipt: Receipt, removals: "Removals") -> bool:
    """Tell whether a unit of ingest wrote anything about a document that is removed."""
    shelf = Shelf(root)
    paths = [path for path in receipt.outputs if path.startswith((_DOCUMENTS, _QUARANTINE))]
    return any(pc.any(_matches(shelf.read(path, _KEYS), removals)).as_py() for path in paths)


def without_removed(root: Path, receipt: Receipt, removals: "Removals") -> Receipt:
    """Take what is removed out of what a unit of ingest wrote; return its new receipt, which stands.

    Rows, their order and the shards that they lie in are those that ingest gives with the same removals.

    Args:
        root: The corpus.
        receipt: The receipt of the unit.
        removals: What is removed.
    """
    rewriting = _Rewriting(root, receipt)
    for path in receipt.outputs:
        if path.startswith(_DOCUMENTS):
            rewriting.documents(path, removals)
        elif path.startswith(_QUARANTINE):
            rewriting.quarantine(path, removals)
    return rewriting.finish()


def finish_rewriting(root: Path) -> None:
    """Keep the promises that a killed run left; no other run may be at work."""
    for promise in sorted((root / UNFINISHED).glob("*.json")):
        _keep(root, promise)


class _Rewriting:
    """The outputs of one unit, rewritten."""

    def __init__(self, root: Path, receipt: Receipt) -> None:
        self._root = root
        self._receipt = receipt
        self._shelf = Shelf(root)
        self._written: dict[str, Path] = {}
        self._rows: dict[str, int] = {}
        self._dropped = Counter(receipt.outcome.dropped)
        self._removed: Counter[RemovedRecord] = Counter()
        self._lost_rows = 0
        for path in removed_outputs(receipt):
            self._removed += records_of(self._shelf.read(path))

    def documents(self, path: str, removals: "Removals") -> None:
        """Rewrite a shard of documents without those that are removed."""
        mask = _matches(self._shelf.read(path, _KEYS), removals)
        if not pc.any(mask).as_py():
            return
        left = of_documents(self._shelf.read(path, _LEFT).filter(mask))
        self._removed.update(left)
        self._lost_rows += len(left)
        self._write(path, self._shelf.read(path).filter(pc.invert(mask)))

    def quarantine(self, path: str, removals: "Removals") -> None:
        """Rewrite quarantined records without those that repeat the id of a document that is removed."""
        table = self._shelf.read(path)
        mask = _matches(table, removals)
        if not pc.any(mask).as_py():
            return
        gone = table.filter(mask)
        self._removed.update(of_duplicates(gone))
        self._dropped.subtract(map(str, gone["reason"].to_pylist()))
        self._write(path, table.filter(pc.invert(mask)))

    def finish(self) -> Receipt:
        """Put everything in its place, the receipt last."""
        self._write(removed_path(self._receipt.name), removed_table(self._removed))
        self._dropped[REASON] = self._removed.total()
        before = self._receipt.outcome
        dropped = {reason: count for reason, count in sorted(self._dropped.items()) if count}
        outputs = {path: output for path, output in self._receipt.outputs.items() if path not in self._rows}
        for path, temporary in self._written.items():
            outputs[path] = Output(sha256_of(temporary), temporary.stat().st_size, self._rows[path])
        outcome = replace(before, rows_out=before.rows_out - self._lost_rows, dropped=dropped)
        receipt = replace(self._receipt, outputs=dict(sorted(outputs.items())), outcome=outcome)
        gone = sorted(self._rows.keys() - self._written.keys())
        promise: dict[str, Any] = {"receipt": receipt.to_json(), "moved": sorted(self._written), "deleted": gone}
        make_durable(self._written.values())
        place = self._root / UNFINISHED / f"{receipt.fingerprint}.json"
        write_whole(place, json.dumps(promise, indent=1).encode())
        return _keep(self._root, place)

    def _write(self, path: str, table: pa.Table) -> None:
        """Write a table beside its place; one without rows is none, as ingest would not have begun it."""
        self._rows[path] = table.num_rows
        if table.num_rows:
            place = self._root / path
            self._shelf.write(path, table)
            self._written[path] = own_temporary_of(place).rename(temporary_of(place))  # found again after a kill


def _keep(root: Path, promise: Path) -> Receipt:
    promised: Mapping[str, Any] = json.loads(promise.read_text(encoding="utf-8"))
    receipt = Receipt.from_json(promised["receipt"])
    places = [root / path for path in promised["moved"]]
    publish({temporary_of(place): place for place in places if temporary_of(place).exists()})
    for path in promised["deleted"]:
        (root / path).unlink(missing_ok=True)
    write_receipt(root, receipt)
    promise.unlink()
    if not any(promise.parent.iterdir()):
        promise.parent.rmdir()
    return receipt


def _matches(table: pa.Table, removals: "Removals") -> "pa.Array[Any]":
    return removals.matches(table["id"], table["derived_from"], table["url"])
