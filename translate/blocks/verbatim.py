"""Code and display maths over several lines: fences, elements, environments, literal blocks of reStructuredText."""

import re
from collections.abc import Callable, Sequence

from translate.blocks.kinds import Block
from translate.blocks.lines import COMMENT_OPEN, FENCE, MATHS_OPEN, Line

# Elements and environments whose content is no language.
_CODE_OPEN = re.compile(
    r"\s*(?:<(pre|script|style|svg|math|code)\b|\\begin\{(verbatim|lstlisting|minted|alltt|tikzpicture)(\*?)\})"
)
_MATHS_CLOSE = {"$$": "$$", "\\[": "\\]"}
_CODE_DIRECTIVE = re.compile(
    r"\s*\.\. +(?:code|code-block|sourcecode|parsed-literal|highlight|math|doctest|testcode|productionlist) ?::"
)
# What all of these, fences, comments and displayed maths begin with.
_FIRST = frozenset("<\\.`~$")
_DIRECTIVE = re.compile(r"\s*\.\. +\S+ ?::$")
_OPTION = re.compile(r"\s*:[\w-]+:")
# Markdown's indented code.
_INDENTED = 4
_SENTENCE_END = re.compile(r"[\w\s][.!?][\"')\u201d\u2019]*\s*$")
_LETTER = re.compile(r"[^\W\d_]")


class Verbatim:
    """Finds the blocks of a document that are no language.

    Args:
        lines: All lines.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        # Marks that no line from here on closes: none is looked for twice, and a document of them is read once.
        self._unclosed = set[str]()

    def end(self, first: int) -> tuple[Block, int] | None:
        """Return the block and last line of the code or display maths that a line opens, if it does."""
        return self._opened(first) if self._lines[first].first in _FIRST else None

    def _opened(self, first: int) -> tuple[Block, int] | None:
        line = self._lines[first].text
        fence = FENCE.match(line)
        if fence:
            return None if self._underlines(first) else self._fenced(first, fence[1])
        if _CODE_DIRECTIVE.match(line):
            return Block.CODE, self._directive(first)
        if _CODE_OPEN.match(line) or COMMENT_OPEN.match(line):
            return self._element(first)
        maths = MATHS_OPEN.match(line)
        if maths:
            close = _MATHS_CLOSE.get(maths[1], "\\end{" + (maths[2] or ""))
            if close in line[maths.end() :]:
                return (Block.MATHS, first) if line.rstrip().endswith((close, "}")) else None
            return _closed(Block.MATHS, self._find(first + 1, close, lambda text: close in text))
        return None

    def literal_after(self, last: int) -> tuple[int, int] | None:
        """Return the first and last line of the literal block that a paragraph ending in `::` or `:` announces.

        After `::` it may have lost its indentation, as in pages made into plain text; it ends at an empty line then.
        After `:` it must be indented, and not end as a sentence does: quotations are announced in this way, too.

        Args:
            last: The paragraph's last line.
        """
        lines, opener = self._lines, self._lines[last].text.rstrip()
        if not opener.endswith(":") or _DIRECTIVE.match(opener):
            return None
        first = self._after_empty(last + 1)
        if first == last + 1 or first == len(lines):
            return None
        if opener.endswith("::"):
            return None if lines[first].text.lstrip().startswith(".. ") else (first, self._literal_end(first))
        if lines[first].block != Block.PARAGRAPH or lines[first].indentation < lines[last].indentation + _INDENTED:
            return None
        end = self._literal_end(first)
        return None if _SENTENCE_END.search(lines[end].text) else (first, end)

    def _underlines(self, number: int) -> bool:
        """Tell whether a row of tildes is the line under a title, which is no shorter than its title."""
        row = self._lines[number].text.strip()
        if number == 0 or row.strip("~"):
            return False
        title = self._lines[number - 1]
        return not title.is_empty and title.width - title.indentation <= len(row)

    def _element(self, first: int) -> tuple[Block, int] | None:
        """Return the block of an element or environment of code, or of a comment over several lines."""
        line = self._lines[first].text
        code = _CODE_OPEN.match(line)
        if code is None:
            last = None if "-->" in line else self._find(first, "-->", lambda text: "-->" in text)
            return _closed(Block.CODE, last)
        close = f"</{code[1]}>" if code[1] else f"\\end{{{code[2]}{code[3]}}}"
        last = self._find(first, close, lambda text: close in text)
        is_whole = last is not None and not _LETTER.search(self._lines[last].text.partition(close)[2])
        return _closed(Block.CODE, last) if is_whole else None

    def _fenced(self, first: int, mark: str) -> tuple[Block, int] | None:
        return _closed(Block.CODE, self._find(first + 1, mark, lambda text: _ends_fence(text, mark)))

    def _directive(self, first: int) -> int:
        """Return the last line of a directive of code: its options, and what follows after an empty line."""
        last = first
        while last + 1 < len(self._lines) and _OPTION.match(self._lines[last + 1].text):
            last += 1
        body = self._after_empty(last + 1)
        return last if body in (last + 1, len(self._lines)) else self._literal_end(body)

    def _literal_end(self, first: int) -> int:
        """Return the last line of a literal block: it ends before an empty line and a line that is less indented."""
        lines, indentation, last = self._lines, self._lines[first].indentation, first
        while last + 1 < len(lines):
            following = self._after_empty(last + 1)
            if following == len(lines):
                break
            is_apart = following > last + 1
            if (is_apart and not indentation) or lines[following].indentation < indentation:
                break
            last = following
        return last

    def _after_empty(self, number: int) -> int:
        while number < len(self._lines) and self._lines[number].is_empty:
            number += 1
        return number

    def _find(self, first: int, mark: str, is_end: Callable[[str], bool]) -> int | None:
        if mark in self._unclosed:
            return None
        for number in range(first, len(self._lines)):
            if is_end(self._lines[number].text):
                return number
        self._unclosed.add(mark)
        return None


def _ends_fence(line: str, mark: str) -> bool:
    return line.strip().startswith(mark) and not line.strip(" \t\r\n`~")


def _closed(block: Block, last: int | None) -> tuple[Block, int] | None:
    """Return a block that is closed; what is not is running text."""
    return None if last is None else (block, last)
