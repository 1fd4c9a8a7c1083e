"""Comparing pairs of documents whose sets of shingles lie in files, as many at a time as memory holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.dedup.arrays import distinct, read_lists
from pipelines.dedup.candidates import PAIR_SHIFT, Hashes, Numbers, split_pairs
from pipelines.dedup.clusters import AlikePairs, Measure
from pipelines.dedup.kernels.similarity import copy_sets
from pipelines.dedup.numbering import Numbering
from signals.minhash.compute import ShingleSets

_ELEMENTS_AT_A_TIME = 1 << 25  # of the sets of the pairs compared at once


@dataclass(frozen=True)
class SetFiles:
    """Where the sets of shingles lie, and how large they are.

    Attributes:
        numbering: The documents.
        paths: For each shard the file that `write_lists` wrote.
        sizes: uint32[documents], elements of each document's set, 0 for those that have none.
    """

    numbering: Numbering
    paths: Sequence[Path]
    sizes: Numbers

    def read(self, numbers: Numbers) -> ShingleSets:
        """Return the sets of some documents, given sorted."""
        until = np.concatenate([[0], np.cumsum(self.sizes[numbers], dtype=np.int64)])
        hashes = np.empty(int(until[-1]), np.uint64)
        place_of = np.full(self.numbering.count, -1, np.int32)
        place_of[numbers] = np.arange(len(numbers), dtype=np.int32)
        for path, shard_numbers in zip(self.paths, self.numbering.numbers, strict=True):
            rows, file_until, file_hashes = read_lists(path)
            places = place_of[shard_numbers[rows]]
            taken = np.flatnonzero(places >= 0)
            copy_sets(taken, places[taken].astype(np.int64), file_until, file_hashes, until, hashes)
        return ShingleSets(until, hashes)


def open_sets(numbering: Numbering, paths: Sequence[Path]) -> SetFiles:
    """Return the sets of shingles of a pass, of which only the sizes are read."""
    sizes = np.zeros(numbering.count, np.uint32)
    for path, numbers in zip(paths, numbering.numbers, strict=True):
        rows, until, _ = read_lists(path)
        sizes[numbers[rows]] = np.diff(until)
    return SetFiles(numbering, paths, sizes)


def compare(
    parts: Iterator[Hashes], files: SetFiles, measure: Measure, *, at_least: float
) -> Iterator[tuple[int, AlikePairs]]:
    """Yield the pairs that are alike enough, and up to which later document all are then compared.

    Args:
        parts: Sorted pairs; those of one document lie in one part.
        files: The sets.
        measure: How they are compared.
        at_least: From which similarity on.
    """
    for pairs in parts:
        for some in _stretches(pairs, files.sizes):
            numbers = distinct(split_pairs(some))
            similarity = measure.similarities(some, files.read(numbers), numbers, at_least=at_least)
            yield int(some[-1] >> PAIR_SHIFT) + 1, AlikePairs.of(some, similarity, at_least)


def _stretches(pairs: Hashes, sizes: Numbers) -> Iterator[Hashes]:
    """Divide pairs where their sets would be too large together, never between pairs of one later document."""
    later, earlier = split_pairs(pairs)
    elements = np.cumsum(sizes[later].astype(np.int64) + sizes[earlier])
    begin = 0
    while begin < len(pairs):
        before = int(elements[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(elements, before + _ELEMENTS_AT_A_TIME, side="right")), begin + 1)
        end = int(np.searchsorted(later, later[end - 1], side="right"))
        yield pairs[begin:end]
        begin = end
