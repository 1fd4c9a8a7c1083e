"""Omission: an answer that stopped early or leaves out a sentence or clause, told by many small signs together.

None of the signs is proof: translators split sentences, drop commas and full stops. Their weights are those of a
logistic regression on human translations and planted omissions (`python -m benchmarks.fit_omission`).
"""

import math
from collections.abc import Callable
from types import MappingProxyType

import regex

from translate.checks.bounds import PairBounds, letters
from translate.checks.findings import Answered, Finding

_CLOSERS = r"[\p{Pf}\p{Pe}\"'»“\s]*"
_STOP = regex.compile(rf"[\p{{Sentence_Terminal}}:;](?={_CLOSERS}(?:\s|$))|[。\uff01\uff1f\uff1b\uff1a]")
_ENDS = regex.compile(rf"[\p{{Sentence_Terminal}}…:]{_CLOSERS}$")
_DANGLES = regex.compile(rf"[,;:،、\uff0c\uff1b\uff1a\u2013—(\uff08\[]{_CLOSERS}$")
_SENTENCE_END = regex.compile(rf"(?<=[\p{{Sentence_Terminal}}:;]{_CLOSERS})\s+|(?<=[。\uff01\uff1f\uff1b\uff1a])")
_INNER = regex.compile(r"[,;،、\uff0c\uff1b፣၊\u2013—()\uff08\uff09]|\s-\s")
# Names that no translation changes: acronyms, words with capitals or digits inside, surrogates.
_NAME = regex.compile(
    r"(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}\p{N}]*[\p{Lu}\p{N}][\p{L}\p{N}]*|\p{L}+\d[\p{L}\d]*)(?![\p{L}\p{N}])"
)
_LETTER = regex.compile(r"\p{L}")
_SHORT_LAST_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}'\u2019-])\p{Ll}{1,3}$")
_BRACKETS = ("()", "[]", "«»", "\uff08\uff09", "「」", "“”")
_MOST_DEVIATION = 6.0

Sign = Callable[[str, str, PairBounds], float]


def omission(answered: Answered) -> Finding:
    """Return the log-odds that something is missing; 0 is even."""
    source, answer = answered.source.text.strip(), answered.answer.strip()
    if letters(source) < _SHORTEST:
        return Finding("omission", 0.0, passed=True)
    odds = _BIAS + sum(
        weight * sign(source, answer, answered.bounds) for sign, weight in zip(SIGNS.values(), _WEIGHTS, strict=True)
    )
    return Finding("omission", odds, odds <= _MOST_ODDS)


def signs(source: str, answer: str, bounds: PairBounds) -> list[float]:
    """Return every sign of an omission, in the order of `SIGNS`."""
    return [sign(source, answer, bounds) for sign in SIGNS.values()]


def _shorter(source: str, answer: str, bounds: PairBounds) -> float:
    return -max(min(bounds.deviation(source, answer), _MOST_DEVIATION), -_MOST_DEVIATION)


def _shorter_title(source: str, answer: str, bounds: PairBounds) -> float:
    """Return by how much an answer is shorter whose source has no mark at its end that could be missed."""
    return 0.0 if _ENDS.search(source) else _shorter(source, answer, bounds)


def _much_shorter(source: str, answer: str, bounds: PairBounds) -> float:
    return max(_shorter(source, answer, bounds), 0.0) ** 2 / 2


def _shorter_sentence(source: str, answer: str, bounds: PairBounds) -> float:
    """Return by how much the sentence that shrank most did, where both have as many."""
    of_source, of_answer = (_SENTENCE_END.split(text) for text in (source, answer))
    if len(of_source) != len(of_answer) or len(of_source) == 1:
        return 0.0
    return max(0.0, *(_shorter(one, other, bounds) for one, other in zip(of_source, of_answer, strict=True)))


def _lost_stops(source: str, answer: str, _bounds: PairBounds) -> float:
    return math.log1p(max(0, len(_STOP.findall(source)) - len(_STOP.findall(answer))))


def _gained_stops(source: str, answer: str, _bounds: PairBounds) -> float:
    return math.log1p(max(0, len(_STOP.findall(answer)) - len(_STOP.findall(source))))


def _lost_inner(source: str, answer: str, _bounds: PairBounds) -> float:
    """Return the share of commas, brackets and dashes that are gone."""
    of_source = len(_INNER.findall(source))
    return max(0, of_source - len(_INNER.findall(answer))) / (of_source + 1)


def _no_inner_left(source: str, answer: str, _bounds: PairBounds) -> float:
    return float(_INNER.search(source) is not None and _INNER.search(answer) is None)


def _open_end(source: str, answer: str, _bounds: PairBounds) -> float:
    return float(_ENDS.search(source) is not None and _ENDS.search(answer) is None)


def _closed_end(_source: str, answer: str, _bounds: PairBounds) -> float:
    return float(_ENDS.search(answer) is not None)


def _dangling_end(source: str, answer: str, _bounds: PairBounds) -> float:
    return float(_DANGLES.search(answer) is not None and _DANGLES.search(source) is None)


def _short_last_word(source: str, answer: str, _bounds: PairBounds) -> float:
    """Return 1 where the answer alone ends in a word like "of" or "the" (in cased scripts)."""
    return float(_SHORT_LAST_WORD.search(answer) is not None and _SHORT_LAST_WORD.search(source) is None)


def _lower_case_start(source: str, answer: str, _bounds: PairBounds) -> float:
    """Return 1 where the source's first letter is a capital and the answer's is small: its beginning may be gone."""
    first, begun = (_LETTER.search(text) for text in (source, answer))
    return float(first is not None and begun is not None and first[0].isupper() and begun[0].islower())


def _lost_names(source: str, answer: str, _bounds: PairBounds) -> float:
    return math.log1p(sum(name not in answer for name in set(_NAME.findall(source))))


def _unbalanced(source: str, answer: str, _bounds: PairBounds) -> float:
    return max(0.0, _imbalance(answer) - _imbalance(source))


def _imbalance(text: str) -> float:
    return sum(abs(text.count(pair[0]) - text.count(pair[1])) for pair in _BRACKETS)


SIGNS: MappingProxyType[str, Sign] = MappingProxyType(
    {
        "shorter": _shorter,
        "much_shorter": _much_shorter,
        "shorter_title": _shorter_title,
        "shorter_sentence": _shorter_sentence,
        "lost_stops": _lost_stops,
        "gained_stops": _gained_stops,
        "lost_inner": _lost_inner,
        "no_inner_left": _no_inner_left,
        "open_end": _open_end,
        "closed_end": _closed_end,
        "dangling_end": _dangling_end,
        "short_last_word": _short_last_word,
        "lower_case_start": _lower_case_start,
        "lost_names": _lost_names,
        "unbalanced": _unbalanced,
    }
)
_WEIGHTS = (1.37, 0.31, -0.09, 0.04, 3.95, 1.50, 0.95, 0.49, 1.59, -0.74, 1.47, 1.49, 1.76, 1.66, 1.68)
_BIAS = -4.63
_MOST_ODDS = 0.8
_SHORTEST = 24
