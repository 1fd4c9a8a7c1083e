"""`python -m benchmarks.dedup_truth`: recall and precision of fuzzy deduplication, held to comparing all with all."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

import signals
from benchmarks.all_pairs import alike
from benchmarks.documents import DocumentsError, default_documents, evenly_spread, files_of
from benchmarks.planted_edits import EDITS, edited, words_of
from pipelines.dedup.candidates import split_pairs
from pipelines.dedup.clusters import Measure, candidate_pairs, cluster_texts
from pipelines.dedup.kernels.assignment import FUZZY
from pipelines.dedup.profiles import PROFILES, Profile
from signals.reference.minhash import jaccard, shingles

PLANTED = (0.75, 0.8, 0.85, 0.9, 0.95)
LEAST_RECALL = 0.98  # of pairs, before clustering; precision must be 1

_FEWEST_WORDS, _MOST_WORDS = 40, 2000  # of a page that edits are planted in
_SPREAD = 0.04  # edits are planted from so much below a threshold to so much above it


@dataclass(frozen=True)
class Found:
    """What deduplication found of what is true.

    Attributes:
        name: Of the documents.
        threshold: From which similarity on.
        pairs: How many there are.
        found: How many of them are candidates, and so are verified.
        candidates: All candidates.
        merged: Documents that another stands for, without being its copy to the word.
        right: How many of these are as similar to it as the threshold asks, by the reference.
    """

    name: str
    threshold: float
    pairs: int
    found: int
    candidates: int
    merged: int
    right: int

    @property
    def recall(self) -> float:
        """Share of all pairs; 1 where there are none."""
        return self.found / self.pairs if self.pairs else 1.0

    @property
    def holds(self) -> bool:
        """Whether it is good enough."""
        return self.recall >= LEAST_RECALL and self.right == self.merged

    def __str__(self) -> str:
        precision = self.right / self.merged if self.merged else 1.0
        return (
            f"{self.name}, from {self.threshold} on: recall {self.recall:.4f} of {self.pairs:,} pairs "
            f"({self.candidates:,} candidates), precision {precision:.4f} of {self.merged:,} merged"
        )


def main(
    documents: Annotated[Path | None, typer.Argument(help="A Parquet file with a column `text`, or a corpus.")] = None,
    limit: Annotated[int, typer.Option(help="How many documents, the first ones.")] = 5000,
    threshold: Annotated[float, typer.Option(help="From which similarity on.")] = 0.8,
    pages: Annotated[int, typer.Option(help="In how many of them edits are planted.")] = 500,
    profile: Annotated[str, typer.Option(help=f"One of {', '.join(PROFILES)}.")] = "loam",
) -> None:
    """Compare candidates with all pairs of the same sets of shingles, and what was merged with the threshold.

    Exit 1 where recall is under 0.98 or precision under 1.
    """
    try:
        files = files_of(documents or default_documents())
    except DocumentsError as error:
        typer.echo(f"benchmarks: {error}", err=True)
        raise typer.Exit(1) from None
    column = pq.read_table(files, columns=["text"])["text"]
    texts = [str(text) for text in column.slice(0, limit).to_pylist()]
    found = [held_to_truth(f"{len(texts):,} documents", texts, PROFILES[profile], threshold)]
    typer.echo(found[0])
    chosen = [str(column[row]) for row in evenly_spread(0, len(column), min(1.0, 3 * pages / len(column)))]
    chosen = [text for text in chosen if _FEWEST_WORDS <= len(words_of(text)[0]) <= _MOST_WORDS][:pages]
    for kind in EDITS if chosen else ():
        for similarity in PLANTED:
            some = with_edits(chosen, kind, similarity)
            found.append(held_to_truth(kind, some, PROFILES[profile], similarity))
            typer.echo(found[-1])
    if not all(result.holds for result in found):
        raise typer.Exit(1)


def with_edits(texts: Sequence[str], kind: str, similarity: float) -> list[str]:
    """Return texts and an edited copy of each, mixed; copies are a little more or less alike than asked."""
    draw = random.Random(f"{kind} {similarity}")  # noqa: S311  reproducible texts
    copies = [edited(text, kind, similarity + draw.uniform(-_SPREAD, _SPREAD), draw) for text in texts]
    mixed = [*texts, *copies]
    draw.shuffle(mixed)
    return mixed


def held_to_truth(name: str, texts: Sequence[str], profile: Profile, threshold: float) -> Found:
    """Compare what deduplication finds among texts with what is true of them."""
    true = alike(texts, profile.shingling, threshold).keys()
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    candidates = _candidates(column, profile, threshold)
    right, merged = _merged(column, profile, threshold)
    return Found(name, threshold, len(true), len(true & candidates), len(candidates), merged, right)


def _candidates(texts: "pa.ChunkedArray[Any]", profile: Profile, threshold: float) -> set[tuple[int, int]]:
    name = profile.shingling.signal
    signatures = signals.compute(texts, names=[name])[name]
    numbers = np.arange(len(texts), dtype=np.uint32)
    later, earlier = split_pairs(candidate_pairs(signatures, numbers, profile, threshold))
    return set(zip(earlier.tolist(), later.tolist(), strict=True))


def _merged(texts: "pa.ChunkedArray[Any]", profile: Profile, threshold: float) -> tuple[int, int]:
    """Return how many documents were merged that reach the threshold by the reference, and how many were at all."""
    found = cluster_texts(texts, profile, Measure(threshold))
    merged = np.flatnonzero(found.match == FUZZY).tolist()
    right = 0
    for row in merged:
        one, other = (shingles(str(texts[place]), profile.shingling) for place in (row, found.representative[row]))
        right += jaccard(one, other) >= threshold
    return right, len(merged)


if __name__ == "__main__":
    typer.run(main)
