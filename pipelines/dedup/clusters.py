"""Clusters of documents, each with the one that stands for it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import signals
from pipelines.dedup.arrays import distinct, indices
from pipelines.dedup.candidates import Hashes, Numbers, band_keys, pairs_of_band, signature_rows, split_pairs
from pipelines.dedup.copies import first_copies
from pipelines.dedup.kernels.assignment import NOBODY, assign
from pipelines.dedup.kernels.similarity import compare_sets
from pipelines.dedup.keys import halves_of_hashes
from pipelines.dedup.profiles import Profile
from signals.arrow import Texts
from signals.minhash.compute import ShingleSets, shingle_sets

_TEXT_HASH = "text_hash"


@dataclass(frozen=True)
class Measure:
    """When two documents are alike.

    Attributes:
        threshold: From which similarity on.
        containment: Measured against the smaller set of shingles, not against the union of both.
    """

    threshold: float
    containment: bool = False

    def similarities(
        self, pairs: Hashes, sets: ShingleSets, numbers: Numbers, *, at_least: float
    ) -> npt.NDArray[np.float64]:
        """Return the similarity of each pair.

        Args:
            pairs: uint64[pairs]; see `pipelines.dedup.candidates`.
            sets: The shingles of all documents in them.
            numbers: The number of the document of each set, sorted.
            at_least: A pair that cannot reach it may give 0.
        """
        later, earlier = (np.searchsorted(numbers, half) for half in split_pairs(pairs))
        found = np.empty(len(pairs), np.float64)
        compare_sets(later, earlier, sets.until, sets.hashes, self.containment, at_least, found)
        return found


@dataclass(frozen=True)
class AlikePairs:
    """Pairs of documents that are alike enough, sorted: the later one, the earlier one, how similar they are."""

    later: Numbers
    earlier: Numbers
    similarity: npt.NDArray[np.float64]

    @classmethod
    def of(cls, pairs: Hashes, similarity: npt.NDArray[np.float64], threshold: float) -> "AlikePairs":
        """Return the pairs that reach a threshold."""
        reached = similarity >= threshold
        return cls(*split_pairs(pairs[reached]), similarity[reached])

    @classmethod
    def none(cls) -> "AlikePairs":
        """Return no pairs."""
        return cls(np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.float64))


@dataclass
class Assignment:
    """Who stands for whom, decided document by document; see `pipelines.dedup.kernels.assignment`.

    Attributes:
        same_text: uint32[documents], the first document of the same text.
        same_key: uint32[keys, documents], the first document of the same further key; NOBODY without one.
        frozen_until: Documents before it are kept whatever they are like.
        representative: uint32[documents], who stands for each.
        likeness: float64[documents], how similar they are; NaN where only a further key tells.
        match: uint8[documents], how they match.
    """

    same_text: Numbers
    same_key: Numbers
    frozen_until: int = 0
    representative: Numbers = field(init=False)
    likeness: npt.NDArray[np.float64] = field(init=False)
    match: npt.NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        documents = len(self.same_text)
        self.representative = np.full(documents, NOBODY, np.uint32)
        self.likeness = np.empty(documents, np.float64)
        self.match = np.zeros(documents, np.uint8)
        self._text_kept = np.full(documents, NOBODY, np.uint32)
        self._key_kept = np.full(self.same_key.shape, NOBODY, np.uint32)
        late = documents if len(self.same_key) else 0
        self._late_kept = np.full(late, NOBODY, np.uint32)
        self._late_likeness = np.zeros(late, np.float64)

    def finish(self) -> None:
        """Let go of what only deciding needs, 8 bytes a document and more with further keys; none can follow."""
        nothing = np.empty(0, np.uint32)
        self.same_text = self._text_kept = self._late_kept = nothing
        self.same_key = self._key_kept = np.empty((0, 0), np.uint32)
        self._late_likeness = np.empty(0, np.float64)

    def decide(self, begin: int, end: int, alike: AlikePairs) -> None:
        """Decide the documents from `begin` to `end`, all before them being decided; `alike` are their pairs."""
        assign(
            begin,
            end,
            self.frozen_until,
            self.same_text,
            self.same_key,
            alike.later,
            alike.earlier,
            alike.similarity,
            self.representative,
            self.likeness,
            self.match,
            self._text_kept,
            self._key_kept,
            self._late_kept,
            self._late_likeness,
        )


def cluster_texts(texts: Texts, profile: Profile, measure: Measure | None = None) -> Assignment:
    """Find copies and near copies among texts that fit into memory.

    Args:
        texts: Any Arrow string array without nulls, the preferred texts first.
        profile: Which shingles and which bands.
        measure: When two texts are alike; by default from the profile's threshold on.

    Returns:
        Who stands for whom; numbers are rows.

    Raises:
        TypeError: `texts` holds no strings.
    """
    measure = measure or Measure(profile.threshold)
    table = signals.compute(texts, names=[profile.shingling.signal, _TEXT_HASH])
    upper, lower = halves_of_hashes(table[_TEXT_HASH])
    same_text = first_copies([(upper, lower, np.arange(len(upper), dtype=np.uint32))], len(upper))
    pairs = candidate_pairs(table[profile.shingling.signal], same_text, profile, measure.threshold)
    numbers = distinct(split_pairs(pairs))
    compared = texts.cast(pa.large_string()).take(indices(numbers))
    sets = shingle_sets(compared, profile.shingling)
    similarity = measure.similarities(pairs, sets, numbers, at_least=measure.threshold)
    found = Assignment(same_text, np.empty((0, len(same_text)), np.uint32))
    found.decide(0, len(same_text), AlikePairs.of(pairs, similarity, measure.threshold))
    return found


def candidate_pairs(
    signatures: "pa.ChunkedArray[Any]", same_text: Numbers, profile: Profile, threshold: float
) -> Hashes:
    """Return the pairs of first copies that share a band, sorted and distinct.

    Args:
        signatures: The profile's signal.
        same_text: uint32[documents], the first document of the same text.
        profile: Which bands.
        threshold: For which similarity.
    """
    rows, found = signature_rows(signatures)
    first = same_text[found] == found
    numbers = found[first].astype(np.uint32)
    bands = band_keys(rows[first], profile.banding(threshold))
    parts = [_pairs(bands, band, numbers, len(same_text)) for band in range(len(bands))]
    return distinct(parts)


def _pairs(bands: Hashes, band: int, numbers: Numbers, count: int) -> Hashes:
    def next_keys(step: int, some: Numbers) -> Hashes:
        following: Hashes = bands[(band + step) % len(bands)][np.searchsorted(numbers, some)]
        return following

    return pairs_of_band(bands[band], numbers, count, next_keys, len(bands))
