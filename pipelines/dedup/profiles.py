"""Profiles of fuzzy deduplication: which shingles, which bands, from which similarity on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from signals.minhash.shinglings import LOAM, PERMUTATIONS, REDPAJAMA_V2, SLIMPAJAMA, Shingling

# Of the pairs that are exactly as similar as the threshold, at least this share must meet in some band.
RECALL_AT_THRESHOLD = 0.99


@dataclass(frozen=True)
class Banding:
    """How a signature is cut into bands; documents that share one are compared.

    Attributes:
        bands: How many.
        rows: Values of the signature in each.
    """

    bands: int
    rows: int

    def recall(self, similarity: float) -> float:
        """Return the share of pairs of a Jaccard similarity that share a band (Leskovec, Rajaraman, Ullman, §3.4)."""
        return float(1 - (1 - similarity**self.rows) ** self.bands)


@dataclass(frozen=True)
class Profile:
    """One way of fuzzy deduplication.

    Attributes:
        name: Its name in recipes.
        shingling: The shingles that are compared, and the signal that holds their signatures.
        threshold: From which similarity on documents are merged, if the recipe names none.
        bandings: The bands for some thresholds; others are banded for recall.
    """

    name: str
    shingling: Shingling
    threshold: float
    bandings: tuple[tuple[float, Banding], ...] = ()

    def banding(self, threshold: float) -> Banding:
        """Return the bands for a threshold."""
        return dict(self.bandings).get(threshold) or banding_for_recall(threshold)


def banding_for_recall(threshold: float) -> Banding:
    """Return the narrowest net that holds: the most rows with which RECALL_AT_THRESHOLD is reached.

    Every candidate is verified, so wide nets cost time and no precision.
    """
    for rows in range(PERMUTATIONS, 1, -1):
        banding = Banding(PERMUTATIONS // rows, rows)
        if banding.recall(threshold) >= RECALL_AT_THRESHOLD:
            return banding
    return Banding(PERMUTATIONS, 1)


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Profile("loam", LOAM, 0.8),
            # Bands of RedPajama-V2's code, by its optimal_param (togethercomputer/RedPajama-Data at 6d2cee9).
            Profile(
                "redpajama_v2",
                REDPAJAMA_V2,
                0.8,
                ((0.7, Banding(14, 9)), (0.8, Banding(9, 13)), (0.9, Banding(5, 25)), (1.0, Banding(1, 128))),
            ),
            # FineWeb (arXiv 2406.17557, §3.4): 5-grams, 112 hash functions, meant for 75 % similar documents.
            Profile("fineweb", LOAM, 0.75, ((0.75, Banding(14, 8)),)),
            # SlimPajama (Cerebras 2023): Jaccard 0.8 by MinHashLSH's bands for it.
            Profile("slimpajama", SLIMPAJAMA, 0.8, ((0.8, Banding(9, 13)),)),
        )
    }
)
