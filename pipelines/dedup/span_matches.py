"""Which windows of a partition are repeated anywhere in the corpus, and of which other window each is a copy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.dedup.kernels.matches import NONE, find_second, group_windows
from pipelines.dedup.span_index import Windows
from pipelines.dedup.span_rules import SpanRule

KEPT = -1  # instead of a shard: this copy is the one that stays

MATCHES = pa.schema([("place", pa.uint64()), ("partner_shard", pa.int32()), ("partner_place", pa.uint64())])
_SHARDS = b"shards"

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ShardWindows:
    """One shard's part of a partition.

    Attributes:
        windows: Its windows.
        order: uint64[documents], the place of each document in the order of preference.
        frozen: Whether its documents are only compared with, and never changed.
    """

    windows: Windows
    order: npt.NDArray[np.uint64]
    frozen: bool


@dataclass(frozen=True)
class Matches:
    """Repeated windows, in the order of their places in a shard.

    Attributes:
        places: uint64[windows], as in `Windows`.
        partner_shards: int32[windows], the shard of the window that each is a copy of; KEPT for a copy that stays.
        partner_places: uint64[windows], its place there.
    """

    places: npt.NDArray[np.uint64]
    partner_shards: Numbers
    partner_places: npt.NDArray[np.uint64]


def match_windows(parts: Iterable[ShardWindows], rule: SpanRule) -> list[Matches]:
    """Return the repeated windows of each shard, all of one partition.

    The first copy is that in the document preferred, and in it the earliest. Others are copies of the first; where a
    rule does not keep it, the first is a copy of the second.

    Args:
        parts: The windows of all shards, one after the other.
        rule: How often a window must occur, and which copies stay.
    """
    hashes, places, order, counts, frozen = _gather(parts)
    groups, first, copies = _group(hashes, order, places)
    partner = first[groups]
    if not rule.keeps_first:
        second = np.full(len(first), NONE, np.int32)
        find_second(order, places, groups, first, rule.elsewhere, second)
        leaders = np.where(second == NONE, first, second)
        partner[first] = leaders
    shard_of = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    frozen_windows = np.repeat(np.array(frozen, np.bool_), counts)
    found = np.flatnonzero((copies[groups] >= rule.copies) & ~frozen_windows)
    partner = partner[found]
    partner_shards = np.where(partner == found, np.int32(KEPT), shard_of[partner])
    bounds = np.searchsorted(shard_of[found], np.arange(len(counts) + 1))
    return [
        Matches(places[found[begin:end]], partner_shards[begin:end], places[partner[begin:end]])
        for begin, end in pairwise(bounds)
    ]


def _gather(
    parts: Iterable[ShardWindows],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.uint64], list[int], list[bool]]:
    hashes, places, order = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    counts, frozen = [], []
    for part in parts:
        hashes.append(part.windows.hashes)
        places.append(part.windows.places)
        order.append(part.order[part.windows.places >> np.uint64(32)])
        counts.append(len(part.windows.hashes))
        frozen.append(part.frozen)
    return np.concatenate(hashes), np.concatenate(places), np.concatenate(order), counts, frozen


def _group(
    hashes: npt.NDArray[np.uint64], order: npt.NDArray[np.uint64], places: npt.NDArray[np.uint64]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the group of each window, and for each group its first window and how many it has."""
    size = len(hashes)
    slots = np.full(1 << max(4, (2 * size).bit_length()), NONE, np.int32)
    groups, first, copies = (np.empty(size, np.int32) for _ in range(3))
    count = group_windows(hashes, order, places, slots, groups, first, copies)
    return groups, first[:count], copies[:count]


def write_matches(path: Path, shards: Sequence[str], matches: Sequence[Matches]) -> None:
    """Write the matches of a partition (Arrow IPC), a record batch a shard; the shards' names go with them."""
    schema = MATCHES.with_metadata({_SHARDS: "\n".join(shards).encode()})
    with pa.ipc.new_file(str(path), schema) as file:
        for found in matches:
            columns = [pa.array(found.places), pa.array(found.partner_shards), pa.array(found.partner_places)]
            file.write_batch(pa.record_batch(columns, schema=schema))


def read_matches(paths: Sequence[Path], shard: str) -> tuple[Matches, list[str]]:
    """Return the matches of one shard from all partitions, in the order of their places, and all shards' names."""
    names: list[str] = []
    parts = []
    for path in paths:
        with pa.memory_map(str(path)) as file:
            reader = pa.ipc.open_file(file)
            names = (reader.schema.metadata or {})[_SHARDS].decode().split("\n")
            parts.append(reader.get_batch(names.index(shard)))
    table = pa.Table.from_batches(parts, MATCHES.with_metadata(parts[0].schema.metadata))
    places = table["place"].to_numpy()
    ordered = np.argsort(places)
    partner_shards, partner_places = table["partner_shard"].to_numpy(), table["partner_place"].to_numpy()
    return Matches(places[ordered], partner_shards[ordered], partner_places[ordered]), names
