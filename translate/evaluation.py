"""Engines held to references: translations of parallel text, made as those of documents are, scored and accounted for.

A source text goes the whole way of a document (cut, masked, checked, tried again, given to the engines that are fallen
back to), so that what is measured is what a corpus would get. What is rejected counts as missing from its translation.
"""

import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from translate.answers import Answers
from translate.checks import ASSUMED, PairBounds
from translate.comet import CometProcess
from translate.engines import Engine
from translate.fallback import climb
from translate.ladder import Ladder
from translate.metrics import Score, bleu, chrf, sentence_chrf
from translate.results import Result
from translate.second_look import SecondLook
from translate.segmentation import Segment, join, pack, segment_document, sentence_splitter

_UNTOUCHED, _WHOLE, _REJECTED = "untouched", "whole", "rejected"


@dataclass(frozen=True)
class Pair:
    """A text and its translation by a person."""

    source: str
    reference: str


@dataclass(frozen=True)
class Outcome:
    """What became of one segment: the rung that it was settled on, and the check that its first answer failed."""

    rung: str
    reason: str | None


@dataclass(frozen=True)
class Translation:
    """A translation of a pair's source.

    Attributes:
        pair: The pair.
        text: The translation, less what was rejected.
        outcomes: What became of each of its segments.
    """

    pair: Pair
    text: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Effort:
    """What translating took: tokens that engines read and wrote, and seconds."""

    tokens_in: int
    tokens_out: int
    seconds: float


@dataclass(frozen=True)
class CheckFailures:
    """How often a check failed.

    Attributes:
        check: Its name.
        first: Segments whose first answer failed it.
        rejected: Those of them that nothing mended.
    """

    check: str
    first: int
    rejected: int


@dataclass(frozen=True)
class Scored:
    """A translation and its own scores.

    Attributes:
        translation: The translation.
        chrf: 0 to 100.
        comet: As its checkpoint scores, mostly 0 to 1; None where none was named.
    """

    translation: Translation
    chrf: float
    comet: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """How good translations are.

    Attributes:
        chrf: Over all pairs.
        bleu: Over all pairs.
        comet: The mean of all pairs; None where no checkpoint was named.
        segments: Segments that held something to translate.
        rungs: How many of them were settled on each rung.
        failures: By check, the most frequent first.
        scored: Every translation, the worst first.
    """

    chrf: Score
    bleu: Score
    segments: int
    rungs: Mapping[str, int]
    failures: Sequence[CheckFailures]
    scored: Sequence[Scored]
    comet: Score | None = None


@dataclass(frozen=True)
class Climbed:
    """Texts in segments, and what became of each segment.

    Attributes:
        segmented: The segments of each text.
        results: The result of each segment that is not empty, by its text.
        effort: What it took.
    """

    segmented: Sequence[Sequence[Segment]]
    results: Mapping[str, Result]
    effort: Effort


def translate_texts(
    engines: Sequence[Engine],
    texts: Sequence[str],
    source: str,
    target: str,
    bounds: PairBounds = ASSUMED,
    second_look: SecondLook | None = None,
) -> Climbed:
    """Take texts the way of documents, up to where they would be put together again.

    Args:
        engines: The engine, and those that are given what it fails at.
        texts: Segments or documents.
        source: Their language.
        target: The language wanted.
        bounds: What is usual between the two.
        second_look: What else is measured in some of the answers.

    Raises:
        ValueError: An engine does not translate between these languages.
        EngineDiedError: An engine is gone.
    """
    for engine in engines:
        if not engine.identity.translates(source, target):
            raise ValueError(f"{engine.identity.name} does not translate {source} to {target}")
    split, unit = sentence_splitter(source), engines[0].identity.unit
    ladders = [
        Ladder(
            Answers(engine, source, target, {}, lambda *_: None),
            split,
            bounds=bounds,
            by_sentence=engine.identity.unit == "sentence" != unit,
            second_look=second_look,
        )
        for engine in engines
    ]
    count_tokens, budget = ladders[0].texts.count_tokens, engines[0].identity.max_segment_tokens
    parts = split if unit == "sentence" else None
    segmented = [pack(segment_document(text, parts), split, count_tokens, budget) for text in texts]
    began = time.monotonic()
    results = dict(climb(ladders, (segment.text for segments in segmented for segment in segments if segment.text)))
    seconds = time.monotonic() - began
    tokens = [ladder.answers.tokens() for ladder in ladders]
    effort = Effort(sum(one["tokens_in"] for one in tokens), sum(one["tokens_out"] for one in tokens), seconds)
    return Climbed(segmented, results, effort)


