"""A document cut into segments along its blocks."""

import re
from collections.abc import Iterator, Sequence

from translate.blocks import Block, BlockSpan, split_blocks
from translate.segmentation.segments import Segment, trimmed, with_leads
from translate.segmentation.sentences import SentenceSplitter

_BARS = re.compile(r"[^|]+|\|")


def segment_document(text: str, split_sentences: SentenceSplitter | None) -> list[Segment]:
    """Cut a document into segments.

    Args:
        text: Any text.
        split_sentences: A splitter whose parts, joined, give its input again; None keeps paragraphs whole.

    Returns:
        Segments whose leads and texts, joined, are the document.
    """
    return with_leads(_pieces(text, split_sentences))


def _pieces(text: str, split_sentences: SentenceSplitter | None) -> Iterator[tuple[Block, str, str]]:
    for span in split_blocks(text):
        if not span.block.is_prose:
            yield span.block, text[span.start : span.end], ""
            continue
        yield span.block, text[span.start : span.body], ""
        for between, core in trimmed(_parts(text, span, split_sentences)):
            yield (span.block, between + core, "") if core == "|" else (span.block, between, core)


def _parts(text: str, span: BlockSpan, split_sentences: SentenceSplitter | None) -> Sequence[str]:
    body = text[span.body : span.end]
    if span.block is Block.TABLE_ROW:
        return _BARS.findall(body)
    return [body] if split_sentences is None else split_sentences(body)
