"""Ids of records: one document an id, whatever a source repeats."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa

from pipelines.sources.identity import REPEAT_KEY, id_of_key, id_of_text, id_of_url
from pipelines.sources.record import json_text

if TYPE_CHECKING:
    from pipelines.sources.text_column import Column


@dataclass(frozen=True)
class Identified:
    """What became of the records of a batch.

    Attributes:
        ids: The id of each record.
        kept: Positions of the records that are documents.
        duplicates: Positions of records whose id stands already.
        not_sampled: How many records are outside the sample.
        repeats: By position: the id of the first document with the same text.
    """

    ids: list[str]
    kept: list[int]
    duplicates: list[int]
    not_sampled: int
    repeats: dict[int, str]


class SeenIds:
    """A set of ids in sorted arrays: 16 bytes an id, so that files of any size can be checked.

    The arrays grow like a log-structured merge tree: an array is merged into its elder when that is no longer
    twice as long.
    """

    def __init__(self) -> None:
        self._runs: list[np.ndarray[tuple[int], np.dtype[np.bytes_]]] = []

    def add(self, ids: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Take ids (32 hexadecimal digits) in; return which of them were not known and come first among these."""
        # numpy ignores zero bytes at the end of a string: harmless, as all have the same length.
        batch = np.frombuffer(bytes.fromhex("".join(ids)), dtype="S16")
        new = np.zeros(len(batch), dtype=np.bool_)
        new[np.unique(batch, return_index=True)[1]] = True
        for run in self._runs:
            place = np.minimum(np.searchsorted(run, batch), len(run) - 1)
            new &= run[place] != batch
        if new.any():
            self._runs.append(np.sort(batch[new]))
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            younger = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], younger]), kind="stable")
        return new


class Identities:
    """Gives the records of a unit their ids, in order.

    A record with an id of its own, or an address, is one document: what repeats it is a duplicate. Records that have
    neither and say the same are documents of their own (`dedup` decides about them), told apart by their occurrence
    in the file.

    Args:
        source: The source's name.
        sample: The share of ids to keep.
        exclude: Ids that stand in earlier units of the source.
    """

    def __init__(self, source: str, sample: float, exclude: Sequence[str]) -> None:
        self._source = source
        self._sample = sample
        self._exclude = frozenset(exclude)
        self._seen = SeenIds()
        self._repeats: Counter[str] = Counter()

    def identify(self, records: pa.RecordBatch, relative: str, part: int) -> Identified:
        """Return the ids of a batch of records, and which of these are documents."""
        keys, urls, texts = (records.column(name) for name in ("key", "url", "text"))
        ids: list[str] = []
        anonymous: set[int] = set()
        for position, (key, url) in enumerate(zip(keys.to_pylist(), urls.to_pylist(), strict=True)):
            if key is not None:
                ids.append(id_of_key(self._source, key))
            elif url is not None:
                ids.append(id_of_url(self._source, url, texts[position].as_py()))
            else:
                ids.append(id_of_text(self._source, relative, texts[position].as_py()))
                anonymous.add(position)
        sampled = [position for position, id_ in enumerate(ids) if is_sampled(id_, self._sample)]
        new = self._seen.add([ids[position] for position in sampled])
        kept, duplicates, repeats = [], [], {}
        for position, first in zip(sampled, new.tolist(), strict=True):
            base = ids[position]
            earlier = base in self._exclude
            if first and not earlier:
                kept.append(position)
            elif position not in anonymous:
                duplicates.append(position)
            else:
                number = self._repeats[base] = self._repeats[base] + 1
                # Which part comes first is known only when all have been read: later ones count for themselves.
                occurrence = f"{part}.{number}" if earlier else str(number)
                ids[position] = id_of_text(self._source, relative, texts[position].as_py(), occurrence)
                repeats[position] = base
                kept.append(position)
        return Identified(ids, kept, duplicates, len(ids) - len(sampled), repeats)


def is_sampled(id_: str, share: float) -> bool:
    """Tell whether an id, read as a fraction of 1, lies below a share."""
    return share >= 1 or int(id_[:16], 16) < share * 2**64


def with_repeats(meta: "Column", repeats: dict[int, str]) -> "Column":
    """Note in `meta` which documents repeat another's text.

    Args:
        meta: JSON objects or nulls.
        repeats: The id that is repeated, by position.
    """
    if not repeats:
        return meta
    noted: list[str | None] = meta.to_pylist()
    for position, base in repeats.items():
        fields = orjson.loads(noted[position] or "{}")
        noted[position] = json_text({**fields, REPEAT_KEY: base})
    return pa.array(noted, pa.string())
