"""Segmentation: a document as segments, each the text that an engine is given, with the exact characters between them.

`join(segment_document(text)) == text` for every text: nothing is normalised, cut or lost. Hard-wrapped lines of one
sentence are one segment; marks of headings, lists and quotes, bars of tables, code and maths stand between segments.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from translate.blocks import Block, BlockSpan, split_blocks

SEGMENTATION_VERSION = 1

SentenceSplitter = Callable[[str], Sequence[str]]

_BARS = re.compile(r"[^|]+|\|")
# Lines of code outside a fence: statements that end in ; { or }, assignments, lone calls, element markup.
_CODE_LINE = re.compile(
    r"[^;]*(?:[={}<>*&]|\w\()[^;]*;\s*(?:/[/*].*)?$|.*[{}]\s*$"
    r"|[\w.\[\]$>-]+\s*[-+*/|&.:]?=\s*\S.*|[\w.$:>-]+\([^)]*\)\s*$|[#$%]\s*\w.*|<[^>]+>.*</[^>]+>\s*$",
    re.DOTALL,
)
_CLAUSE_END = re.compile(r"(?<=[;:])\s+|\s+(?=[\u2013\u2014]\s)|(?<=\s[\u2013\u2014])\s+")


@dataclass(frozen=True)
class Segment:
    """A piece of a document.

    Attributes:
        lead: The characters between the previous segment and this one: white space, marks, code, maths.
        text: What is translated; empty in the last segment when a document ends in a lead.
        block: The block that it stands in.
    """

    lead: str
    text: str
    block: Block


def segment_document(text: str, split_sentences: SentenceSplitter | None) -> list[Segment]:
    """Cut a document into segments.

    Args:
        text: Any text.
        split_sentences: A splitter whose parts, joined, give its input again; None keeps paragraphs whole.

    Returns:
        Segments whose leads and texts, joined, are the document.
    """
    segments: list[Segment] = []
    lead = ""
    for block, between, core in _pieces(text, split_sentences):
        lead += between
        if core:
            segments.append(Segment(lead, core, block))
            lead = ""
    if lead:
        segments.append(Segment(lead, "", Block.BLANK))
    return segments


def join(segments: Sequence[Segment]) -> str:
    """Return the document that segments were cut from."""
    return "".join(segment.lead + segment.text for segment in segments)


def flatten(text: str) -> str:
    """Return a segment as an engine is given it: on one line, words parted by single spaces."""
    return " ".join(text.split())


def is_code(text: str) -> bool:
    """Tell whether a segment reads as a line of code; prose that ends in a semicolon without any operator does not."""
    return _CODE_LINE.fullmatch(text) is not None


def finer(text: str, split_sentences: SentenceSplitter) -> list[Segment]:
    """Cut a segment into sentences or, when it is one, at semicolons, colons and dashes.

    Returns:
        At least two segments whose join is the text, or nothing when it cannot be cut.
    """
    for parts in (split_sentences(text), _clauses(text)):
        segments: list[Segment] = []
        lead = ""
        for between, core in _trimmed(parts):
            lead += between
            if core:
                segments.append(Segment(lead, core, Block.PARAGRAPH))
                lead = ""
        if len(segments) > 1:
            return [*segments, Segment(lead, "", Block.BLANK)] if lead else segments
    return []


def sentence_splitter(language: str) -> SentenceSplitter:
    """Return sentencex's splitter for a language.

    Args:
        language: ISO 639-1 code, such as `en`.

    Raises:
        ModuleNotFoundError: `sentencex` (extra `mt`) is not installed.
    """
    import sentencex  # noqa: PLC0415  # an extra: only translation needs it

    def split(text: str) -> Sequence[str]:
        # Line breaks inside a wrapped sentence would end it; a space takes the same room.
        parts: list[str] = sentencex.segment(language, re.sub(r"\s", " ", text))
        cut, position = [], 0
        for part in parts:
            cut.append(text[position : position + len(part)])
            position += len(part)
        return [*cut, text[position:]] if position < len(text) else cut

    return split


def _pieces(text: str, split_sentences: SentenceSplitter | None) -> Iterator[tuple[Block, str, str]]:
    for span in split_blocks(text):
        if not span.block.is_prose:
            yield span.block, text[span.start : span.end], ""
            continue
        yield span.block, text[span.start : span.body], ""
        for between, core in _trimmed(_parts(text, span, split_sentences)):
            yield span.block, between, core


def _parts(text: str, span: BlockSpan, split_sentences: SentenceSplitter | None) -> Sequence[str]:
    body = text[span.body : span.end]
    if span.block is Block.TABLE_ROW:
        return _BARS.findall(body)
    return [body] if split_sentences is None else split_sentences(body)


def _trimmed(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (what stands before, text) of each part, with the white space around texts moved between them."""
    for part in parts:
        core = part.strip()
        if not core or core == "|":
            yield part, ""
            continue
        start = part.index(core)
        yield part[:start], core
        yield part[start + len(core) :], ""


def _clauses(text: str) -> list[str]:
    cuts = [0, *(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(cuts) if end > start]
