"""Cuts inside a paragraph, from good to bad: sentences, lines, clauses, phrases, words. Each keeps every character."""

import itertools
import re
from collections.abc import Sequence

from translate.blocks import Block
from translate.segmentation.segments import Segment, trimmed, with_leads
from translate.segmentation.sentences import SentenceSplitter

_LINE_BREAK = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
# After a semicolon or colon of any script, and around dashes. Those of ASCII stand in times and names too: `12:30`.
_CLAUSE_END = re.compile(
    r"(?<=[;:])\s+|\s+(?=[\u2013\u2014]\s)|(?<=\s[\u2013\u2014])\s+"
    r"|(?<=[\u061b\u0387\u1364\u1365\u1366\u17d6\uff1a\uff1b])\s*"
)
_PHRASE_END = re.compile(r"(?<=,)\s+|(?<=[\u055d\u060c\u104a\u1363\u3001\uff0c\u1802])\s*")
# Khmer, Burmese and Thai part words by spaces of no width, where at all.
_WORD_END = re.compile(r"(?<=\s)(?=\S)|(?<=\u200b)(?=[^\s\u200b])")


def cut_at(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return the parts of a text that end where the pattern's matches end."""
    ends = [0, *(match.end() for match in pattern.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(ends) if end > start]


def lines(text: str) -> Sequence[str]:
    """Cut a text after its line breaks."""
    return cut_at(_LINE_BREAK, text)


def clauses(text: str) -> Sequence[str]:
    """Cut a text after semicolons and colons and around dashes."""
    return cut_at(_CLAUSE_END, text)


def phrases(text: str) -> Sequence[str]:
    """Cut a text after commas."""
    return cut_at(_PHRASE_END, text)


def words(text: str) -> Sequence[str]:
    """Cut a text after white space."""
    return cut_at(_WORD_END, text)


def pieces(parts: Sequence[str], block: Block) -> list[Segment]:
    """Return parts of a segment as segments of their own."""
    return with_leads((block, between, core) for between, core in trimmed(parts))


def finer(text: str, split_sentences: SentenceSplitter) -> list[Segment]:
    """Cut a segment into sentences or, when it is one, at semicolons, colons and dashes.

    Returns:
        At least two segments whose join is the text, or nothing when it cannot be cut.
    """
    for parts in (split_sentences(text), clauses(text)):
        segments = pieces(parts, Block.PARAGRAPH)
        if sum(bool(segment.text) for segment in segments) > 1:
            return segments
    return []
