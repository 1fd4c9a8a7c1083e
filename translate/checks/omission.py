"""Omission: an answer that stopped early or leaves out a sentence or clause, told by many small signs together.

None of the signs is proof: translators split sentences, drop commas and full stops. Their weights are those of a
logistic regression on human translations and planted omissions (`python -m benchmarks.fit_omission`).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import regex

from translate.checks.bounds import letters
from translate.checks.computed import computed
from translate.checks.findings import Answered, Finding

_CLOSERS = r"[\p{Pf}\p{Pe}\"'»“\s]*"
_STOP = regex.compile(rf"[\p{{Sentence_Terminal}}:;\u17d6\u0f0d](?={_CLOSERS}(?:\s|$))|[。\uff01\uff1f\uff1b\uff1a]")
_ENDS = regex.compile(rf"[\p{{Sentence_Terminal}}…:\uff1a\u17d6\u0f0d]{_CLOSERS}$")
_DANGLES = regex.compile(rf"[,;:،、\uff0c\uff1b\uff1a\u2013—(\uff08\[]{_CLOSERS}$")
_INNER = regex.compile(r"[,;،、\uff0c\uff1b፣၊\u2013—()\uff08\uff09]|\s-\s")
_WIDE_COMMA = regex.compile(r"[\u3001\uff0c]")
# Names that no translation changes: acronyms, words with capitals or digits inside, surrogates.
_NAME = regex.compile(
    r"(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}\p{N}]*[\p{Lu}\p{N}][\p{L}\p{N}]*|\p{L}+\d[\p{L}\d]*)(?![\p{L}\p{N}])"
)
_SHORT_LAST_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}'\u2019-])\p{Ll}{1,3}$")
_BRACKETS = ("()", "[]", "«»", "\uff08\uff09", "「」", "“”")
# Marks at an end stand within so many characters.
_END_LENGTH = 12
_MOST_DEVIATION = 6.0


@dataclass(frozen=True)
class _Text:
    """A text and its marks, each looked for once."""

    text: str

    @computed
    def stops(self) -> int:
        return len(_STOP.findall(self.text))

    @computed
    def inner(self) -> int:
        return len(_INNER.findall(self.text))

    @computed
    def ends(self) -> bool:
        return _ENDS.search(self.text, max(0, len(self.text) - _END_LENGTH)) is not None

    @computed
    def dangles(self) -> bool:
        return _DANGLES.search(self.text, max(0, len(self.text) - _END_LENGTH)) is not None

    @computed
    def ends_short(self) -> bool:
        return _SHORT_LAST_WORD.search(self.text, max(0, len(self.text) - _END_LENGTH)) is not None

    @computed
    def first_letter(self) -> str:
        return next(filter(str.isalpha, self.text), "")

    @computed
    def unbalanced(self) -> int:
        return sum(abs(self.text.count(pair[0]) - self.text.count(pair[1])) for pair in _BRACKETS)


Sign = Callable[[_Text, _Text, float], float]
"""From the source, the answer and by how many standard deviations the answer is shorter than usual."""


def omission(answered: Answered) -> Finding:
    """Return the log-odds that something is missing; 0 is even."""
    source = answered.source.text
    if letters(source) < _SHORTEST:
        return Finding("omission", 0.0, passed=True)
    values = signs(source, answered.answer, answered.deviation)
    odds = _BIAS + sum(weight * value for (_, weight), value in zip(SIGNS.values(), values, strict=True))
    return Finding("omission", odds, odds <= _MOST_ODDS)


def signs(source: str, answer: str, deviation: float) -> list[float]:
    """Return every sign of an omission, in the order of `SIGNS`.

    Args:
        source: The masked source.
        answer: The masked answer.
        deviation: See `Answered`.
    """
    shorter = -max(min(deviation, _MOST_DEVIATION), -_MOST_DEVIATION)
    texts = _Text(source.strip()), _Text(answer.strip())
    return [float(sign(*texts, shorter)) for sign, _ in SIGNS.values()]


def _shorter(_source: _Text, _answer: _Text, shorter: float) -> float:
    return shorter


def _much_shorter(_source: _Text, _answer: _Text, shorter: float) -> float:
    return max(shorter, 0.0) ** 2 / 2


def _lost_stops(source: _Text, answer: _Text, _shorter: float) -> float:
    """Return how many full stops are gone; in Chinese and Japanese, commas may stand for them."""
    lost = source.stops - answer.stops
    if lost > 0 and _WIDE_COMMA.search(answer.text):
        lost += min(0, source.inner - answer.inner)
    return math.log1p(max(0, lost))


def _gained_stops(source: _Text, answer: _Text, _shorter: float) -> float:
    return math.log1p(max(0, answer.stops - source.stops))


def _lost_inner(source: _Text, answer: _Text, _shorter: float) -> float:
    """Return the share of commas, brackets and dashes that are gone."""
    return max(0, source.inner - answer.inner) / (source.inner + 1)


def _no_inner_left(source: _Text, answer: _Text, _shorter: float) -> float:
    return source.inner > 0 and answer.inner == 0


def _open_end(source: _Text, answer: _Text, _shorter: float) -> float:
    return source.ends and not answer.ends


def _closed_end(_source: _Text, answer: _Text, _shorter: float) -> float:
    return answer.ends


def _dangling_end(source: _Text, answer: _Text, _shorter: float) -> float:
    return answer.dangles and not source.dangles


def _short_last_word(source: _Text, answer: _Text, _shorter: float) -> float:
    """Return whether the answer alone ends in a word like "of" or "the" (in cased scripts)."""
    return answer.ends_short and not source.ends_short


def _lower_case_start(source: _Text, answer: _Text, _shorter: float) -> float:
    """Return whether the source's first letter is a capital and the answer's is small: its beginning may be gone."""
    return source.first_letter.isupper() and answer.first_letter.islower()


def _lost_names(source: _Text, answer: _Text, _shorter: float) -> float:
    return math.log1p(sum(name not in answer.text for name in set(_NAME.findall(source.text))))


def _unbalanced(source: _Text, answer: _Text, _shorter: float) -> float:
    return max(0, answer.unbalanced - source.unbalanced)


SIGNS: Mapping[str, tuple[Sign, float]] = MappingProxyType(
    {
        "shorter": (_shorter, 1.32),
        "much_shorter": (_much_shorter, 0.33),
        "lost_stops": (_lost_stops, 3.98),
        "gained_stops": (_gained_stops, 1.45),
        "lost_inner": (_lost_inner, 0.97),
        "no_inner_left": (_no_inner_left, 0.46),
        "open_end": (_open_end, 1.68),
        "closed_end": (_closed_end, -0.61),
        "dangling_end": (_dangling_end, 1.42),
        "short_last_word": (_short_last_word, 1.48),
        "lower_case_start": (_lower_case_start, 1.76),
        "lost_names": (_lost_names, 1.63),
        "unbalanced": (_unbalanced, 1.66),
    }
)
_BIAS = -4.67
_MOST_ODDS = 1.2
_SHORTEST = 24
