"""Lines of a document, each by itself: its mark, and what the mark says."""

import re
from dataclasses import dataclass
from functools import cached_property

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


@dataclass(frozen=True)
class Line:
    """A line.

    Attributes:
        start: Its first character in the document.
        text: The line with its line break.
    """

    start: int
    text: str

    @property
    def end(self) -> int:
        """First character after it."""
        return self.start + len(self.text)

    @cached_property
    def kind(self) -> tuple[Block, int]:
        """What the line by itself is, and how many characters its mark takes."""
        if not _LETTER.search(self.text):
            return Block.BLANK, 0
        first = self.text.lstrip()[:1]
        if first in _ODD_FIRST:
            prose = _PROSE_DIRECTIVE.match(self.text)
            if prose:
                return Block.PARAGRAPH, prose.end()
            if any(pattern.match(self.text) for pattern in (_DIRECTIVE, _REFERENCE, _POD, _ROOT_PROMPT)):
                return Block.CODE, 0
        for block, pattern in _MARKS:
            match = pattern.match(self.text)
            if match:
                return block, match.end()
        if _TABLE_ROW.match(self.text):
            return Block.TABLE_ROW, 0
        return Block.PARAGRAPH, 0

    @cached_property
    def continues(self) -> bool:
        """Whether it may be the rest of the line before."""
        if self.kind != (Block.PARAGRAPH, 0) or FENCE.match(self.text) or MATHS_OPEN.match(self.text):
            return False
        return not is_code(self.text.strip())

    @cached_property
    def is_empty(self) -> bool:
        """Whether it holds nothing but white space."""
        return not self.text.strip()

    @cached_property
    def width(self) -> int:
        """Characters without the white space at its end."""
        return len(self.text.rstrip())

    @cached_property
    def indentation(self) -> int:
        """Characters of white space at its beginning."""
        return len(self.text) - len(self.text.lstrip())


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text, whatever ends them."""
    lines, start = [], 0
    for piece in text.splitlines(keepends=True):
        lines.append(Line(start, piece))
        start += len(piece)
    return lines
