"""Checks: what is wrong with one answer of an engine, cheapest first. Every check returns a named reason and a number.

All of them compare a masked source segment with the engine's answer before unmasking, so that URLs, code and
placeholders (which `masking` guards) weigh in no measure of words. The bounds were set on 3,000 answers of the
fxtranslate en→pt model on software documentation, read by eye; `tests/translate/test_checks.py` holds some of them.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from translate.masking import Masked, surrogate_difference, without_surrogates

CHECKS_VERSION = 1

_NUMBER = re.compile(r"\d+(?:[.,\u00a0 ]\d{3}(?!\d))*(?:[.,]\d+)?")
# "20th" may become "XX" or "20º": an ordinal is no number that must come back.
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|[ºªoa])\b")
_WORD = re.compile(r"[^\W\d_]+")

# Added to both lengths of a ratio, so that a short segment's ratio is judged leniently: "Go" → "Continue" is fine.
_LENGTH_SLACK = 20
_MIN_LENGTH_RATIO, _MAX_LENGTH_RATIO = 0.7, 1.7
# The lengths of long segments vary little; one that shrinks has lost a clause.
_LONG, _MIN_LONG_LENGTH_RATIO = 200, 0.85
# Words of fewer letters are shared by chance ("a", "no", "as", "do").
_COPY_WORD_LETTERS, _COPY_MIN_WORDS = 4, 4
_MAX_COPIED = 0.7
_REPETITION_WINDOW = 2
_MAX_REPETITION = 0.25
_MIN_COMPRESSED_LENGTH, _MAX_COMPRESSION_GAIN = 100, 1.6
_MIN_SCRIPT_SHARE = 0.9


@dataclass(frozen=True)
class Finding:
    """What one check measured.

    Attributes:
        reason: The check's name, and the reason of a rejection.
        value: What was measured; the check's function says in which unit.
        passed: Whether the value is within the bounds.
    """

    reason: str
    value: float
    passed: bool


def empty(source: Masked, answer: str, script: str) -> Finding:
    """Count the answer's letters and digits; none is too few."""
    del source, script
    count = sum(character.isalnum() for character in answer)
    return Finding("empty", count, count > 0)


def placeholders(source: Masked, answer: str, script: str) -> Finding:
    """Count surrogates (URLs, code, tags, …) lost, repeated or invented; all must come back once."""
    del script
    difference = surrogate_difference(source, answer)
    return Finding("placeholders", difference, difference == 0)


def numbers(source: Masked, answer: str, script: str) -> Finding:
    """Count numbers in digits that are in the source or in the answer alone, less the marks between their digits."""
    del script
    difference = _number_counts(source.text)
    difference.subtract(_number_counts(answer))
    count = sum(map(abs, difference.values()))
    return Finding("numbers", count, count == 0)


def lines(source: Masked, answer: str, script: str) -> Finding:
    """Return how many lines the answer has more than the source (fewer: negative); the numbers must agree."""
    del script
    difference = answer.strip().count("\n") - source.text.strip().count("\n")
    return Finding("lines", difference, difference == 0)


def length_ratio(source: Masked, answer: str, script: str) -> Finding:
    """Return (characters of the answer + slack) ÷ (characters of the source + slack)."""
    del script
    ratio = (len(answer.strip()) + _LENGTH_SLACK) / (len(source.text.strip()) + _LENGTH_SLACK)
    least = _MIN_LONG_LENGTH_RATIO if len(source.text) >= _LONG else _MIN_LENGTH_RATIO
    return Finding("length_ratio", ratio, least <= ratio <= _MAX_LENGTH_RATIO)


def copied(source: Masked, answer: str, script: str) -> Finding:
    """Return the share of the source's longer words in lower case that stand in the answer unchanged."""
    del script
    words = _common_words(source.text)
    if len(words) < _COPY_MIN_WORDS:
        return Finding("copied", 0.0, passed=True)
    found = set(_common_words(answer))
    share = sum(word in found for word in words) / len(words)
    return Finding("copied", share, share <= _MAX_COPIED)


