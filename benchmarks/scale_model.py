"""What grows with a corpus and how: measured on one that stands, and reckoned for one that nobody has run.

Costs of passes grow with text or documents, as measured. Sizes of partitions follow from the formats: shards are
simulated with the sizes of real documents, token shards and their reads follow from the languages' shares.
"""

import time
import tracemalloc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from pipelines.corpus.receipts import read_receipts, receipt_path
from pipelines.report.units import by_pass, sums_of, units_of
from pipelines.stages import encode, ingest
from pipelines.stages.dedup_pass import memory_needed
from pipelines.stages.ingest_intake import SHARD_ROWS, SHARD_TEXT_BYTES
from pipelines.tokens.encoded import KeyRange, read_language, tokens_by_language
from pipelines.tokens.gather import bucket_count

NUMBERED = 2**32  # documents that a deduplication can tell apart: their numbers have 32 bits
BYTES_A_DOCUMENT = (memory_needed(10**6) - memory_needed(0)) / 10**6  # that a step of deduplication holds

_FILES_DRAWN = 20
_NARROW = 4096  # buckets, as a language of a terabyte has

Sizes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PassMeasured:
    """What one pass took: whether it does a unit a shard, its units, CPU seconds, bytes on disk, bytes of receipts."""

    stage: str
    by_shard: bool
    units: int
    cpu_seconds: float
    disk_bytes: int
    receipt_bytes: int


@dataclass(frozen=True)
class Measured:
    """What a corpus that stands holds and took.

    Attributes:
        text_bytes: UTF-8 bytes of its documents.
        document_bytes: Of each document.
        shards: Of its documents.
        passes: In the order of the way.
        tokens: By language, of what was encoded.
        token_files: In how many files of encoded documents each language is.
        narrow_read_seconds: CPU seconds that looking for a token shard's documents in such a file takes at least.
        files: That its receipts name, receipts and timings.
        published: Of them, those that are published.
        driver_bytes: Memory that its receipts take in the process that plans a run.
    """

    text_bytes: int
    document_bytes: Sizes
    shards: int
    passes: tuple[PassMeasured, ...]
    tokens: Mapping[str, int]
    token_files: Mapping[str, int]
    narrow_read_seconds: float
    files: int
    published: int
    driver_bytes: int

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len(self.document_bytes)

    def cpu_seconds(self, *, by_shard: bool) -> float:
        """Return what all passes of a kind took, but the gathering of tokens, which grows in its own way."""
        return sum(one.cpu_seconds for one in self.passes if one.by_shard == by_shard and one.stage != "tokenize")


def measured(corpus: Path) -> Measured:
    """Return what stands in a corpus.

    Raises:
        CorpusError: It is no corpus.
    """
    units = units_of(corpus)
    paths = [path for unit in units for path in unit.receipt.outputs if path.startswith("documents/")]
    shards = {path.removeprefix("documents/").removesuffix(".parquet") for path in paths}
    sizes = [
        pq.read_table(corpus / "signals/core" / f"{s}.parquet", columns=["byte_count"])["byte_count"] for s in shards
    ]
    tokens, token_files = Counter[str](), Counter[str]()
    encoded: list[Path] = []
    passes = []
    for (stage, _), some in by_pass(units).items():
        sums = sums_of(some)
        by_shard = stage == ingest.STAGE.name or any("/".join(u.receipt.name.split("/")[-2:]) in shards for u in some)
        ledger = sum((corpus / receipt_path(stage, unit.receipt.name)).stat().st_size for unit in some)
        passes.append(PassMeasured(stage, by_shard, len(some), sums.cpu_seconds, sums.disk_bytes, ledger))
        if stage == encode.STAGE.name:
            encoded = [corpus / path for unit in some for path in unit.receipt.outputs]
            for path in encoded:
                by_language = tokens_by_language(path)
                tokens.update(by_language)
                token_files.update(by_language.keys())
    document_bytes = np.concatenate([np.asarray(column.to_numpy(), np.int64) for column in sizes])
    tracemalloc.start()
    receipts = list(read_receipts(corpus))
    driver_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    files = sum(len(receipt.outputs) + 2 for receipt in receipts)
    return Measured(
        int(document_bytes.sum()),
        document_bytes,
        len(shards),
        tuple(passes),
        tokens,
        token_files,
        _narrow_read_seconds(encoded),
        files,
        sum(path.startswith("data/") for receipt in receipts for path in receipt.outputs),
        driver_bytes,
    )


@dataclass(frozen=True)
class Target:
    """A corpus that nobody has run: its text, its documents, and into how many shards they are divided."""

    name: str
    text_bytes: float
    documents: float
    shards: float


