"""`python -m benchmarks.dedup_truth`: recall and precision of fuzzy deduplication, held to comparing all with all."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

import signals
from pipelines.dedup.candidates import split_pairs
from pipelines.dedup.clusters import Measure, candidate_pairs, cluster_texts
from pipelines.dedup.kernels.assignment import FUZZY
from pipelines.dedup.profiles import PROFILES
from signals.reference.minhash import jaccard, shingles

_COMMON = 400  # a shingle in more documents is left out of the search for pairs; similar ones share rarer ones too


def main(
    documents: Annotated[Path, typer.Argument(help="A Parquet file with a column `text`.")],
    limit: Annotated[int, typer.Option(help="How many documents, the first ones.")] = 5000,
    threshold: Annotated[float, typer.Option(help="From which similarity on.")] = 0.8,
) -> None:
    """Compare candidates with all pairs of the same sets of word 5-grams, and what was merged with the threshold."""
    texts = pq.read_table(documents, columns=["text"])["text"].slice(0, limit)
    profile = PROFILES["loam"]
    sets = [shingles(str(text), profile.shingling) for text in texts.to_pylist()]
    true = _alike(sets, threshold)
    candidates = _candidates(texts, threshold)
    typer.echo(f"{len(sets):,} documents, {len(true):,} pairs from {threshold} on, {len(candidates):,} candidates")
    typer.echo(f"recall {len(true & candidates) / max(len(true), 1):.4f}")
    found = cluster_texts(texts, profile, Measure(threshold))
    merged = np.flatnonzero(found.match == FUZZY).tolist()
    right = sum(jaccard(sets[row], sets[found.representative[row]]) >= threshold for row in merged)
    typer.echo(f"precision {right / max(len(merged), 1):.4f} of {len(merged):,} near copies")


def _candidates(texts: "pa.ChunkedArray[Any]", threshold: float) -> set[tuple[int, int]]:
    signatures = signals.compute(texts, names=["minhash"])["minhash"]
    numbers = np.arange(len(texts), dtype=np.uint32)
    later, earlier = split_pairs(candidate_pairs(signatures, numbers, PROFILES["loam"], threshold))
    return set(zip(earlier.tolist(), later.tolist(), strict=True))


def _alike(sets: list[set[tuple[str, ...]]], threshold: float) -> set[tuple[int, int]]:
    """Return all pairs whose sets are similar, found by the shingles that they share."""
    holders: dict[tuple[str, ...], list[int]] = {}
    for number, found in enumerate(sets):
        for shingle in found:
            holders.setdefault(shingle, []).append(number)
    met = Counter(
        pair for numbers in holders.values() if len(numbers) <= _COMMON for pair in itertools.combinations(numbers, 2)
    )
    return {pair for pair in met if jaccard(sets[pair[0]], sets[pair[1]]) >= threshold}


if __name__ == "__main__":
    typer.run(main)
