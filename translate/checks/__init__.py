"""Checks: what is wrong with one answer of an engine, cheapest first. Every check returns a named reason and a number.

All of them compare a masked source segment with the engine's answer before unmasking, so that URLs, code and
placeholders (which `masking` guards) weigh in no measure of words. The bounds were set on half of the human
translations and planted failures of `benchmarks/translation_checks.py`, and hold on the other half.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from translate.checks.bounds import PairBounds, learn_bounds
from translate.checks.copying import copied
from translate.checks.findings import Answered, Check, Finding, LanguageScores
from translate.checks.form import empty, finish, lines, placeholders, remark
from translate.checks.languages import language, script
from translate.checks.lengths import length_ratio
from translate.checks.lid176 import lid176_scores
from translate.checks.loops import compression, repetition, stutter
from translate.checks.numbers import numbers
from translate.checks.omission import omission
from translate.checks.remarks import preamble, refusal
from translate.masking import Masked

__all__ = [
    "ASSUMED",
    "CHECKS",
    "CHECKS_VERSION",
    "CHECK_NAMES",
    "LOOK_NAMES",
    "Answered",
    "Finding",
    "LanguageScores",
    "PairBounds",
    "check",
    "check_all",
    "learn_bounds",
]

CHECKS_VERSION = 5

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "finish": finish,
        "empty": empty,
        "placeholders": placeholders,
        "lines": lines,
        "numbers": numbers,
        "copied": copied,
        "length_ratio": length_ratio,
        "remark": remark,
        "repetition": repetition,
        "stutter": stutter,
        "compression": compression,
        "script": script,
        "language": language,
        "preamble": preamble,
        "refusal": refusal,
        "omission": omission,
    }
)
CHECK_NAMES = tuple(CHECKS)
# Of the second look (`translate.second_look`), in the order in which they are taken.
LOOK_NAMES = ("round_trip", "similarity", "quality")
ASSUMED = PairBounds()


def check(
    source: Masked,
    answer: str,
    finish: str,
    languages: tuple[str, str],
    bounds: PairBounds = ASSUMED,
    language_scores: LanguageScores | None = lid176_scores,
) -> tuple[Finding, ...]:
    """Measure an answer until a check fails.

    Args:
        source: The masked source segment, as the engine was given it.
        answer: The engine's answer, still masked.
        finish: How the answer ended: `stop` where the engine ended it by itself.
        languages: Source and target, as in FLORES-200.
        bounds: What is usual between these languages.
        language_scores: Identifies languages; None for no such check.

    Returns:
        The findings in the order of `CHECKS`; only the last one can have failed.
    """
    return check_all([Answered(source, answer, finish, languages, bounds, language_scores)])[0]


def check_all(answers: Sequence[Answered]) -> list[tuple[Finding, ...]]:
    """Measure answers, each until a check fails: one check of all of them after the other, which is faster.

    Returns:
        The findings of each, as `check` gives them.
    """
    findings: list[list[Finding]] = [[] for _ in answers]
    passing = list(zip(answers, findings, strict=True))
    for one in CHECKS.values():
        for answered, found in passing:
            found.append(one(answered))
        passing = [pair for pair in passing if pair[1][-1].passed]
    return list(map(tuple, findings))
