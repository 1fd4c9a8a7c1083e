"""Publish removals: which documents are left out of a release, and why, so that whoever has an older one can follow.

Ids, hashes, dates and reasons alone: neither text nor address.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipelines.corpus import Json, Outcome, Stage, Unit
from pipelines.removals.removed import FOLDER as REMOVED
from pipelines.removals.removed import RemovedRecord, records_of, requests_for
from pipelines.removals.tombstones import Tombstone, by_id, read_tombstones

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf

LIST_FILE = "card/removals.jsonl"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit, if anything is removed and there is a card."""
    if generation > 0 or plan.recipe.licensing is None:
        return []
    left_out = plan.outputs("ingest", REMOVED)
    tombstones = read_tombstones(plan.root)
    if not left_out and not by_id(tombstones):
        return []
    parameters: dict[str, Json] = {"tombstones": _digest(tombstones)}
    return [Unit(STAGE.name, "removals", 0, tuple(left_out), parameters)]


def _digest(tombstones: Iterable[Tombstone]) -> str:
    return hashlib.sha256("\n".join(tombstone.to_json() for tombstone in tombstones).encode()).hexdigest()


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    rows = published_removals(shelf.root, [record for path in unit.inputs for record in records_of(shelf.read(path))])
    shelf.temporary(LIST_FILE).write_text(list_text(rows), encoding="utf-8")
    return Outcome(len(rows), len(rows), {}, 0)


def list_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the published list: JSON, a document a line."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def published_removals(root: Path, left_out: Iterable[RemovedRecord]) -> list[dict[str, str]]:
    """Return what is told of removed documents, by their ids.

    Args:
        root: The corpus.
        left_out: What ingest left out; what an address or its host removed has no tombstone of its own.
    """
    tombstones = read_tombstones(root)
    told = {id_: cast("dict[str, str]", json.loads(one.to_json())) for id_, one in by_id(tombstones).items()}
    for id_, because in requests_for(left_out, tombstones).items():
        if id_ not in told:
            facts = {"id": id_, "reason": because.reason, "date": because.date}
            told[id_] = {name: value for name, value in facts.items() if value is not None}
    return [told[id_] for id_ in sorted(told)]


STAGE = Stage("publish-removals", 1, (LIST_FILE,), _plan, _work)
