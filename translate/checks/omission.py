"""Omission: an answer that stopped early or leaves out a sentence or clause, told by many small signs together.

None of the signs is proof: translators split sentences, drop commas and full stops. Their weights are those of a
logistic regression on human translations and planted omissions (`python -m benchmarks.fit_omission`).
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import regex

from translate.checks.bounds import PairBounds, letters
from translate.checks.findings import Answered, Finding

_CLOSERS = r"[\p{Pf}\p{Pe}\"'»“\s]*"
_STOP = regex.compile(rf"[\p{{Sentence_Terminal}}:;](?={_CLOSERS}(?:\s|$))|[。\uff01\uff1f\uff1b\uff1a]")
_ENDS = regex.compile(rf"[\p{{Sentence_Terminal}}…:]{_CLOSERS}$")
_DANGLES = regex.compile(rf"[,;:،、\uff0c\uff1b\uff1a\u2013—(\uff08\[]{_CLOSERS}$")
_INNER = regex.compile(r"[,;،、\uff0c\uff1b፣၊\u2013—()\uff08\uff09]|\s-\s")
_WIDE_COMMA = regex.compile(r"[\u3001\uff0c]")
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
    odds = _BIAS + sum(weight * sign(source, answer, answered.bounds) for sign, weight in SIGNS.values())
    return Finding("omission", odds, odds <= _MOST_ODDS)


def signs(source: str, answer: str, bounds: PairBounds) -> list[float]:
    """Return every sign of an omission, in the order of `SIGNS`."""
    return [sign(source, answer, bounds) for sign, _ in SIGNS.values()]


def _shorter(source: str, answer: str, bounds: PairBounds) -> float:
    return -max(min(bounds.deviation(source, answer), _MOST_DEVIATION), -_MOST_DEVIATION)


def _much_shorter(source: str, answer: str, bounds: PairBounds) -> float:
    return max(_shorter(source, answer, bounds), 0.0) ** 2 / 2


def _lost_stops(source: str, answer: str, _bounds: PairBounds) -> float:
    """Return how many full stops are gone; in Chinese and Japanese, commas may stand for them."""
    lost, inner = (len(pattern.findall(source)) - len(pattern.findall(answer)) for pattern in (_STOP, _INNER))
    return math.log1p(max(0, lost + (min(0, inner) if _WIDE_COMMA.search(answer) else 0)))


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


SIGNS: Mapping[str, tuple[Sign, float]] = MappingProxyType(
    {
        "shorter": (_shorter, 1.53),
        "much_shorter": (_much_shorter, 0.20),
        "lost_stops": (_lost_stops, 3.76),
        "gained_stops": (_gained_stops, 1.48),
        "lost_inner": (_lost_inner, 0.85),
        "no_inner_left": (_no_inner_left, 0.41),
        "open_end": (_open_end, 1.65),
        "closed_end": (_closed_end, -0.58),
        "dangling_end": (_dangling_end, 1.43),
        "short_last_word": (_short_last_word, 1.48),
        "lower_case_start": (_lower_case_start, 1.79),
        "lost_names": (_lost_names, 1.66),
        "unbalanced": (_unbalanced, 1.66),
    }
)
_BIAS = -4.76
_MOST_ODDS = 1.0
_SHORTEST = 24
