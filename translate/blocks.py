"""Blocks: what a line of a document is (paragraph, heading, list item, table row, code, maths), and what joins lines.

Markdown conventions are read, because plain text follows them too; nothing here changes a character.
"""

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

# Text is hard-wrapped only within these widths: shorter lines are verse, menus or tables, longer ones whole paragraphs.
_WRAP_WIDTHS = range(40, 121)
# So many lines of nearly the same length are a wrapped paragraph.
_FULL, _FULL_LINES = 0.8, 3
# So many lines on are looked at for the width of a text; a longer paragraph is cut there.
_LOOK_AHEAD = 60

_FENCE = re.compile(r"\s*(```+|~~~+)")
# Elements and environments whose content is no language.
_CODE_OPEN = re.compile(
    r"\s*(?:<(pre|script|style|svg|math|code)\b|\\begin\{(verbatim|lstlisting|minted|alltt|tikzpicture)(\*?)\})"
)
_MATHS_OPEN = re.compile(r"\s*(\$\$|\\\[|\\begin\{(equation|align|gather|multline|eqnarray|displaymath)\*?\})")
_MATHS_CLOSE = {"$$": "$$", "\\[": "\\]"}
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪·・\u2013\u2014]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s+(?=\S)")
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$|[^|\n]+(?: \| [^|\n]+){2,}$")
_SENTENCE_END = re.compile(r"[.!?…。\uff01\uff1f:;][\"'”\u2019)\]]*$")
_LETTER = re.compile(r"[^\W\d_]")


class Block(enum.Enum):
    """What kind of block a piece of text belongs to."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CODE = "code"
    MATHS = "maths"
    BLANK = "blank"

    @property
    def is_prose(self) -> bool:
        """Whether its text is language, to be translated."""
        return self not in (Block.CODE, Block.MATHS, Block.BLANK)


@dataclass(frozen=True)
class BlockSpan:
    """A run of whole lines that is one block.

    Attributes:
        block: What it is.
        start: First character.
        body: First character after its mark (`# `, `- `, `> `); `start` when it has none.
        end: First character after its last line break.
    """

    block: Block
    start: int
    body: int
    end: int


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @cached_property
    def kind(self) -> tuple[Block, int]:
        """What the line by itself is, and how many characters its mark takes."""
        if not _LETTER.search(self.text):
            return Block.BLANK, 0
        for block, pattern in ((Block.HEADING, _HEADING), (Block.LIST_ITEM, _ITEM), (Block.PARAGRAPH, _QUOTE)):
            match = pattern.match(self.text)
            if match:
                return block, match.end()
        if _TABLE_ROW.match(self.text):
            return Block.TABLE_ROW, 0
        return Block.PARAGRAPH, 0

    @cached_property
    def continues(self) -> bool:
        """Whether it may be the rest of the line before."""
        is_plain = self.kind == (Block.PARAGRAPH, 0)
        return is_plain and not _FENCE.match(self.text) and not _MATHS_OPEN.match(self.text)


def split_blocks(text: str) -> Iterator[BlockSpan]:
    """Yield the blocks of a text in order; together they cover every character once."""
    lines = _lines(text)
    unclosed: set[str] = set()
    number = 0
    while number < len(lines):
        line = lines[number]
        verbatim = _verbatim_end(lines, number, unclosed)
        if verbatim is not None:
            block, last = verbatim
            yield BlockSpan(block, line.start, line.start, lines[last].end)
            number = last + 1
            continue
        block, mark = line.kind
        last = number
        if block in (Block.PARAGRAPH, Block.LIST_ITEM):
            last = _wrapped_until(lines, number)
        yield BlockSpan(block, line.start, line.start + mark, lines[last].end)
        number = last + 1


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for piece in text.splitlines(keepends=True):
        lines.append(_Line(start, piece))
        start += len(piece)
    return lines


def _verbatim_end(lines: list[_Line], first: int, unclosed: set[str]) -> tuple[Block, int] | None:
    """Return the block and last line of the code or display maths that a line opens, if it does.

    Args:
        lines: All lines.
        first: The line.
        unclosed: Marks that no line from here on closes; what is found out about them is added.
    """
    line = lines[first].text
    fence = _FENCE.match(line)
    if fence:
        mark = fence[1]
        return _closed(Block.CODE, _find(lines, first + 1, mark, lambda text: _ends_fence(text, mark), unclosed))
    code = _CODE_OPEN.match(line)
    if code:
        close = f"</{code[1]}>" if code[1] else f"\\end{{{code[2]}{code[3]}}}"
        last = _find(lines, first, close, lambda text: close in text, unclosed)
        is_whole = last is not None and not _LETTER.search(lines[last].text.partition(close)[2])
        return _closed(Block.CODE, last) if is_whole else None
    maths = _MATHS_OPEN.match(line)
    if maths:
        close = _MATHS_CLOSE.get(maths[1], "\\end{" + (maths[2] or ""))
        if close in line[maths.end() :]:
            return (Block.MATHS, first) if line.rstrip().endswith((close, "}")) else None
        return _closed(Block.MATHS, _find(lines, first + 1, close, lambda text: close in text, unclosed))
    return None


def _ends_fence(line: str, mark: str) -> bool:
    return line.strip().startswith(mark) and not line.strip(" \t\r\n`~")


def _closed(block: Block, last: int | None) -> tuple[Block, int] | None:
    """Return a block that is closed; what is not is running text."""
    return None if last is None else (block, last)


def _find(lines: list[_Line], first: int, mark: str, is_end: Callable[[str], bool], unclosed: set[str]) -> int | None:
    if mark in unclosed:
        return None
    for number in range(first, len(lines)):
        if is_end(lines[number].text):
            return number
    unclosed.add(mark)
    return None


def _wrapped_until(lines: list[_Line], first: int) -> int:
    """Return the last line that hard wrapping broke off a line.

    A line was wrapped when the first word of the next would not have fitted into the width of the text around it. One
    line is always the longest, so a word in lower case or a paragraph of full lines must speak for wrapping too.
    """
    last_plain, farthest = first, min(first + _LOOK_AHEAD, len(lines) - 1)
    while last_plain < farthest and lines[last_plain + 1].continues:
        last_plain += 1
    lengths = [len(line.text.rstrip()) for line in lines[first : last_plain + 1]]
    width = max(lengths)
    if width not in _WRAP_WIDTHS:
        return first
    is_even = sum(length >= _FULL * width for length in lengths) >= _FULL_LINES
    last = first
    while last < last_plain:
        line, following = lines[last].text.rstrip(), lines[last + 1].text.split(maxsplit=1)[0]
        fits = len(line) + 1 + len(following) <= width
        if fits or _SENTENCE_END.search(line) or not (is_even or following[0].islower()):
            break
        last += 1
    return last
