"""Blocks: what a line of a document is (paragraph, heading, list item, table row, code, maths), and what joins lines.

Markdown conventions are read, because plain text follows them too; nothing here changes a character.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Text is hard-wrapped only within these widths: shorter lines are verse, menus or tables, longer ones whole paragraphs.
_WRAP_WIDTHS = range(40, 121)
# So many lines of nearly the same length are a wrapped paragraph.
_FULL, _FULL_LINES = 0.8, 3

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


def split_blocks(text: str) -> Iterator[BlockSpan]:
    """Yield the blocks of a text in order; together they cover every character once."""
    lines = _lines(text)
    number = 0
    while number < len(lines):
        line = lines[number]
        verbatim = _verbatim_end(lines, number)
        if verbatim is not None:
            block, last = verbatim
            yield BlockSpan(block, line.start, line.start, lines[last].end)
            number = last + 1
            continue
        block, mark = _kind(line.text)
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


def _kind(line: str) -> tuple[Block, int]:
    """Return what a line by itself is, and how many characters its mark takes."""
    if not _LETTER.search(line):
        return Block.BLANK, 0
    for block, pattern in ((Block.HEADING, _HEADING), (Block.LIST_ITEM, _ITEM), (Block.PARAGRAPH, _QUOTE)):
        match = pattern.match(line)
        if match:
            return block, match.end()
    if _TABLE_ROW.match(line):
        return Block.TABLE_ROW, 0
    return Block.PARAGRAPH, 0


def _verbatim_end(lines: list[_Line], first: int) -> tuple[Block, int] | None:
    """Return the block and last line of the code fence or display maths that a line opens, if it does."""
    fence = _FENCE.match(lines[first].text)
    if fence:
        mark = fence[1]
        for number in range(first + 1, len(lines)):
            if lines[number].text.strip().startswith(mark) and not lines[number].text.strip(" \t\r\n`~"):
                return Block.CODE, number
        return None  # never closed: three tildes or backticks in running text
    last = _code_end(lines, first)
    if last is not None:
        return Block.CODE, last
    maths = _MATHS_OPEN.match(lines[first].text)
    if maths:
        close = _MATHS_CLOSE.get(maths[1], "\\end{" + (maths[2] or ""))
        if close in lines[first].text[maths.end() :]:
            return (Block.MATHS, first) if lines[first].text.rstrip().endswith((close, "}")) else None
        for number in range(first + 1, len(lines)):
            if close in lines[number].text:
                return Block.MATHS, number
    return None


def _code_end(lines: list[_Line], first: int) -> int | None:
    """Return the last line of the element or environment of code that a line opens, if it is one by itself."""
    code = _CODE_OPEN.match(lines[first].text)
    if code is None:
        return None
    close = f"</{code[1]}>" if code[1] else f"\\end{{{code[2]}{code[3]}}}"
    for number in range(first, len(lines)):
        _, found, rest = lines[number].text.partition(close)
        if found:
            return None if _LETTER.search(rest) else number
    return None


def _wrapped_until(lines: list[_Line], first: int) -> int:
    """Return the last line that hard wrapping broke off a line.

    A line was wrapped when the first word of the next would not have fitted into the width of the text around it. One
    line is always the longest, so a word in lower case or a paragraph of full lines must speak for wrapping too.
    """
    last_plain = first
    while last_plain + 1 < len(lines) and _continues(lines[last_plain + 1].text):
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


def _continues(line: str) -> bool:
    block, mark = _kind(line)
    return block is Block.PARAGRAPH and mark == 0 and not _FENCE.match(line) and not _MATHS_OPEN.match(line)
