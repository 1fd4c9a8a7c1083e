"""Lines of a page's text, put together as paragraphs, lists and headings: tidied, without sections of mere links."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Private-use characters carry what is known of a line through plain text until lines are put together.
HEADING, LINK_START, LINK_END, EXTERNAL_START = "\ue000", "\ue001", "\ue002", "\ue003"
GAP = "\ue004"  # a template left out; keeps the apostrophes around it apart
_MARKS = (HEADING, LINK_START, LINK_END, EXTERNAL_START, GAP)

_LIST_MARKS = ("*", "#", ":", ";")
_LIST_MARK = re.compile(r"([*#:;]+)[ \t]*")


class _Line(NamedTuple):
    """A finished line: its kind decides what becomes of it when its neighbours are known."""

    text: str
    kind: str  # "text", "item", "heading", "link" (an item that is one link), "blank"
    level: int = 0


def joined_lines(text: str) -> str:
    """Return the lines of a text, which hold the marks of this module, as a reader wants them."""
    bare = _without_marks(text)
    tidy = _Tidying(bare)
    lines = [_line(*line, tidy) for line in zip(text.split("\n"), bare.split("\n"), strict=True)]
    return _joined(_without_bare_sections(lines))


def _without_marks(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, "")
    return text


def _line(line: str, bare: str, tidy: "_Tidying") -> _Line:
    """Tell the kind of a line, which is given with its marks and without them, and tidy it."""
    level = 0 if len(line) == len(bare) else line.count(HEADING)
    if level:
        return _Line(tidy.line(bare), "heading", level)
    stripped = line.strip()
    mark = _LIST_MARK.match(stripped) if stripped.startswith(_LIST_MARKS) else None
    if mark is None:
        text = tidy.line(bare)
        return _Line(text, "text" if text else "blank")
    rest = stripped[mark.end() :]
    text = tidy.line(_without_marks(rest)).lstrip(",;:. ")
    if not any(character.isalnum() for character in text):
        return _Line("", "blank")
    if mark[1][-1] in ":;":
        return _Line(text, "text")
    return _Line(f"{'  ' * (len(mark[1]) - 1)}- {text}", "link" if _is_link(rest) else "item")


def _is_link(item: str) -> bool:
    """Tell whether a list item is a link and nothing else, or leads out of the wiki."""
    if item.startswith(EXTERNAL_START):
        return True
    whole = item.startswith(LINK_START) and item.rstrip(" .,;").endswith(LINK_END)
    return whole and item.count(LINK_START) == 1


_SPACES = re.compile(r"[ \t\xa0\u2009\u202f]+")
_TIDYINGS = (
    (re.compile(r"\((?:\s*[,;:،、])+\s*"), "("),  # what stood before it in the brackets was a template
    (re.compile(r"(?:\s*[,;:،、])+\s*\)"), ")"),
    (re.compile(r"[,;]\s*(?=[,;])"), ""),
    (re.compile(r" ?\(\s*\)| ?\[\s*\]|\uff08\s*\uff09"), ""),
    (re.compile(r"\(\s+"), "("),
    (re.compile(r"\s+(?=\)|[,.](?:\s|$))"), ""),
)

# Without any of these in it, a line is tidy: to look for them takes a tenth of the time of the patterns.
_UNTIDY = (
    *("( ", " )", "()", "(,", "(;", "(:", "(\u060c", "(\u3001", ",)", ";)", ":)", "\u060c)", "\u3001)"),
    *("[]", "[ ]", ",,", ",;", ";,", ";;", ", ,", ", ;", "; ,", "; ;", " , ", " . ", "\uff08"),
)
_UNUSUAL_SPACES = tuple(space for space in map(chr, range(0x3001)) if space.isspace() and space not in " \n")


class _Tidying:
    """Tidies the lines of a text, of which it knows what they may need."""

    def __init__(self, text: str) -> None:
        self._unusual_spaces = tuple(space for space in _UNUSUAL_SPACES if space in text)
        while "  " in text:
            text = text.replace("  ", " ")
        self._untidy = tuple(mark for mark in _UNTIDY if mark in text)

    def line(self, line: str) -> str:
        """Return a line of the text without doubled spaces and without what is left of brackets and commas."""
        line = line.strip()
        has_unusual_space = any(map(line.__contains__, self._unusual_spaces)) if self._unusual_spaces else False
        if "  " in line or has_unusual_space:
            line = _SPACES.sub(" ", line)
        if has_unusual_space or line.endswith((" ,", " .")) or any(map(line.__contains__, self._untidy)):
            for pattern, replacement in _TIDYINGS:
                line = pattern.sub(replacement, line)
            line = line.strip()
        return line


def _without_bare_sections(lines: Iterable[_Line]) -> list[_Line]:
    """Leave out sections that hold nothing, or whose lines are for the most part items that are one link each."""
    kept: list[_Line] = []
    for line in reversed(list(lines)):
        if line.kind == "heading":
            body = _own_lines(kept)
            own = [later.kind for later in kept[body:] if later.kind != "blank"]
            deeper = body > 0 and kept[body - 1].level > line.level
            if own and "text" not in own and own.count("link") * 3 >= len(own) * 2:
                del kept[body:]
                own = []
            if not own and not deeper:
                continue
        kept.append(line)
    return kept[::-1]


def _own_lines(reversed_lines: Sequence[_Line]) -> int:
    """Return where the lines before the next heading begin, in lines that are kept from the end backwards."""
    position = len(reversed_lines)
    while position > 0 and reversed_lines[position - 1].kind != "heading":
        position -= 1
    return position


def _joined(lines: Sequence[_Line]) -> str:
    """Put lines together: one blank line around headings, lists and paragraphs, none within them."""
    out: list[str] = []
    previous = "blank"
    for line in lines:
        if line.kind == "blank":
            previous = "blank"
            continue
        together = {line.kind, previous} <= {"item", "link"} or previous == line.kind == "text"
        if out and not together:
            out.append("")
        out.append(line.text)
        previous = line.kind
    return "\n".join(out).strip("\n")