@dataclass(frozen=True)
class Reckoned:
    """What a target would take.

    Attributes:
        units: Of all passes, each with a receipt.
        files: In the corpus.
        published: Of them, those that are published: one for each shard and language.
        shard_cpu_seconds: Of all passes that do a unit a shard.
        global_cpu_seconds: Of all passes that do a few units over all documents.
        dedup_bytes: Memory of a step of deduplication.
        token_shards: How many.
        token_reads: How often a file of encoded documents is looked into to gather them.
        gather_cpu_seconds: What gathering takes.
        disk_bytes: On disk in all.
        ledger_bytes: Of all receipts: those over all documents name every shard.
        driver_bytes: Memory that these take in the process that plans a run.
    """

    units: float
    files: float
    published: float
    shard_cpu_seconds: float
    global_cpu_seconds: float
    dedup_bytes: float
    token_shards: float
    token_reads: float
    gather_cpu_seconds: float
    disk_bytes: float
    ledger_bytes: float
    driver_bytes: float


def reckoned(base: Measured, target: Target) -> Reckoned:
    """Return what a target would take if every pass went on as it was measured."""
    text, documents = target.text_bytes / base.text_bytes, target.documents / base.documents
    more_shards = target.shards / base.shards
    gathering = next((one for one in base.passes if one.stage == "tokenize"), None)
    here, there = token_shards(base, 1.0), token_shards(base, text)
    looks_here, looks_there = token_reads(base, 1.0, 1.0), token_reads(base, text, more_shards)
    units = ledger = 0.0
    for one in base.passes:
        more = there / here if one is gathering else more_shards if one.by_shard else 1.0
        units += one.units * more
        # A unit over all documents names every shard in its receipt, and so does one that gathers tokens.
        ledger += one.receipt_bytes * more * (1.0 if one.by_shard else more_shards)
    return Reckoned(
        units,
        base.files * units / sum(one.units for one in base.passes),
        base.published * more_shards,
        base.cpu_seconds(by_shard=True) * text,
        base.cpu_seconds(by_shard=False) * documents,
        memory_needed(round(target.documents)),
        there,
        looks_there,
        _gathered(gathering, text, base.narrow_read_seconds, looks_here, looks_there),
        sum(one.disk_bytes for one in base.passes) * text,
        ledger,
        ledger * base.driver_bytes / sum(one.receipt_bytes for one in base.passes),
    )


def shards_in_files(document_bytes: Sizes, mean_bytes: float, files: float, file_bytes: float) -> float:
    """Return into how many shards the documents of some input files are divided, by packing some that chance draws.

    Args:
        document_bytes: Sizes of real documents.
        mean_bytes: What a document shall have on the average: the sizes are scaled to it.
        files: How many input files there are.
        file_bytes: Text in each.
    """
    chance = np.random.default_rng(0)
    scaled = document_bytes * (mean_bytes / document_bytes.mean())
    drawn = (chance.choice(scaled, max(1, round(file_bytes / mean_bytes))) for _ in range(_FILES_DRAWN))
    return files * sum(map(packed, drawn)) / _FILES_DRAWN


def packed(document_bytes: npt.NDArray[Any], most_bytes: int = SHARD_TEXT_BYTES, most_rows: int = SHARD_ROWS) -> int:
    """Return into how many shards documents are divided, as ingest does: one after the other while there is room.

    >>> packed(np.array([5, 5, 5, 20, 1]), most_bytes=10, most_rows=100)
    4
    """
    ends = document_bytes.cumsum()
    shards = begin = 0
    before = 0.0
    while begin < len(ends):
        end = int(np.searchsorted(ends, before + most_bytes, side="right"))
        begin = min(max(end, begin + 1), begin + most_rows)
        before = float(ends[begin - 1])
        shards += 1
    return shards


def token_shards(base: Measured, times: float) -> float:
    """Return how many token shards so many times as much of each language gives."""
    return float(sum(bucket_count(max(1, round(tokens * times))) for tokens in base.tokens.values()))


def token_reads(base: Measured, times: float, more_shards: float) -> float:
    """Return how often a file of encoded documents is looked into: by every token shard of its languages."""
    return sum(
        bucket_count(max(1, round(tokens * times))) * base.token_files[lang] * more_shards
        for lang, tokens in base.tokens.items()
    )


def _gathered(
    gathering: PassMeasured | None, text: float, a_look: float, looks_here: float, looks_there: float
) -> float:
    """Return CPU seconds of gathering: what grows with the text, and what every look into a file takes at least."""
    if gathering is None:
        return 0.0
    return max(0.0, gathering.cpu_seconds - looks_here * a_look) * text + looks_there * a_look


def _narrow_read_seconds(encoded: Sequence[Path]) -> float:
    """Return CPU seconds that it takes to find a few documents of the commonest language in a file of encoded ones."""
    nobody_else = KeyRange.bucket(0, _NARROW)
    begun, looks = time.process_time(), 0
    for path in encoded[:_FILES_DRAWN]:
        tokens = tokens_by_language(path)
        if tokens:
            list(read_language(path, max(tokens, key=lambda lang: tokens[lang]), nobody_else))
            looks += 1
    return (time.process_time() - begun) / max(1, looks)


def most_documents(memory_bytes: float) -> float:
    """Return how many documents a step of deduplication can hold in so much memory, at most as many as have numbers."""
    return min(NUMBERED, max(0.0, (memory_bytes - memory_needed(0)) / BYTES_A_DOCUMENT))
