"""Pairs: first copies that share a band of their signatures, a few bands a unit; then all of them, each once."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.dedup.arrays import distinct, read_array, write_arrays, write_parts
from pipelines.dedup.candidates import PAIR_SHIFT, Hashes, Numbers, pairs_of_band, split_pairs
from pipelines.dedup.kernels.assignment import NOBODY
from pipelines.dedup.keys import NO_KEY
from pipelines.dedup.numbering import Numbering
from pipelines.stages.dedup_copies import FIRST, copies_path
from pipelines.stages.dedup_keys import keys_path
from pipelines.stages.dedup_pass import FOLDER, TEXT, Pass, pass_memory, pass_of, planned_pass

Flags = npt.NDArray[np.bool_]

PAIR = "pair"
ROW = "row"
BAND_TABLE, TABLE, WANTED_TABLE = f"{FOLDER}/bands", f"{FOLDER}/pairs", f"{FOLDER}/wanted"

_PAIRS_AT_A_TIME = 1 << 24
_BANDS_A_UNIT = 3  # what they have in common is read once


def _plan_bands(plan: Plan, generation: int) -> Sequence[Unit]:
    planned = planned_pass(plan, generation)
    if planned is None or planned.profile is None:
        return []
    bands = planned.profile.banding(planned.measure.threshold).bands
    keys = [keys_path(shard) for shard in planned.all_shards]
    inputs = [*planned.order_paths(), *keys, copies_path(planned, TEXT)]
    return [
        planned.unit(BANDS_STAGE.name, f"from-band-{first}", inputs, first=first, bands=bands)
        for first in range(0, bands, _BANDS_A_UNIT)
    ]


def _work_bands(unit: Unit, shelf: Shelf) -> Outcome:
    planned = pass_of(unit)
    first, bands = (cast("int", unit.parameters[name]) for name in ("first", "bands"))
    numbering = planned.numbering(shelf)
    same_text = read_array(shelf.root / copies_path(planned, TEXT), FIRST)
    compared = _Compared(shelf, numbering, same_text == np.arange(numbering.count, dtype=np.uint32))
    for band in range(first, min(first + _BANDS_A_UNIT, bands)):
        pairs = compared.pairs(band, bands)
        write_arrays(shelf.temporary(_band_path(planned, band)), {PAIR: pairs})
    return Outcome(len(compared.numbers), len(compared.numbers), {}, 0)


class _Compared:
    """Some documents, whose keys are read band by band.

    Attributes:
        numbers: Their numbers, in the order of their shards.
    """

    def __init__(self, shelf: Shelf, numbering: Numbering, wanted: Flags) -> None:
        self._shelf = shelf
        self._numbering = numbering
        self._taken = [wanted[numbers] for numbers in numbering.numbers]
        parts = [numbers[taken] for numbers, taken in zip(numbering.numbers, self._taken, strict=True)]
        self.numbers: Numbers = np.concatenate([np.empty(0, np.uint32), *parts])

    def keys(self, band: int) -> Hashes:
        """Return the key of each document in a band."""
        paths = [self._shelf.root / keys_path(shard) for shard in self._numbering.shards]
        parts = [read_array(path, f"band_{band}")[taken] for path, taken in zip(paths, self._taken, strict=True)]
        keys: Hashes = np.concatenate([np.empty(0, np.uint64), *parts])
        return keys

    def pairs(self, band: int, bands: int) -> Hashes:
        """Return the pairs that share a key of a band, but those of which both are decided."""
        keys = self.keys(band)
        present = keys != NO_KEY
        numbers = self.numbers
        if not present.all():
            keys, numbers = keys[present], numbers[present]
        pairs = pairs_of_band(keys, numbers, self._numbering.count, self._next_keys(band, bands), bands)
        return pairs[np.searchsorted(pairs, np.uint64(self._numbering.frozen_until) << PAIR_SHIFT) :]

    def _next_keys(self, band: int, bands: int) -> Callable[[int, Numbers], Hashes]:
        def next_keys(step: int, some: Numbers) -> Hashes:
            wanted = np.zeros(self._numbering.count, np.bool_)
            wanted[some] = True
            few = _Compared(self._shelf, self._numbering, wanted)
            order = np.argsort(few.numbers)
            following: Hashes = few.keys((band + step) % bands)[order][np.searchsorted(few.numbers[order], some)]
            return following

        return next_keys


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
        yield distinct([np.empty(0, np.uint64), *parts])


def _in_company(first: Numbers) -> Flags:
    """Return which documents share their key with another."""
    present = first != NOBODY
    sizes = np.bincount(first[present], minlength=len(first))
    in_company = np.zeros(len(first), np.bool_)
    in_company[present] = sizes[first[present]] > 1
    return in_company


BANDS_STAGE = Stage("dedup-bands", 1, (BAND_TABLE,), _plan_bands, _work_bands, pass_memory)
STAGE = Stage("dedup-pairs", 1, (TABLE, WANTED_TABLE), _plan, _work)
