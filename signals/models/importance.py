"""DSIR's importance as RedPajama-V2 computes it: how much likelier a document's tokens are in a target domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from signals.arrow import Column, Texts
from signals.batches import Batch, batches
from signals.core.measures import Measures
from signals.kernels.importance import hash_features, sum_log_ratios
from signals.models.by_language import NO_ROW, Integers, member_for, rows_by_language
from signals.models.declared import DOMAINS
from signals.models.distributions import FLOOR, LanguageModel, languages_of, read_language
from signals.models.poisson import probability
from signals.models.string_hash import StringHash, read_string_hash
from signals.workspace import Workspace

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """The buckets of each token of each document, and of each pair of neighbours.

    Attributes:
        buckets: int32[features].
        until: int64[documents + 1], features up to the end of each document, a zero first.
    """

    buckets: npt.NDArray[np.int32]
    until: Integers


class FeatureHasher:
    """Hashes batches of documents; what it returns holds until the next call."""

    def __init__(self, hashing: StringHash, bucket_count: int) -> None:
        self._hashing, self._bucket_count, self._workspace = hashing, bucket_count, Workspace()

    def features(self, batch: Batch, wanted: npt.NDArray[np.bool_]) -> Features:
        """Return the features of a batch; none for documents that are not wanted."""
        no_stop_words = np.full(len(wanted), -1, np.int64)
        runs = Measures(batch, no_stop_words, self._workspace).runs
        buckets = self._workspace.array("buckets", 2 * int(runs.until[-1]), np.int32)
        key, double, count = self._hashing.key, self._hashing.is_double, np.uint64(self._bucket_count)
        return Features(buckets, hash_features(batch.data, *runs, wanted, key, double, count, buckets))


def score_importance(texts: list[Column], languages: "Texts | None", folder: Path) -> dict[str, Floats]:
    """Return RedPajama-V2's six importance signals, unrounded; NaN for null.

    Args:
        texts: large_string arrays; null counts as empty.
        languages: The language of each text, as any code.
        folder: A `dsir` folder: LANGUAGE/DOMAIN.LANGUAGE.BUCKETS.counts.npy and LANGUAGE/DOMAIN.LANGUAGE.lambda.npy
            for the domains ccnet, wikipedia, books and openwebtext, and hash.json where the hash is another than
            `StringHash()`.

    Raises:
        ValueError: The folder lacks files, or they are damaged.
    """
    known = languages_of(folder)
    numbers = {name: number for number, name in enumerate(known)}
    count = sum(map(len, texts))
    rows = rows_by_language(languages, count, lambda code: numbers.get(member_for(code, known) or "", NO_ROW))
    lengths = np.concatenate([np.empty(0, np.int64), *map(_lengths, texts)])
    rows = np.where(lengths > 0, rows, NO_ROW)
    used = sorted(set(rows.tolist()) - {NO_ROW})
    models = [read_language(folder, known[number]) for number in used]
    rows = np.where(rows >= 0, np.searchsorted(used, rows), NO_ROW)
    sums = _sum_log_ratios(texts, rows, models, read_string_hash(folder)) if models else np.zeros((count, len(DOMAINS)))
    scores = {}
    for place, domain in enumerate(DOMAINS):
        known_rows = [row for row, model in enumerate(models) if domain in model.targets]
        plain = np.where(np.isin(rows, known_rows), sums[:, place], np.nan)
        scores[f"rps_doc_{domain}_importance"] = plain
        scores[f"rps_doc_{domain}_importance_length_correction"] = plain + _corrections(domain, rows, lengths, models)
    return scores


def _lengths(texts: Column) -> Integers:
    """Return the length of each text in code points, 0 for null."""
    lengths: Integers = np.asarray(pc.fill_null(pc.call_function("utf8_length", [texts]), 0))
    return lengths


def _sum_log_ratios(
    texts: list[Column], rows: Integers, models: Sequence[LanguageModel], hashing: StringHash
) -> Floats:
    """Return float64[documents, DOMAINS]."""
    sizes = {len(model.source.counts) for model in models}
    if len(sizes) > 1:
        raise ValueError(f"dsir: languages differ in their number of buckets: {sorted(sizes)}")
    hasher, log_ratios = FeatureHasher(hashing, sizes.pop()), np.stack([model.log_ratios() for model in models])
    parts = []
    for batch in batches(texts):
        of_batch = rows[batch.first : batch.first + len(batch.offsets) - 1]
        features = hasher.features(batch, of_batch != NO_ROW)
        parts.append(sum_log_ratios(features.buckets, features.until, of_batch, log_ratios))
    return np.concatenate(parts)


def _corrections(domain: str, rows: Integers, lengths: Integers, models: Sequence[LanguageModel]) -> Floats:
    """Return what each document's length adds: characters, though the means are of tokens; NaN where one is unknown."""
    corrections = np.full(len(rows), np.nan)
    for row, model in enumerate(models):
        source, target = model.source.mean_tokens, model.targets.get(domain)
        if source is None or target is None or target.mean_tokens is None:
            continue
        here = rows == row
        likely, usual = (probability(lengths[here], mean) for mean in (target.mean_tokens, source))
        corrections[here] = np.log(likely + FLOOR) - np.log(usual + FLOOR)
    return corrections
