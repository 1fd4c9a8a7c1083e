"""Omission: an answer that stopped early or leaves out a sentence or clause, told by many small signs together.

None of the signs is proof: translators split sentences, drop commas and full stops. Their weights are those of a
logistic regression on human translations and planted omissions (`python -m benchmarks.fit_omission`).
"""

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from translate.checks.bounds import letters
from translate.checks.findings import Answered, Finding
from translate.checks.marks import marks_of, names_in

_WIDE_COMMA = re.compile(r"[\u3001\uff0c]")
_CLOSING = (")", "]", "\uff09", "\uff3d")
_MOST_DEVIATION = 6.0


def omission(answered: Answered) -> Finding:
    """Return the log-odds that something is missing; 0 is even."""
    source = answered.source.text
    if letters(source) < _SHORTEST:
        return Finding("omission", 0.0, passed=True)
    values = signs(source, answered.answer, answered.deviation)
    odds = _BIAS + sum(weight * value for weight, value in zip(SIGNS.values(), values, strict=True))
    return Finding("omission", odds, odds <= _MOST_ODDS)


def signs(source: str, answer: str, deviation: float) -> list[float]:
    """Return every sign of an omission, in the order of `SIGNS`.

    Args:
        source: The masked source.
        answer: The masked answer.
        deviation: See `Answered`.
    """
    source, answer = source.strip(), answer.strip()
    asked, got = marks_of(source), marks_of(answer)
    shorter = -max(min(deviation, _MOST_DEVIATION), -_MOST_DEVIATION)
    lost_stops = asked.stops - got.stops
    if lost_stops > 0 and _WIDE_COMMA.search(answer):  # commas may stand for full stops in Chinese and Japanese
        lost_stops += min(0, asked.inner - got.inner)
    is_open = asked.ends and not got.ends
    lower = asked.first_letter.isupper() and got.first_letter.islower()
    return [
        shorter,
        max(shorter, 0.0) ** 2 / 2,
        math.log1p(max(0, lost_stops)),
        float(lost_stops > 0),
        math.log1p(max(0, got.stops - asked.stops)),
        max(0, asked.inner - got.inner) / (asked.inner + 1),
        float(asked.inner > 0 and got.inner == 0),
        float(is_open),
        is_open * max(shorter, 0.0),
        float(got.ends),
        float(got.dangles and not asked.dangles),
        float(got.ends_short and not asked.ends_short),
        float(source.endswith(_CLOSING) and not answer.endswith(_CLOSING)),
        float(lower),
        float(lower and asked.ends and got.ends),
        math.log1p(sum(name not in answer for name in names_in(source))),
        float(max(0, got.unbalanced - asked.unbalanced)),
    ]


# What tells of an omission, and how much.
SIGNS: Mapping[str, float] = MappingProxyType(
    {
        "shorter": 1.52,  # by how many standard deviations the answer is shorter than usual
        "much_shorter": 0.18,  # the same, where it is much
        "lost_stops": 0.83,  # full stops that are gone
        "a_stop_lost": 2.95,  # whether there are any
        "gained_stops": 1.21,  # full stops that the source has not
        "lost_inner": 0.85,  # share of commas, brackets and dashes that are gone
        "no_inner_left": 0.24,  # whether all of them are
        "open_end": 0.60,  # the source's end has a mark, the answer's none
        "open_and_shorter": 0.40,  # the same, times how much the answer is shorter than usual
        "closed_end": -0.80,  # the answer's end has one
        "dangling_end": 1.67,  # the answer alone ends in a comma, a dash or an opening bracket
        "short_last_word": 1.69,  # the answer alone ends in a word like "of" or "the", in scripts with capitals
        "lost_bracket_end": 0.55,  # the source alone ends in a closing bracket
        "lower_case_start": 1.03,  # the source begins with a capital, the answer does not: its beginning may be gone
        "lower_case_sentence": 2.83,  # the same, though both are whole sentences by their ends
        "lost_names": 1.56,  # names that the answer has not
        "unbalanced": 1.31,  # brackets without their counterpart that the source has not
    }
)
_BIAS = -4.76
_MOST_ODDS = 0.9
_SHORTEST = 24
