"""`python -m benchmarks.datatrove_parity DOCUMENTS.parquet`: do packs of rules and datatrove's filters agree?

datatrove is given our words and sentences in place of spaCy's, so that what is compared are the rules alone: the
normalised words for repetition, the words of `word_count` for the rest, the sentences of `sentence_count` for C4.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import signals
from pipelines.recipe.annotate import LinesSection
from pipelines.recipe.select import SelectSection
from pipelines.rules.chosen import chosen_rules
from pipelines.rules.expressions import first_failing
from pipelines.rules.line_rules import chosen_line_rules, judge_lines, left_schema
from signals import segmentation
from signals.reference.redpajama import normalize

ENGLISH = "eng_Latn"
REPETITION = "GopherRepetitionFilter"
QUALITY = "GopherQualityFilter"
C4 = "C4QualityFilter"
FINEWEB = "FineWebQualityFilter"

_REPETITION_RULES = ("gopher_duplicate_", "gopher_top_")


@dataclass(frozen=True)
class Comparison:
    """What a filter and its pack say of the same documents, in their order.

    Attributes:
        filter: The class of datatrove's filter.
        theirs: Why it drops each document; None where it keeps it.
        ours: The first rule of the pack that drops it; None where it is kept.
    """

    filter: str
    theirs: tuple[str | None, ...]
    ours: tuple[str | None, ...]

    @property
    def differing(self) -> tuple[int, ...]:
        """Which documents one keeps and the other drops."""
        pairs = enumerate(zip(self.theirs, self.ours, strict=True))
        return tuple(place for place, (theirs, ours) in pairs if (theirs is None) != (ours is None))

    @property
    def agreement(self) -> float:
        """Share of documents that both keep or both drop."""
        return 1 - len(self.differing) / max(1, len(self.theirs))


def english_texts(documents: Path, every: int = 1) -> list[str]:
    """Return the texts labelled English of a Parquet file with columns `text` and `lang`, or every n-th of them."""
    table = pq.read_table(documents, columns=["text", "lang"], use_threads=False)
    english = table.filter(pc.equal(table["lang"], pa.scalar("en")))["text"].to_pylist()
    return [str(text) for text in english[::every]]


def compare(texts: Sequence[str]) -> list[Comparison]:
    """Compare all four filters with the packs that stand for them, on English documents."""
    reasons = _our_reasons(texts)
    return [Comparison(name, tuple(_their_reasons(name, texts)), reasons[name]) for name in reasons]


def _our_reasons(texts: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
    """Return by filter the first rule of ours that drops each document."""
    rules = [
        rule.check([*signals.schema("core").names, *left_schema(["c4"]).names, "language"])
        for rule in chosen_rules(SelectSection(use=("gopher", "c4", "fineweb")), ("core", "language"))
    ]
    names = frozenset[str]().union(*(rule.columns for rule in rules)) & set(signals.schema("core").names)
    column = pa.array(texts, pa.large_string())
    languages = pa.array([ENGLISH] * len(texts))
    ids = pa.array([str(place) for place in range(len(texts))])
    left = judge_lines(ids, column, languages, chosen_line_rules(LinesSection(use=("c4",)))).documents
    documents = signals.compute(column, languages, sorted(names)).append_column("language", languages)
    for name in left.column_names[1:]:
        documents = documents.append_column(name, left[name])

    def failing(belongs: Callable[[str], bool]) -> tuple[str | None, ...]:
        chosen = [rule for rule in rules if belongs(rule.name.rpartition(" ")[2])]
        return tuple(first_failing(documents, chosen).to_pylist())

    return {
        REPETITION: failing(lambda name: name.startswith(_REPETITION_RULES)),
        QUALITY: failing(lambda name: name.startswith("gopher_") and not name.startswith(_REPETITION_RULES)),
        C4: failing(lambda name: name.startswith("c4_")),
        FINEWEB: failing(lambda name: name.startswith("fineweb_")),
    }


def _their_reasons(name: str, texts: Sequence[str]) -> Iterator[str | None]:
    """Yield why datatrove's filter drops each document; None where it keeps it."""
    from datatrove.data import Document  # noqa: PLC0415  an extra
    from datatrove.pipeline import filters  # noqa: PLC0415

    judge = getattr(filters, name)()
    with _our_words(_words(name, texts), _sentences(texts) if name == C4 else {}):
        for text in texts:
            try:
                verdict = judge.filter(Document(text=text, id=""))
            except ZeroDivisionError:  # no words
                verdict = (False, "zero_division")
            yield None if verdict is True else verdict[1]


def _words(name: str, texts: Sequence[str]) -> Mapping[str, Sequence[str]]:
    if name == REPETITION:
        return {text: normalize(text).split() for text in texts}
    words: list[Any] = segmentation.words(pa.array(texts)).to_pylist()
    return dict(zip(texts, words, strict=True))


def _sentences(texts: Sequence[str]) -> Mapping[str, int]:
    """Return the sentences of every line as datatrove looks at it: stripped, without citations."""
    from datatrove.pipeline.filters.c4_filters import CITATION_REGEX  # noqa: PLC0415  an extra

    lines = sorted({CITATION_REGEX.sub("", line.strip()) for text in texts for line in text.splitlines()})
    counts = signals.compute(pa.array(lines, pa.string()), names=["sentence_count"])["sentence_count"].to_pylist()
    return dict(zip(lines, counts, strict=True))


@contextmanager
def _our_words(words: Mapping[str, Sequence[str]], sentences: Mapping[str, int]) -> Iterator[None]:
    """Let datatrove find these words and so many sentences."""
    from datatrove.utils import text, word_tokenizers  # noqa: PLC0415  an extra

    class Given(word_tokenizers.WordTokenizer):  # type: ignore[misc]  # datatrove has no types
        """Words and sentences found before."""

        def word_tokenize(self, text: str) -> Sequence[str]:
            """Return the words of a document."""
            return words[text]

        def sent_tokenize(self, text: str) -> Sequence[str]:
            """Return as many sentences as a line has; only their number is looked at."""
            return [text] * sentences[text]

        def span_tokenize(self, text: str) -> Sequence[tuple[int, int]]:
            """Return spans of as many sentences as a line has; only their number is looked at."""
            return [(0, len(text))] * sentences[text]

    text.split_into_parts.cache_clear()
    with mock.patch.object(word_tokenizers, "load_word_tokenizer", return_value=Given()):
        yield
    text.split_into_parts.cache_clear()


def main(documents: Path) -> None:
    """Print how far the filters and the packs agree, and what differs."""
    texts = english_texts(documents)
    for found in compare(texts):
        print(f"{found.filter}: {found.agreement:.4%} of {len(texts):,} documents, {len(found.differing)} differ")
        pairs = Counter((found.theirs[place], found.ours[place]) for place in found.differing)
        for (theirs, ours), count in pairs.most_common():
            print(f"  {count} datatrove: {theirs or 'kept'}, pack: {ours or 'kept'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