def repetition(source: Masked, answer: str, script: str) -> Finding:
    """Return the share of the answer's word pairs that repeat an earlier one, less the same share in the source."""
    del script
    share = _repeated_share(answer) - _repeated_share(source.text)
    return Finding("repetition", share, share <= _MAX_REPETITION)


def compression(source: Masked, answer: str, script: str) -> Finding:
    """Return how much better zlib packs a long answer than its source: loops that no word boundary shows."""
    del script
    if len(answer) < _MIN_COMPRESSED_LENGTH:
        return Finding("compression", 1.0, passed=True)
    gain = _compression_ratio(answer) / max(1.0, _compression_ratio(source.text))
    return Finding("compression", gain, gain <= _MAX_COMPRESSION_GAIN)


def script_share(source: Masked, answer: str, script: str) -> Finding:
    """Return the share of the answer's letters that are of the target's script."""
    del source
    letters = [character for character in without_surrogates(answer) if character.isalpha()]
    if not letters or script not in _SCRIPT_NAMES:
        return Finding("script", 1.0, passed=True)
    names = _SCRIPT_NAMES[script]
    share = sum(unicodedata.name(letter, "").startswith(names) for letter in letters) / len(letters)
    return Finding("script", share, share >= _MIN_SCRIPT_SHARE)


def brackets(source: Masked, answer: str, script: str) -> Finding:
    """Count the parentheses that the answer opens and the source does not: "EBUSY" → "EBUSY (em inglês)"."""
    del script
    added = answer.count("(") - source.text.count("(")
    return Finding("brackets", added, added <= 0)


Check = Callable[[Masked, str, str], Finding]
CHECKS: tuple[Check, ...] = (
    empty,
    placeholders,
    numbers,
    lines,
    brackets,
    length_ratio,
    copied,
    script_share,
    repetition,
    compression,
)

CHECK_NAMES: tuple[str, ...] = (
    "empty",
    "placeholders",
    "numbers",
    "lines",
    "brackets",
    "length_ratio",
    "copied",
    "script",
    "repetition",
    "compression",
)

# How the Unicode names of a script's letters begin, by ISO 15924 code.
_SCRIPT_NAMES: dict[str, tuple[str, ...]] = {
    "Latn": ("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"),
    "Cyrl": ("CYRILLIC",),
    "Grek": ("GREEK",),
    "Arab": ("ARABIC",),
    "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Hang": ("HANGUL", "CJK"),
}


def check_answer(source: Masked, answer: str, target: str) -> tuple[Finding, ...]:
    """Measure an answer until a check fails.

    Args:
        source: The masked source segment, as the engine was given it.
        answer: The engine's answer, still masked.
        target: The language wanted (`por_Latn`).

    Returns:
        The findings in the order of `CHECKS`; only the last one can have failed.
    """
    script = target.partition("_")[2]
    findings: list[Finding] = []
    for check in CHECKS:
        findings.append(check(source, answer, script))
        if not findings[-1].passed:
            break
    return tuple(findings)


def _number_counts(text: str) -> Counter[str]:
    found = _NUMBER.findall(_ORDINAL.sub(" ", without_surrogates(text)))
    return Counter(re.sub(r"\D", "", number) for number in found)


def _common_words(text: str) -> list[str]:
    """Return the words that are no names: letters alone, in lower case, not part of `a.dotted` or `hyphened-name`."""
    words = (token.strip(".,;:!?()[]\"'") for token in without_surrogates(text).split())
    return [word for word in words if len(word) >= _COPY_WORD_LETTERS and word.isalpha() and word.islower()]


def _repeated_share(text: str) -> float:
    words = _WORD.findall(without_surrogates(text).lower())
    pairs = list(zip(words, words[_REPETITION_WINDOW - 1 :], strict=False))
    return 1 - len(set(pairs)) / len(pairs) if pairs else 0.0


def _compression_ratio(text: str) -> float:
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw, 6)) if raw else 1.0
