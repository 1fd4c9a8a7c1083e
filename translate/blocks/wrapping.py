"""Hard wrapping: which line breaks inside a paragraph were put there for a width alone."""

import re
from collections.abc import Sequence
from itertools import pairwise

from translate.blocks.lines import Line

# Text is hard-wrapped only within these widths: shorter lines are verse, menus or tables, longer ones whole paragraphs.
_WRAP_WIDTHS = range(40, 121)
# So many lines of nearly the same length are a wrapped paragraph.
_FULL, _FULL_LINES = 0.8, 3
# A whole document is wrapped when, of so many lines that others follow, this share is full; verse is narrower.
_DOCUMENT_WIDTHS, _DOCUMENT_LINES, _DOCUMENT_SHARE = range(56, 121), 6, 0.6
# Lists are indented, and lose it in plain text.
_INDENTATION = 4
# So many lines on are looked at for the width of a text; a longer paragraph is cut there.
_LOOK_AHEAD = 60
_SENTENCE_END = re.compile(r"[.!?…。\uff01\uff1f:;][\"'”\u2019)\]]*$")
_FIRST_WORD = re.compile(r"\s*(\S+)")


def wrap_width(lines: Sequence[Line]) -> int | None:
    """Return the width that a document is hard-wrapped to, if it is wrapped throughout."""
    widths = sorted(line.width for line, following in pairwise(lines) if not line.is_empty and following.continues)
    if len(widths) < _DOCUMENT_LINES:
        return None
    width = widths[len(widths) * 9 // 10]
    full = sum(_FULL * width <= one <= width for one in widths)
    return width if width in _DOCUMENT_WIDTHS and full >= _DOCUMENT_SHARE * len(widths) else None


def wrapped_until(lines: Sequence[Line], first: int, usual: int | None) -> int:
    """Return the last line that hard wrapping broke off a line.

    A line was wrapped when the first word of the next would not have fitted into the width of the text around it. One
    line is always the longest, so a word in lower case, a paragraph of full lines or the width of the whole document
    must speak for wrapping too.

    Args:
        lines: All lines.
        first: A line of a paragraph or list item.
        usual: The width of the whole document, where it has one.
    """
    last_plain, farthest = first, min(first + _LOOK_AHEAD, len(lines) - 1)
    while last_plain < farthest and lines[last_plain + 1].continues:
        last_plain += 1
    widths = [line.width for line in lines[first : last_plain + 1]]
    width = max(widths)
    if width not in _WRAP_WIDTHS:
        return first
    is_even = sum(one >= _FULL * width for one in widths) >= _FULL_LINES
    last = first
    while last < last_plain and _is_wrapped(lines[last], lines[last + 1], width, usual, is_even=is_even):
        last += 1
    return last


def _is_wrapped(line: Line, following: Line, width: int, usual: int | None, *, is_even: bool) -> bool:
    """Tell whether a line and the next were one."""
    text, word = line.text[: line.width], _first_word(following)
    if _SENTENCE_END.search(text) or (word.endswith(":") and _first_word(line).endswith(":")):
        return False
    taken = len(text) + 1 + len(word)
    if usual is not None and taken > usual - _INDENTATION:
        return True
    goes_on = word.lstrip("([\"'`*_")[:1].islower()
    return taken > width - (_INDENTATION if goes_on else 0) and (is_even or goes_on)


def _first_word(line: Line) -> str:
    match = _FIRST_WORD.match(line.text)
    return match[1] if match else ""
