"""Which documents a tokenizer is trained on, and which of their lines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from itertools import repeat

import numpy as np
import numpy.typing as npt

from pipelines.tokens.order import Column, order_keys
from pipelines.tokens.shares import filled_budgets

_BUCKETS = 4096
_EQUAL = Fraction(0)
_LINE_HASH_BYTES = 8


@dataclass(frozen=True, order=True)
class Stratum:
    """Documents of one language from one source."""

    lang: str
    source: str


@dataclass(frozen=True)
class Sampled:
    """Texts of the sample, and how many times each of them counts."""

    texts: Sequence[str]
    times: int = 1


@dataclass
class TrainingSample:
    """A share of the documents of each language and source, chosen by the hash of their ids.

    Documents fall into 4,096 buckets; of each stratum the first buckets are taken, up to the one that reaches its
    budget. So memory is a table of strata and buckets, whatever the number of documents.

    Attributes:
        salt: What makes this choice of documents another than the next seed's.
        sizes: UTF-8 bytes by stratum and bucket, int64 `[4096]` each.
    """

    salt: str
    sizes: dict[Stratum, npt.NDArray[np.int64]] = field(default_factory=dict)

    def count(self, source: str, ids: Column, languages: Column, sizes: Column) -> None:
        """Add documents of a source: their ids, languages and UTF-8 bytes."""
        buckets = self._buckets(ids)
        weights = np.array(sizes.to_pylist(), np.int64)
        names, numbers = np.unique(np.array(languages.to_pylist(), np.str_), return_inverse=True)
        for number, language in enumerate(names.tolist()):
            here = numbers == number
            table = self.sizes.setdefault(Stratum(language, source), np.zeros(_BUCKETS, np.int64))
            table += np.bincount(buckets[here], weights[here], _BUCKETS).astype(np.int64)

    def taken_buckets(self, budget: int, alpha: Fraction) -> dict[Stratum, int]:
        """Return for each stratum how many of its first buckets belong to the sample.

        Languages share the budget by `bytes ** alpha`; the sources of a language share its part equally, and what a
        small one cannot fill goes to the others (ROOTS' tokenizer: alpha 0.3 and the same filling up; Laurençon et
        al. 2022, "The BigScience ROOTS Corpus", section 4.1).

        Args:
            budget: UTF-8 bytes of the whole sample; each stratum may go beyond its part by one bucket.
            alpha: Exponent of a language's share, 1 for proportional to its bytes, 0 for equal.
        """
        by_language: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for stratum, table in self.sizes.items():
            if table.any():
                by_language[stratum.lang][stratum.source] = int(table.sum())
        totals = {language: sum(sources.values()) for language, sources in by_language.items()}
        budgets = filled_budgets(totals, budget, alpha)
        return {
            stratum: int(np.searchsorted(self.sizes[stratum].cumsum(), part)) + 1
            for language, sources in by_language.items()
            for source, part in filled_budgets(sources, budgets[language], _EQUAL).items()
            for stratum in [Stratum(language, source)]
        }

    def chosen(
        self, source: str, ids: Column, languages: Column, taken: Mapping[Stratum, int]
    ) -> npt.NDArray[np.bool_]:
        """Tell of each document of a source whether it belongs to the sample, given `taken_buckets`."""
        limits = [taken.get(Stratum(str(language), source), 0) for language in languages.to_pylist()]
        chosen: npt.NDArray[np.bool_] = self._buckets(ids) < np.array(limits, np.int64)
        return chosen

    def _buckets(self, ids: Column) -> npt.NDArray[np.int64]:
        return (order_keys(ids, self.salt) // np.uint64(2**64 // _BUCKETS)).astype(np.int64)


def without_repeated_lines(batches: Iterable[Sampled]) -> Iterator[list[str]]:
    """Yield texts without the lines that stood in an earlier text, or earlier in the same one, as often as they count.

    Else what a site repeats on each of its pages becomes tokens: in BLOOM's first vocabulary whole URLs did (see
    "global exact line dedup" of its training sample). It remembers eight bytes a distinct line.
    """
    seen: set[bytes] = set()
    for batch in batches:
        texts = [text for text in (_new_lines(text, seen) for text in batch.texts) if text]
        yield from repeat(texts, batch.times)


def _new_lines(text: str, seen: set[bytes]) -> str:
    new = []
    for line in text.splitlines(keepends=True):
        digest = blake2b(line.encode(), digest_size=_LINE_HASH_BYTES).digest()
        if digest not in seen:
            new.append(line)
            seen.add(digest)
    return "".join(new)
