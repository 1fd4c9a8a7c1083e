"""Pairs: first copies that share a band of their signatures, one unit a band; then all of them, each once."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import numpy as np

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.dedup.arrays import read_array, write_arrays, write_parts
from pipelines.dedup.candidates import PAIR_SHIFT, Hashes, Numbers, pairs_of_band, split_pairs
from pipelines.dedup.kernels.assignment import NOBODY
from pipelines.dedup.keys import NO_KEY
from pipelines.dedup.numbering import Numbering
from pipelines.stages.dedup_copies import FIRST, copies_path
from pipelines.stages.dedup_keys import keys_path
from pipelines.stages.dedup_pass import FOLDER, TEXT, Pass, pass_of, planned_pass

PAIR = "pair"
ROW = "row"
BAND_TABLE, TABLE, WANTED_TABLE = f"{FOLDER}/bands", f"{FOLDER}/pairs", f"{FOLDER}/wanted"

_PAIRS_AT_A_TIME = 1 << 24


def _plan_bands(plan: Plan, generation: int) -> Sequence[Unit]:
    planned = planned_pass(plan, generation)
    if planned is None or planned.profile is None:
        return []
    banding = planned.profile.banding(planned.measure.threshold)
    keys = [keys_path(shard) for shard in planned.all_shards]
    inputs = [*planned.order_paths(), *keys, copies_path(planned, TEXT)]
    return [
        planned.unit(BANDS_STAGE.name, f"band-{band}", inputs, band=band, bands=banding.bands)
        for band in range(banding.bands)
    ]


def _work_bands(unit: Unit, shelf: Shelf) -> Outcome:
    planned = pass_of(unit)
    band, bands = (cast("int", unit.parameters[name]) for name in ("band", "bands"))
    numbering = planned.numbering(shelf)
    first = read_array(shelf.root / copies_path(planned, TEXT), FIRST)
    compared = first == np.arange(numbering.count, dtype=np.uint32)
    keys, numbers = _keys_of(shelf, numbering, band, compared)

    def next_keys(step: int, some: Numbers) -> Hashes:
        wanted = np.zeros(numbering.count, np.bool_)
        wanted[some] = True
        found, found_numbers = _keys_of(shelf, numbering, (band + step) % bands, wanted)
        order = np.argsort(found_numbers)
        following: Hashes = found[order][np.searchsorted(found_numbers[order], some)]
        return following

    pairs = pairs_of_band(keys, numbers, numbering.count, next_keys, bands)
    pairs = pairs[np.searchsorted(pairs, np.uint64(numbering.frozen_until) << PAIR_SHIFT) :]  # frozen ones are decided
    write_arrays(shelf.temporary(_band_path(planned, band)), {PAIR: pairs})
    return Outcome(len(numbers), len(numbers), {}, 0)


def _keys_of(
    shelf: Shelf, numbering: Numbering, band: int, wanted: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> tuple[Hashes, Numbers]:
    """Return the keys of a band, and the numbers of the documents that have them, of those wanted."""
    keys, numbers = [np.empty(0, np.uint64)], [np.empty(0, np.uint32)]
    for shard, some in zip(numbering.shards, numbering.numbers, strict=True):
        found = read_array(shelf.root / keys_path(shard), f"band_{band}")
        taken = wanted[some] & (found != NO_KEY)
        keys.append(found[taken])
        numbers.append(some[taken])
    return np.concatenate(keys), np.concatenate(numbers)


def _band_path(planned: Pass, band: int) -> str:
    return f"{planned.folder('bands')}/{band}.arrow"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit: the pairs of all bands, and which documents must be looked at again."""
    planned = planned_pass(plan, generation)
    if planned is None or (planned.profile is None and planned.kinds == (TEXT,)):
        return []
    bands = 0 if planned.profile is None else planned.profile.banding(planned.measure.threshold).bands
    inputs = [
        *planned.order_paths(),
        *(_band_path(planned, band) for band in range(bands)),
        *(copies_path(planned, kind) for kind in planned.kinds),
    ]
    return [planned.unit(STAGE.name, "all", inputs, bands=bands)]


def pairs_path(planned: Pass) -> str:
    """Return where the pairs lie, sorted and distinct."""
    return f"{planned.folder('pairs')}/all.arrow"


def wanted_path(planned: Pass, shard: Shard) -> str:
    """Return where the rows of a shard's documents lie that are compared with others."""
    return f"{planned.folder('wanted')}/{shard.unit}.arrow"


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    planned = pass_of(unit)
    numbering = planned.numbering(shelf)
    wanted = np.zeros(numbering.count, np.bool_)
    bands = [
        read_array(shelf.root / _band_path(planned, band), PAIR)
        for band in range(cast("int", unit.parameters["bands"]))
    ]
    found = 0

    def parts() -> Iterator[Hashes]:
        nonlocal found
        for pairs in _merged(bands, numbering):
            for half in split_pairs(pairs):
                wanted[half] = True
            found += len(pairs)
            yield pairs

    write_parts(shelf.temporary(pairs_path(planned)), PAIR, parts())
    for kind in planned.kinds:
        if kind != TEXT:
            wanted |= _in_company(read_array(shelf.root / copies_path(planned, kind), FIRST))
    for shard, numbers in zip(numbering.shards, numbering.numbers, strict=True):
        rows = np.flatnonzero(wanted[numbers]).astype(np.uint32)
        write_arrays(shelf.temporary(wanted_path(planned, shard)), {ROW: rows})
    return Outcome(found, found, {}, 0)


def _merged(bands: Sequence[Hashes], numbering: Numbering) -> Iterator[Hashes]:
    """Yield the pairs of all bands, sorted and distinct, a stretch of later documents at a time."""
    total = sum(map(len, bands))
    stretches = -(-total // _PAIRS_AT_A_TIME) or 1
    bounds = np.linspace(0, numbering.count, stretches + 1).astype(np.uint64) << PAIR_SHIFT
    for begin, end in pairwise(bounds):
        parts = [pairs[np.searchsorted(pairs, begin) : np.searchsorted(pairs, end)] for pairs in bands]
        yield np.unique(np.concatenate([np.empty(0, np.uint64), *parts]))


def _in_company(first: Numbers) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which documents share their key with another."""
    present = first != NOBODY
    sizes = np.bincount(first[present], minlength=len(first))
    in_company = np.zeros(len(first), np.bool_)
    in_company[present] = sizes[first[present]] > 1
    return in_company


BANDS_STAGE = Stage("dedup-bands", 1, (BAND_TABLE,), _plan_bands, _work_bands)
STAGE = Stage("dedup-pairs", 1, (TABLE, WANTED_TABLE), _plan, _work)
