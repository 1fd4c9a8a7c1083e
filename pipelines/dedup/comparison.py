"""Comparing pairs of documents whose sets of shingles lie in files, as many at a time as memory holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.dedup.arrays import distinct, read_lists
from pipelines.dedup.candidates import PAIR_SHIFT, Hashes, Numbers, split_pairs
from pipelines.dedup.clusters import AlikePairs, Measure
from pipelines.dedup.kernels.similarity import copy_sets
from signals.minhash.compute import ShingleSets

_PAIRS_AT_A_TIME = 1 << 19
_ELEMENTS_AT_A_TIME = 1 << 24  # of the sets of the pairs compared at once


@dataclass(frozen=True)
class SetFiles:
    """Where the sets of shingles lie, and how large they are.

    Attributes:
        files: Files that `write_lists` wrote, each with the numbers of its shard's documents.
        sizes: uint32[documents], elements of each document's set, 0 for those that have none.
    """

    files: Sequence[tuple[Path, Numbers]]
    sizes: Numbers

    def read(self, numbers: Numbers) -> ShingleSets:
        """Return the sets of some documents, given sorted."""
        until = np.concatenate([[0], np.cumsum(self.sizes[numbers], dtype=np.int64)])
        hashes = np.empty(int(until[-1]), np.uint64)
        place_of = np.full(len(self.sizes), -1, np.int32)
        place_of[numbers] = np.arange(len(numbers), dtype=np.int32)
        for path, shard_numbers in self.files:
            rows, file_until, file_hashes = read_lists(path)
            places = place_of[shard_numbers[rows]]
            taken = np.flatnonzero(places >= 0)
            copy_sets(taken, places[taken].astype(np.int64), file_until, file_hashes, until, hashes)
        return ShingleSets(until, hashes)


def open_sets(documents: int, files: Sequence[tuple[Path, Numbers]]) -> SetFiles:
    """Return the sets of shingles of so many documents, of which only the sizes are read; see `SetFiles`."""
    sizes = np.zeros(documents, np.uint32)
    for path, numbers in files:
        rows, until, _ = read_lists(path)
        sizes[numbers[rows]] = np.diff(until)
    return SetFiles(files, sizes)


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
    begin = 0
    while begin < len(pairs):
        later, earlier = split_pairs(pairs[begin : begin + _PAIRS_AT_A_TIME])
        elements = np.cumsum(sizes[later].astype(np.int64) + sizes[earlier])
        fitting = max(int(np.searchsorted(elements, _ELEMENTS_AT_A_TIME, side="right")), 1)
        next_document = ((pairs[begin + fitting - 1] >> PAIR_SHIFT) + np.uint64(1)) << PAIR_SHIFT
        end = int(np.searchsorted(pairs, next_document))
        yield pairs[begin:end]
        begin = end
