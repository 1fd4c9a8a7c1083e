"""Lines of a document, each by itself: its mark, and what the mark says."""

import re
from typing import NamedTuple

from translate.blocks.code_lines import is_code
from translate.blocks.kinds import Block

FENCE = re.compile(r"\s*(```+|~~~+)")
MATHS_OPEN = re.compile(r"\s*(\$\$|\\\[|\\begin\{(equation|align|gather|multline|eqnarray|displaymath)\*?\})")

COMMENT_OPEN = re.compile(r"\s*<!--")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+|=head[1-6]\s+")
# A command after root's prompt: `# dmesg | tail -40`.
_ROOT_PROMPT = re.compile(r"\s{0,3}#\s+[a-z][\w./-]*\s+(?:\S+\s+)*?(?:[|<>]|&&|--?\w|\w+=)")
_ITEM = re.compile(
    r"\s*(?:[-*+•‣◦▪·・\u2013\u2014]|\(?\d{1,3}[.)]|#[.)]|\(?[A-Za-z][.)])\s+(?=\S)|=item\s+(?:[*]\s+|\d+\.?\s+)?(?=\S)"
)
_QUOTE = re.compile(r"\s{0,3}(?:>\s?)+")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$|[^|\n]+(?: \| [^|\n]+){2,}$")
# Directives of reStructuredText: what a few take is prose; what the others do is a name, a path, a number or code.
_PROSE_DIRECTIVE = re.compile(
    r"\s*\.\. +(?:admonition|attention|caution|danger|error|hint|important|note|seealso|tip|todo|topic|warning"
    r"|rubric|sidebar|table|list-table|csv-table|deprecated|version(?:added|changed)) ?::\s*"
)
_DIRECTIVE = re.compile(r"\s*\.\. +(?:\|[^|\n]+\| +)?[A-Za-z][\w:.+-]* ?::(?:\s|$)|\s*\.\. +_[^:\n]+:")
_COMMENT = re.compile(r"\s*\.\. +")
# Definitions of Markdown's links: [name]: https://example.org
_REFERENCE = re.compile(r"\s{0,3}\[[^\]\n]+\]:\s+<?(?:[A-Za-z][\w+.-]*:|[./#]|www\.)\S+(?:\s+[\"'(].*)?$")
# Commands of POD that take no words.
_POD = re.compile(r"=(?:over|back|cut|pod|encoding|for|begin|end)\b")
# What directives, comments, definitions of links, commands of POD and prompts begin with.
_ODD_FIRST = frozenset(".[=#")
_MARKS = (
    (Block.HEADING, _HEADING),
    (Block.LIST_ITEM, _ITEM),
    (Block.PARAGRAPH, _QUOTE),
    (Block.PARAGRAPH, _COMMENT),
)
_LETTER = re.compile(r"[^\W\d_]")
# What follows the letter that marks an item: `a)`.
_LETTER_MARK_ENDS = (".", ")")
# What fences and displayed maths begin with.
_OPENER_FIRST = frozenset("`~$\\")


class Line(NamedTuple):
    """A line.

    Attributes:
        start: Its first character in the document.
        text: The line with its line break.
        block: What the line by itself is.
        mark: How many characters its mark takes.
        continues: Whether it may be the rest of the line before.
        indentation: Characters of white space at its beginning.
        width: Characters without the white space at its end; 0 where it holds nothing else.
    """

    start: int
    text: str
    block: Block
    mark: int
    continues: bool
    indentation: int
    width: int

    @property
    def end(self) -> int:
        """First character after it."""
        return self.start + len(self.text)

    @property
    def first(self) -> str:
        """The first character that is no white space; "" where there is none."""
        return self.text[self.indentation : self.indentation + 1]

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing but white space."""
        return not self.width


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text, whatever ends them."""
    lines, start = [], 0
    for piece in text.splitlines(keepends=True):
        lines.append(_line(start, piece))
        start += len(piece)
    return lines


def _line(start: int, text: str) -> Line:
    rest = text.lstrip()
    core, indentation = rest.rstrip(), len(text) - len(rest)
    block, mark = _kind(text, core)
    continues = (
        block is Block.PARAGRAPH
        and not mark
        and not (core[0] in _OPENER_FIRST and (FENCE.match(text) or MATHS_OPEN.match(text)))
        and not is_code(core)
    )
    return Line(start, text, block, mark, continues, indentation, indentation + len(core) if core else 0)


def _kind(text: str, core: str) -> tuple[Block, int]:
    """Return what a line by itself is, and how many characters its mark takes.

    Args:
        text: The line.
        core: The line without the white space around it.
    """
    if not _LETTER.search(core):
        return Block.BLANK, 0
    first = core[0]
    if first in _ODD_FIRST:
        prose = _PROSE_DIRECTIVE.match(text)
        if prose:
            return Block.PARAGRAPH, prose.end()
        if any(pattern.match(text) for pattern in (_DIRECTIVE, _REFERENCE, _POD, _ROOT_PROMPT)):
            return Block.CODE, 0
    if not first.isalpha() or core[1:2] in _LETTER_MARK_ENDS:
        for block, pattern in _MARKS:
            match = pattern.match(text)
            if match:
                return block, match.end()
    if "|" in text and _TABLE_ROW.match(text):
        return Block.TABLE_ROW, 0
    return Block.PARAGRAPH, 0
