"""Documents by number: numbered in the order in which they are preferred, those of generation 0 first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.corpus import Shard
from pipelines.dedup.document_order import read_order
from pipelines.errors import CorpusError

Numbers = npt.NDArray[np.uint32]

MOST_DOCUMENTS = 2**32 - 2  # a number takes 32 bits, and the highest stands for none


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
    if sum(map(len, places)) > MOST_DOCUMENTS:
        raise CorpusError(f"dedup: more than {MOST_DOCUMENTS:,} documents; divide the corpus")
    begins = [0] * len(frozen) + [frozen_until] * len(shards)
    numbers = tuple(place + np.uint32(begin) for place, begin in zip(places, begins, strict=True))
    return Numbering((*frozen, *shards), numbers, frozen_until)
