"""What a corpus still knows of a removed document: that it was removed, when and why, and where it had gone."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.corpus import Receipt, Shelf
from pipelines.removals.published import publications_of
from pipelines.removals.removed import RemovedRecord, records_of, removed_outputs, requests_for
from pipelines.removals.tombstones import by_id, read_tombstones


def removed_document(root: Path, receipts: Sequence[Receipt], prefix: str) -> dict[str, Any] | None:
    """Return what is known of the one removed document whose id begins with something; None if there is none, or more.

    Args:
        root: The corpus.
        receipts: What stands in it.
        prefix: The beginning of an id.
    """
    tombstones = read_tombstones(root)
    known = by_id(tombstones)
    left_out = {record.id: record for record in _left_out(root, receipts) if record.id.startswith(prefix)}
    ids = {id_ for id_ in known if id_.startswith(prefix)} | left_out.keys()
    if len(ids) != 1:
        return None
    (identity,) = ids
    because = known.get(identity) or requests_for([left_out[identity]], tombstones).get(identity)
    return {
        "id": identity,
        "reason": because.reason if because else None,
        "date": because.date if because else None,
        "text_sha256": known[identity].text_sha256 if identity in known else None,
        "because_of": {because.kind: because.value} if because and because.value != identity else None,
        "derived_from": known[identity].derived_from if identity in known else None,
        "made_from_it": sorted(one.value for one in known.values() if one.derived_from == identity),
        "published_before": publications_of(root, identity),
    }


def _left_out(root: Path, receipts: Sequence[Receipt]) -> Iterator[RemovedRecord]:
    shelf = Shelf(root)
    for receipt in receipts:
        for path in removed_outputs(receipt):
            yield from records_of(shelf.read(path))
