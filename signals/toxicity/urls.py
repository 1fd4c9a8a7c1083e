"""Columns of group `toxicity` that follow from lists of domains and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Column
from signals.batches import Batch, as_large_strings, batches
from signals.group import Inputs, Resources
from signals.kernels import PADDING
from signals.kernels.urls import look_up_strings, look_up_urls
from signals.toxicity.declared import URL_LISTS
from signals.toxicity.files import stamp
from signals.toxicity.hosts import ascii_hosts
from signals.toxicity.public_suffixes import PublicSuffixes, public_suffixes
from signals.toxicity.url_lists import REDPAJAMA_CATEGORIES, UrlLists, redpajama_ids, url_lists

UT1 = "ut1"
PUBLIC_SUFFIXES = "public_suffixes"
REDPAJAMA_ID = "rps_doc_ut1_blacklist"
BLOCKED = "url_blocked"
CATEGORIES = "url_categories"

# What urllib.parse.urlparse returns as netloc; RedPajama-V2's source_domain.
_NETWORK_LOCATION = r"^[\x00-\x20]*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?P<location>[^/?#]*)"
_LEFT_OUT = r"[\t\r\n]"

_BLOCKING = frozenset(REDPAJAMA_CATEGORIES)


def url_columns(inputs: Inputs, names: Sequence[str], resources: Resources) -> dict[str, Column]:
    """Return the named columns that follow from lists of domains and addresses.

    Raises:
        ValueError: A list cannot be read.
    """
    addresses = _addresses(inputs)
    columns: dict[str, Column] = {
        REDPAJAMA_ID: pa.nulls(len(addresses), pa.int64()),
        BLOCKED: pa.nulls(len(addresses), pa.bool_()),
        CATEGORIES: pa.nulls(len(addresses), pa.string()),
    }
    if UT1 in resources and REDPAJAMA_ID in names:
        columns[REDPAJAMA_ID] = _redpajama_ids(addresses, resources[UT1])
    if UT1 in resources and {BLOCKED, CATEGORIES} & set(names):
        covering = _covering_sets(addresses, resources[UT1], resources[PUBLIC_SUFFIXES])
        blocked = [not _BLOCKING.isdisjoint(categories) for categories in covering.sets]
        columns[BLOCKED] = covering.column(pa.array(blocked, pa.bool_()))
        columns[CATEGORIES] = covering.column(pa.array([",".join(categories) for categories in covering.sets]))
    for name, path in resources.items():
        column = f"{name.removeprefix(URL_LISTS)}_url"
        if name.startswith(URL_LISTS) and column in names:
            covering = _covering_sets(addresses, path, resources[PUBLIC_SUFFIXES])
            columns[column] = covering.column(pa.array([bool(found) for found in covering.sets], pa.bool_()))
    return columns


@dataclass(frozen=True)
class _CoveringSets:
    """The categories that cover each address.

    Attributes:
        sets: Every set of categories there is.
        numbers: int64[addresses], the place in `sets` of each address's.
        absent: Where there is no address.
    """

    sets: Sequence[tuple[str, ...]]
    numbers: npt.NDArray[np.int64]
    absent: npt.NDArray[np.bool_]

    def column(self, values: Column) -> Column:
        """Return what follows from its set for each address, null where there is none."""
        taken: Column = values.take(pa.array(self.numbers, pa.int64(), mask=self.absent))
        return taken


def _covering_sets(addresses: Column, path: Path, suffix_list: Path) -> _CoveringSets:
    lists = url_lists(path, stamp(path))
    suffixes = public_suffixes(suffix_list, stamp(suffix_list))
    hosts = ascii_hosts(addresses)
    numbers = np.zeros(len(addresses), np.int64)
    sets = list(lists.sets)
    known = {found: number for number, found in enumerate(sets)}
    for batch in batches([hosts]):
        for address, covering in _hits(batch, lists, suffixes).items():
            if len(covering) == 1:
                numbers[address] = next(iter(covering))
                continue
            together = tuple(sorted({category for number in covering for category in lists.sets[number]}))
            if together not in known:
                known[together] = len(sets)
                sets.append(together)
            numbers[address] = known[together]
    return _CoveringSets(sets, numbers, addresses.is_null().to_numpy(zero_copy_only=False))


def _hits(batch: Batch, lists: UrlLists, suffixes: PublicSuffixes) -> dict[int, set[int]]:
    """Return the numbers of the sets of all entries that cover an address, for each that any covers."""
    size = batch.byte_count + 2 * len(batch.offsets)
    hit_addresses, hit_sets = np.empty(size, np.int64), np.empty(size, np.uint16)
    simple = np.empty(int(np.diff(batch.offsets).max()) + PADDING, np.uint8)
    count = look_up_urls(batch.data, batch.offsets, simple, *lists.tables, *suffixes, hit_addresses, hit_sets)
    hits: dict[int, set[int]] = {}
    for address, number in zip(hit_addresses[:count].tolist(), hit_sets[:count].tolist(), strict=True):
        hits.setdefault(batch.first + address, set()).add(number)
    return hits


def _redpajama_ids(addresses: Column, path: Path) -> Column:
    """Return RedPajama-V2's id of each address."""
    ids = redpajama_ids(path, stamp(path))
    cleaned = pc.replace_substring_regex(addresses, _LEFT_OUT, "")
    locations = pc.fill_null(pc.struct_field(pc.extract_regex(cleaned, _NETWORK_LOCATION), "location"), "")
    numbers = [look_up_strings(batch.data, batch.offsets, *ids) for batch in batches([locations])]
    found = np.concatenate([np.empty(0, np.int32), *numbers])
    return pa.array(found.astype(np.int64) - 1, pa.int64(), mask=found == 0)


def _addresses(inputs: Inputs) -> Column:
    """Return the address of each text as large_string, null where there is no address or no text."""
    if inputs.urls is None:
        return pa.nulls(len(inputs.texts), pa.large_string())
    addresses: Column = pa.chunked_array(as_large_strings(inputs.urls), pa.large_string()).combine_chunks()
    empty: Column = pc.equal(addresses, pa.scalar("", pa.large_string()))
    absent = np.asarray(inputs.texts.is_null()) | np.asarray(empty.fill_null(True))
    present: Column = pc.if_else(pa.array(absent), pa.scalar(None, pa.large_string()), addresses)
    return present