def translate_pairs(
    engines: Sequence[Engine],
    pairs: Sequence[Pair],
    source: str,
    target: str,
    bounds: PairBounds = ASSUMED,
    second_look: SecondLook | None = None,
) -> tuple[list[Translation], Effort]:
    """Translate the sources of pairs.

    Args:
        engines: The engine, and those that are given what it fails at.
        pairs: Parallel texts, of a segment or several.
        source: Language of the sources.
        target: Language of the references.
        bounds: What is usual between the two.
        second_look: What else is measured in some of the answers.

    Raises:
        ValueError: An engine does not translate between these languages.
        EngineDiedError: An engine is gone.
    """
    climbed = translate_texts(engines, [pair.source for pair in pairs], source, target, bounds, second_look)
    translations = [
        _translation(pair, segments, climbed.results) for pair, segments in zip(pairs, climbed.segmented, strict=True)
    ]
    return translations, climbed.effort


def evaluate(translations: Sequence[Translation], target: str, comet: CometProcess | None = None) -> Evaluation:
    """Score translations, at least one, against their references.

    Args:
        translations: Translations.
        target: Their language.
        comet: Scores them, too.

    Raises:
        ModuleNotFoundError: `sacrebleu` (extra `eval`) is not installed.
        CometError: COMET ended.
    """
    texts = [translation.text for translation in translations]
    references = [translation.pair.reference for translation in translations]
    learnt: list[float] | None = None
    if comet is not None:
        with_references = comet.checkpoint.takes_references
        samples = [(one.pair.source, one.text, one.pair.reference if with_references else None) for one in translations]
        learnt = list(comet.scores(samples))
    scored = [
        Scored(translation, value, learnt[number] if learnt else None)
        for number, (translation, value) in enumerate(zip(translations, sentence_chrf(texts, references), strict=True))
    ]
    outcomes = [
        outcome for translation in translations for outcome in translation.outcomes if outcome.rung != _UNTOUCHED
    ]
    return Evaluation(
        chrf=chrf(texts, references),
        bleu=bleu(texts, references, target),
        segments=len(outcomes),
        rungs=dict(Counter(outcome.rung for outcome in outcomes).most_common()),
        failures=_failures(outcomes),
        scored=sorted(scored, key=lambda one: one.chrf),
        comet=Score(statistics.fmean(learnt), comet.signature()) if learnt and comet else None,
    )


def _failures(outcomes: Sequence[Outcome]) -> list[CheckFailures]:
    first = Counter(outcome.reason for outcome in outcomes if outcome.reason)
    rejected = Counter(outcome.reason for outcome in outcomes if outcome.reason and outcome.rung == _REJECTED)
    return [CheckFailures(check, count, rejected[check]) for check, count in first.most_common()]


def _translation(pair: Pair, segments: Sequence[Segment], results: Mapping[str, Result]) -> Translation:
    found = [results[segment.text] for segment in segments if segment.text]
    outcomes = tuple(Outcome(one.rung, one.finding.reason if one.finding else None) for one in found)
    placed = [
        replace(segment, text=results[segment.text].text or "") if segment.text else segment for segment in segments
    ]
    return Translation(pair, join(placed).strip(), outcomes)
