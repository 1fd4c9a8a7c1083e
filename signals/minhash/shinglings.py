"""How a text becomes shingles and a signature; deduplication chooses one, `pipelines.dedup.profiles` names them."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 128
SIGNATURE_BYTES = 4 * PERMUTATIONS
REDPAJAMA_SEED = 42

_MERSENNE_PRIME = (1 << 61) - 1
_MASK = (1 << 64) - 1


class Element(StrEnum):
    """What a shingle is a run of."""

    WORD = "word"  # of normalised text; a character where its script puts no spaces between words
    SPACED_WORD = "spaced_word"  # of normalised text, as white space parts them in any script
    CHARACTER = "character"  # of normalised text, one space between two words


@dataclass(frozen=True)
class Shingling:
    """Shingles of one kind and their signatures.

    Attributes:
        signal: The column of its signatures, and the group that holds it alone.
        element: What a shingle is a run of.
        size: How many of them.
        short_text: Whether a text of fewer elements is one shingle, all that it has, or has none.
    """

    signal: str
    element: Element
    size: int
    short_text: bool = True


LOAM = Shingling("minhash", Element.WORD, 5)
REDPAJAMA_V2 = Shingling("minhash_redpajama_v2", Element.SPACED_WORD, 13, short_text=False)
SLIMPAJAMA = Shingling("minhash_slimpajama", Element.CHARACTER, 13)
SHINGLINGS = (LOAM, REDPAJAMA_V2, SLIMPAJAMA)


@cache
def permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return odd multipliers and increments, uint32[PERMUTATIONS] each: SplitMix64's numbers from zero on."""
    numbers = [_splitmix64(index) >> 32 for index in range(2 * PERMUTATIONS)]
    return np.array(numbers[0::2], np.uint32) | np.uint32(1), np.array(numbers[1::2], np.uint32)


@cache
def redpajama_permutations() -> npt.NDArray[np.uint64]:
    """Return RedPajama-V2's table, uint64[2, PERMUTATIONS]: multipliers and increments, drawn by turns.

    After togethercomputer/RedPajama-Data at 6d2cee9, app/src/dedupe/utils.py, which has it from datasketch.
    """
    draw = np.random.RandomState(REDPAJAMA_SEED)
    drawn = [
        (
            draw.randint(1, _MERSENNE_PRIME, dtype=np.uint64),
            draw.randint(0, _MERSENNE_PRIME, dtype=np.uint64),
        )
        for _ in range(PERMUTATIONS)
    ]
    return np.ascontiguousarray(np.array(drawn, np.uint64).T)


def _splitmix64(index: int) -> int:
    """Return a number of the sequence of Steele, Lea and Flood ("Fast splittable pseudorandom number generators")."""
    state = (index + 1) * 0x9E3779B97F4A7C15 & _MASK
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
    return state ^ state >> 31
