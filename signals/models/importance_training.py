"""From documents of a domain to its files in a `dsir` folder."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from signals.arrow import Texts
from signals.batches import as_large_strings, batches
from signals.models.distributions import Distribution
from signals.models.importance import FeatureHasher
from signals.models.string_hash import FILE, StringHash, read_string_hash

BUCKETS = 10_000  # RedPajama-V2's number


class DomainCounter:
    """Counts the tokens of a domain's documents, and pairs of neighbours, by bucket (artifacts/hash_dist.py there)."""

    def __init__(self, hashing: StringHash, bucket_count: int = BUCKETS) -> None:
        self._hasher = FeatureHasher(hashing, bucket_count)
        self._counts = np.zeros(bucket_count, np.int64)
        self._tokens = 0
        self.documents = 0

    def add(self, texts: Texts) -> None:
        """Count some documents; null is none."""
        for chunk in as_large_strings(texts):
            for batch in batches([chunk.drop_null()]):
                features = self._hasher.features(batch, np.ones(len(batch.offsets) - 1, np.bool_))
                self._counts += np.bincount(features.buckets[: features.until[-1]], minlength=len(self._counts))
                # Of n tokens there are n - 1 pairs.
                self._tokens += int(((np.diff(features.until) + 1) // 2).sum())
                self.documents += len(batch.offsets) - 1

    def distribution(self) -> Distribution:
        """Return what was counted.

        Raises:
            ValueError: There was no token.
        """
        if self._tokens == 0:
            raise ValueError("the documents have no words to count")
        return Distribution(self._counts.copy(), self._tokens / self.documents)


def write_domain(folder: Path, language: str, domain: str, counted: Distribution, hashing: StringHash) -> None:
    """Write a domain's two files, and hash.json.

    Args:
        folder: The `dsir` folder.
        language: As its sub-folder is called, any code.
        domain: One of DOMAINS, or SOURCE.
        counted: From `DomainCounter`, or read.
        hashing: How it was counted.

    Raises:
        ValueError: The folder's files were counted by another hash.
    """
    (folder / language).mkdir(parents=True, exist_ok=True)
    if any(folder.glob("*/*.counts.npy")) and read_string_hash(folder) != hashing:
        raise ValueError(f"{folder}: its files were counted by another hash ({FILE}); give another folder")
    (folder / FILE).write_text(json.dumps(asdict(hashing)) + "\n", encoding="utf-8")
    stem = f"{domain}.{language}"
    np.save(folder / language / f"{stem}.{len(counted.counts)}.counts.npy", counted.counts)
    np.save(folder / language / f"{stem}.lambda.npy", np.float64(counted.mean_tokens))
