"""Documents by number: numbered in the order in which they are preferred, those of generation 0 first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.corpus import Shard
from pipelines.dedup.arrays import read_array, write_arrays
from pipelines.dedup.document_order import read_order
from pipelines.errors import CorpusError

Numbers = npt.NDArray[np.uint32]

MOST_DOCUMENTS = 2**32 - 2  # a number takes 32 bits, and the highest stands for none

_NUMBER = "number"


@dataclass(frozen=True)
class Numbering:
    """The documents of one pass of deduplication.

    Attributes:
        shards: All shards, frozen ones first.
        numbers: For each shard the number of each document, in the order of its rows.
        frozen_until: Documents with a lower number are frozen: they are decided, and others are held against them.
    """

    shards: tuple[Shard, ...]
    numbers: tuple[Numbers, ...]
    frozen_until: int

    @cached_property
    def count(self) -> int:
        """How many documents there are."""
        return sum(map(len, self.numbers))


def read_numbering(root: Path, folder: str, shards: Sequence[Shard], frozen: Sequence[Shard]) -> Numbering:
    """Return the numbers of a pass's documents.

    Args:
        root: The corpus.
        folder: Where `write_order` wrote.
        shards: The shards to be decided.
        frozen: The shards that are decided.

    Raises:
        CorpusError: There are too many documents.
    """
    # `read_order` tells the generation in the highest bits, which go with the upper half.
    places = [read_order(root / folder / f"{shard.unit}.arrow").astype(np.uint32) for shard in (*frozen, *shards)]
    frozen_until = sum(map(len, places[: len(frozen)]))
    _check_count(sum(map(len, places)))
    begins = [0] * len(frozen) + [frozen_until] * len(shards)
    numbers = tuple(place + np.uint32(begin) for place, begin in zip(places, begins, strict=True))
    return Numbering((*frozen, *shards), numbers, frozen_until)


def write_numbers(path: Path, numbers: npt.NDArray[np.int64]) -> None:
    """Write the numbers of a shard's documents, in the order of its rows.

    Raises:
        CorpusError: There are too many documents.
    """
    _check_count(int(numbers.max(initial=0)))
    write_arrays(path, {_NUMBER: numbers.astype(np.uint32)})


def read_joint_numbering(paths: Sequence[Path], shards: Sequence[Shard], frozen: int) -> Numbering:
    """Return the numbers of documents of several corpora.

    Args:
        paths: Where `write_numbers` wrote them, shard by shard.
        shards: The shards, frozen ones first.
        frozen: How many of them are frozen.
    """
    numbers = tuple(read_array(path, _NUMBER) for path in paths)
    return Numbering(tuple(shards), numbers, sum(map(len, numbers[:frozen])))


def _check_count(documents: int) -> None:
    if documents > MOST_DOCUMENTS:
        raise CorpusError(f"dedup: more than {MOST_DOCUMENTS:,} documents; divide the corpus")
