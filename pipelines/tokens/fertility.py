"""Fertility: how many tokens a tokenizer needs for a word, a character and a byte, by language and source.

BLOOM's goal was a fertility at most 10 percentage points above that of another tokenizer in each language (Le Scao et
al. 2022, "BLOOM", section 3.2.2). Words are those of the signal `word_count`: by Unicode's boundaries, and by pieces
of words in scripts without spaces.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

import signals
from pipelines.tokens.sample import Stratum
from pipelines.tokens.tokenizer import TextTokenizer

ALL_SOURCES = "*"
GOAL = 10.0
FEWEST_WORDS = 1000  # a language with fewer in the sample is shown and not judged

_COUNTS = ("word_count", "char_count", "byte_count")
_PERCENT = 100


@dataclass(frozen=True)
class Fertility:
    """What was counted in the texts of one language, from one source or from all.

    Attributes:
        stratum: Language and source; `*` for all sources.
        documents: Texts.
        words: Their words.
        characters: Their code points.
        size: Their UTF-8 bytes.
        tokens: Their tokens by tokenizer, in the order in which tokenizers were given.
    """

    stratum: Stratum
    documents: int
    words: int
    characters: int
    size: int
    tokens: Mapping[str, int]

    def per_word(self, tokenizer: str) -> float:
        """Return tokens a word; 0 where there are no words."""
        return self.tokens[tokenizer] / self.words if self.words else 0.0

    def points_above(self, tokenizer: str) -> float | None:
        """Return by how many per cent a tokenizer needs more tokens than the best of the others; None without any."""
        others = [tokens for name, tokens in self.tokens.items() if name != tokenizer]
        if not others or not min(others):
            return None
        return _PERCENT * (self.tokens[tokenizer] / min(others) - 1)


def measure_fertility(
    texts: Mapping[Stratum, Sequence[str]], tokenizers: Mapping[str, TextTokenizer]
) -> list[Fertility]:
    """Count the words and tokens of texts; strata in their order, that of all sources of a language before its own.

    Args:
        texts: Texts by language and source.
        tokenizers: Tokenizers by the name that they are shown under.
    """
    counted = [_counted(stratum, list(texts[stratum]), tokenizers) for stratum in sorted(texts) if texts[stratum]]
    by_language: defaultdict[str, list[Fertility]] = defaultdict(list)
    for row in counted:
        by_language[row.stratum.lang].append(row)
    return [row for lang, rows in sorted(by_language.items()) for row in (_whole(lang, rows), *rows)]


def beyond_goal(rows: Sequence[Fertility], tokenizer: str, goal: float = GOAL) -> list[Fertility]:
    """Return the languages in which a tokenizer needs too many tokens, worst first.

    Args:
        rows: What `measure_fertility` returned.
        tokenizer: The one that is judged.
        goal: Percentage points that it may be above the best of the others.
    """
    judged = [row for row in rows if row.stratum.source == ALL_SOURCES and row.words >= FEWEST_WORDS]
    points = {row.stratum: row.points_above(tokenizer) for row in judged}
    failed = [row for row in judged if (points[row.stratum] or 0.0) > goal]
    return sorted(failed, key=lambda row: -(points[row.stratum] or 0.0))


def _counted(stratum: Stratum, texts: list[str], tokenizers: Mapping[str, TextTokenizer]) -> Fertility:
    column = pa.array(texts, pa.large_string())
    counts = signals.compute(column, [stratum.lang] * len(texts), list(_COUNTS))
    words, characters, size = (int(pc.sum(counts[name]).as_py() or 0) for name in _COUNTS)
    tokens = {name: int(tokenizer.encode(texts).lengths.sum()) for name, tokenizer in tokenizers.items()}
    return Fertility(stratum, len(texts), words, characters, size, tokens)


def _whole(lang: str, rows: Sequence[Fertility]) -> Fertility:
    return Fertility(
        stratum=Stratum(lang, ALL_SOURCES),
        documents=sum(row.documents for row in rows),
        words=sum(row.words for row in rows),
        characters=sum(row.characters for row in rows),
        size=sum(row.size for row in rows),
        tokens={name: sum(row.tokens[name] for row in rows) for name in rows[0].tokens},
    )
