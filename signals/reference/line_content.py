"""What lines hold, of one text; see `signals.lines`."""

import re

import numpy as np

from signals.characters import NUMERIC, UPPER, WORD
from signals.reference.lines import ends_sentence, flags_of
from signals.reference.redpajama import lines_of
from signals.reference.words import words_of

_CITATIONS_AT_END = re.compile(r"(?:\[[0-9]*\]|\[edit\]|\[citation needed\])*\Z")
_POLICIES = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


def line_signals(text: str) -> dict[str, list[int]]:
    """Return the signals of each line, sentences and counters apart."""
    lines = lines_of(text)
    lowered = [_lower(line) for line in lines]
    return {
        "line_length": [len(line) for line in lines],
        "line_word_count": [len(words_of(line)) for line in lines],
        "line_spaced_word_count": [len(line.split()) for line in lines],
        "line_longest_word": [max(map(len, line.split()), default=0) for line in lines],
        "line_letter_count": [sum(_has(c, WORD) and not _has(c, NUMERIC) for c in line) for line in lines],
        "line_capital_count": [sum(_has(c, UPPER) for c in line) for line in lines],
        "line_digit_count": [sum(_has(c, NUMERIC) for c in line) for line in lines],
        "line_terminal_mark": [int(ends_sentence(line.strip())) for line in lines],
        "line_c4_terminal_mark": [int(ends_as_in_c4(line)) for line in lines],
        "line_javascript": [line.count("javascript") for line in lowered],
        "line_policy": [sum(map(line.count, _POLICIES)) for line in lowered],
        "line_lorem_ipsum": [line.count("lorem ipsum") for line in lowered],
        "line_curly_bracket": [line.count("{") for line in lines],
    }


def ends_as_in_c4(line: str) -> bool:
    """Tell whether a line ends with one of C4's marks, citations apart."""
    left = _CITATIONS_AT_END.sub("", line.strip(), count=1)
    return left.endswith((".", "?", "!", '"', "'")) and not left.endswith("...")


def _has(character: str, flag: np.uint16) -> bool:
    return bool(flags_of(character) & int(flag))


def _lower(line: str) -> str:
    """Return a line with ASCII in lower case: other letters lower to ASCII too (K, the Kelvin sign)."""
    return re.sub("[A-Z]", lambda match: match[0].lower(), line)
