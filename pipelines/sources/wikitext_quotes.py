"""Runs of apostrophes in wikitext: which are bold and italic marks, and which are apostrophes."""

import re

_RUN = re.compile(r"'{2,}")

_ITALIC, _BOLD, _BOTH = 2, 3, 5


def without_quotes(text: str) -> str:
    """Remove bold and italic marks, line by line, as MediaWiki's parser reads them.

    Four apostrophes are one and a bold mark, more than five are some and a mark of both. Where bold and italic marks
    are both left open in a line, one bold mark was an apostrophe before an italic one: `l'''Iliade''` is l'Iliade.
    (MediaWiki, includes/parser/Parser.php, `doQuotes`.)
    """
    if "''" not in text:
        return text
    return "\n".join(_line(line) if "''" in line else line for line in text.split("\n"))


def _line(line: str) -> str:
    if "''''" not in line:  # then no run is longer than three
        bold_removed = line.replace("'''", "")
        if "'''" not in line or "''" not in bold_removed:
            return bold_removed.replace("''", "")
    between = _RUN.split(line)
    marks = []
    for position, run in enumerate(_RUN.findall(line)):
        length = len(run)
        if length == _BOLD + 1 or length > _BOTH:
            keep = 1 if length == _BOLD + 1 else length - _BOTH
            between[position] += "'" * keep
            length -= keep
        marks.append(length)
    bold = sum(mark in (_BOLD, _BOTH) for mark in marks)
    italic = sum(mark in (_ITALIC, _BOTH) for mark in marks)
    if bold % 2 and italic % 2 and _BOLD in marks:
        between[_apostrophe(between, marks)] += "'"
    return "".join(between)


def _apostrophe(between: list[str], marks: list[int]) -> int:
    """Return the bold mark that begins with an apostrophe: after a one-letter word, else a longer one, else a space."""
    bold = [position for position, mark in enumerate(marks) if mark == _BOLD]

    def rank(position: int) -> int:
        before = between[position]
        if before.endswith(" ") or not before:
            return 2
        return 0 if len(before) == 1 or before[-2] == " " else 1

    return min(bold, key=rank)
