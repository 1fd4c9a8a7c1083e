"""Documents: segments and their results put together again, or a named reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from translate.blocks import Block
from translate.ladder import Result
from translate.segmentation import Segment, join

OnFailure = Literal["drop_document", "keep_source_segment", "drop_segment"]

# A document of which less was translated (code listings, tables of names) is no translation.
MIN_TRANSLATED_SHARE = 0.5


@dataclass(frozen=True)
class TranslatedDocument:
    """What became of a document.

    Attributes:
        text: Its translation; None when it was dropped.
        reason: Why it was dropped: `untranslated`, or the check that a segment failed.
        segments: Segments of it that hold text.
        rejected: How many of them were rejected.
    """

    text: str | None
    reason: str | None
    segments: int
    rejected: int


def assemble(segments: Sequence[Segment], results: Mapping[str, Result], on_failure: OnFailure) -> TranslatedDocument:
    """Put a document together from its segments' translations.

    Args:
        segments: The document's segments.
        results: A result for the text of each.
        on_failure: What a rejected segment does: drops the document, stays in its source language, or goes.
    """
    texts = [segment for segment in segments if segment.text]
    rejected = [segment for segment in texts if results[segment.text].text is None]
    if rejected and on_failure == "drop_document":
        finding = results[rejected[0].text].finding
        reason = finding.reason if finding else "rejected"
        return TranslatedDocument(None, reason, len(texts), len(rejected))
    if _translated_share(segments, results) < MIN_TRANSLATED_SHARE:
        return TranslatedDocument(None, "untranslated", len(texts), len(rejected))
    translated = [_replace(segment, results, on_failure) for segment in segments]
    return TranslatedDocument(join(translated), None, len(texts), len(rejected))


def _replace(segment: Segment, results: Mapping[str, Result], on_failure: OnFailure) -> Segment:
    if not segment.text:
        return segment
    text = results[segment.text].text
    if text is not None:
        return Segment(segment.lead, text, segment.block)
    return Segment(segment.lead, segment.text if on_failure == "keep_source_segment" else "", Block.BLANK)


def _translated_share(segments: Sequence[Segment], results: Mapping[str, Result]) -> float:
    """Return the share of a document's letters that stand in translated segments."""
    translated = letters = 0
    for segment in segments:
        in_text = sum(map(str.isalpha, segment.text))
        letters += in_text + sum(map(str.isalpha, segment.lead))
        if segment.text and results[segment.text].rung in ("whole", "parts"):
            translated += in_text
    return translated / letters if letters else 0.0
