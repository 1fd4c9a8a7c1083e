"""Declarations of group `lines`: one value a line, blank ones included.

A *line* ends with a line feed, which belongs to it, as RedPajama-V2's do; so `line_start` and `line_end` of group
`core` are about the same lines.
"""

import pyarrow as pa

from signals.signal import Signal

_C4 = "C4 (arXiv 1910.10683; tensorflow_datasets, c4_utils.py) as datatrove 0.10 has it"
_FLAG = "0 or 1; no element for empty text"
_COUNT = "0 or more; no element for empty text"


def _line(name: str, *, unit: str, definition: str, bounds: str = _COUNT, source: str = "Loam") -> Signal:
    return Signal(name, "lines", pa.list_(pa.int32()), unit, bounds, definition, source)


def _phrase(name: str, definition: str) -> Signal:
    return _line(name, unit="occurrences", definition=f"{definition}, in whatever case.", source=_C4)


LINE_SIGNALS: tuple[Signal, ...] = (
    _line("line_length", unit="code points", definition="Length of the line, its line feed included."),
    _line("line_word_count", unit="words", definition="Words of the line, as `word_count` has them."),
    _line(
        "line_spaced_word_count",
        unit="words",
        definition="What white space parts, so that a dash is a word and a line of Chinese is one.",
        source=_C4,
    ),
    _line("line_longest_word", unit="code points", definition="Length of the longest of these.", source=_C4),
    _line("line_sentence_count", unit="sentences", definition="Sentences of the line, as `sentence_count` has them."),
    _line("line_letter_count", unit="code points", definition="Letters, marks and connectors (_)."),
    _line("line_capital_count", unit="code points", definition="Capital letters."),
    _line("line_digit_count", unit="code points", definition="Digits and other characters that are numbers."),
    _line(
        "line_terminal_mark",
        unit="flag",
        bounds=_FLAG,
        definition="1 where the line ends with a mark that ends sentences, as in `terminal_line_fraction`.",
        source="Loam; Unicode Standard Annex 44, Sentence_Terminal",
    ),
    _line(
        "line_c4_terminal_mark",
        unit="flag",
        bounds=_FLAG,
        definition='1 where the line ends with one of . ? ! " \' but not with "..."; white space behind it is passed '
        "over, and then citations: [12], [], [edit], [citation needed].",
        source=_C4,
    ),
    _phrase("line_javascript", '"javascript"'),
    _phrase(
        "line_policy",
        '"terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies" and "use cookies"',
    ),
    _phrase("line_lorem_ipsum", '"lorem ipsum"'),
    _line("line_curly_bracket", unit="occurrences", definition='"{"; C4 knows code by it.', source=_C4),
    _line(
        "line_counter",
        unit="flag",
        bounds=_FLAG,
        definition="1 where the line is a number and what it counts on web pages: likes, shares, comments, views, "
        "followers and the like, in English.",
        source="RefinedWeb (arXiv 2306.01116, G.2), whose example is 3 likes",
    ),
)
