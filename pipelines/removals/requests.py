"""Requests to remove documents, and the documents that go because of each."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from pipelines.removals.lineage import Going
from pipelines.removals.matching import addresses, spellings
from pipelines.removals.tombstones import Tombstone


class Requests:
    """What was asked, and what goes for it.

    Args:
        asked: What is to be removed.
        going: The documents that go.
    """

    def __init__(self, asked: Sequence[Tombstone], going: Sequence[Going]) -> None:
        self._asked = asked
        self._going = {document.id: document for document in going}
        urls = pa.array([document.url for document in going], pa.string())
        self._addresses = dict(zip(self._going, addresses(urls), strict=True))
        self._spelled = spellings(asked)
        self._by_value: dict[str, Tombstone] = {}
        for request, spelled in zip(asked, self._spelled, strict=True):
            self._by_value |= {value: request for value in spelled if value not in self._by_value}

    def tombstones(self, reason: str | None, date: str | None) -> list[Tombstone]:
        """Return a tombstone for each document that goes, and for each request that names none of them by its id.

        Args:
            reason: Why, for what was asked without a reason of its own.
            date: When, for what was asked without a date of its own.
        """
        made = []
        for document in self._going.values():
            request = self._request(document)
            made.append(
                Tombstone(
                    "id",
                    document.id,
                    document.text_sha256,
                    document.derived_from,
                    (request and request.reason) or reason,
                    (request and request.date) or date,
                )
            )
        others = [one for one in self._asked if one.value not in self._going]
        return [*made, *(replace(one, reason=one.reason or reason, date=one.date or date) for one in others)]

    def without_documents(self) -> list[Tombstone]:
        """Return the requests for which no document goes."""
        found = {*self._going}
        for address in self._addresses.values():
            found |= {value for value in (address.url, *address.hosts) if value is not None}
        return [one for one, spelled in zip(self._asked, self._spelled, strict=True) if found.isdisjoint(spelled)]

    def _request(self, document: Going) -> Tombstone | None:
        """Return the request because of which a document goes: for itself, its address, or what it was made from."""
        seen = set[str]()
        step: Going | None = document
        while step is not None and step.id not in seen:
            seen.add(step.id)
            address = self._addresses[step.id]
            for value in (step.id, address.url, *address.hosts):
                if value in self._by_value:
                    return self._by_value[value]
            step = self._going.get(step.derived_from or "")
        return None
