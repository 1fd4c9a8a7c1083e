"""Cases: deduplication, on text that is in memory already."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

import signals
from benchmarks.documents import Material, read_texts
from pipelines.dedup.clusters import cluster_texts
from pipelines.dedup.copies import first_copies
from pipelines.dedup.keys import halves_of_hashes
from pipelines.dedup.profiles import PROFILES
from pipelines.sources.text_column import total_bytes
from signals.arrow import Texts

_WARMING_TEXTS = 50


def signatures(material: Material, name: str) -> Callable[[], int]:
    """Prepare the MinHash signatures of one group."""
    return _measured(material.documents, lambda texts: signals.compute(texts, names=[name]))


def signals_and_signatures(material: Material) -> Callable[[], int]:
    """Prepare RedPajama-V2's 27 signals and Loam's MinHash signatures in one pass."""
    names = [s.name for s in signals.declared_signals() if s.name.startswith("rps_") and s.group == "core"]
    return _measured(material.documents, lambda texts: signals.compute(texts, names=[*names, "minhash"]))


def exact(material: Material, part: str) -> Callable[[], int]:
    """Prepare finding the first copy of each text."""

    def work(texts: Texts) -> None:
        upper, lower = halves_of_hashes(signals.compute(texts, names=["text_hash"])["text_hash"])
        first_copies([(upper, lower, np.arange(len(upper), dtype=np.uint32))], len(upper))

    return _measured(_path(material, part), work)


def fuzzy(material: Material, part: str, profile: str) -> Callable[[], int]:
    """Prepare deduplication from text to clusters: signatures, bands, pairs, and their comparison."""
    return _measured(_path(material, part), lambda texts: cluster_texts(texts, PROFILES[profile]))


def _path(material: Material, part: str) -> Path:
    return {"documents": material.documents, "sample": material.sample}[part]


def _measured(path: Path, work: Callable[[Texts], object]) -> Callable[[], int]:
    texts, _ = read_texts(path)
    size = total_bytes(texts)
    first = texts.slice(0, _WARMING_TEXTS)
    work(pa.chunked_array([*first.chunks, *first.chunks]))  # loads kernels and tables, with something to find

    def measured() -> int:
        work(texts)
        return size

    return measured
