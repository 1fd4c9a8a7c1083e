"""Spans of personal data in one text: merging them, replacing them, and finding until nothing is left to find."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TypeAlias

from signals.pii.rule import Rule


@dataclass(frozen=True)
class Found:
    """A span of personal data in a document.

    Attributes:
        start: Its first character.
        end: The first character after it.
        rule: What found it.
    """

    start: int
    end: int
    rule: Rule


Texts: TypeAlias = Mapping[int, str]  # by number of the document
Spans: TypeAlias = Mapping[int, list[Found]]


def without_overlaps(spans: Sequence[Found]) -> list[Found]:
    """Return spans of which none overlaps another: those that do are one, and the leftmost says what it is.

    Of several that begin at the same place the longest says it; of two on the same place, the one listed first.
    """
    separate: list[Found] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not separate or span.start >= separate[-1].end:
            separate.append(span)
        elif span.end > separate[-1].end:
            separate[-1] = replace(separate[-1], end=span.end)
    return separate


def with_masks(text: str, spans: Sequence[Found]) -> str:
    """Return a text with placeholders in the place of spans, which are in their order and apart."""
    parts, behind = [], 0
    for span in spans:
        parts += [text[behind : span.start], span.rule.kind.placeholder]
        behind = span.end
    return "".join([*parts, text[behind:]])


def found_until_none(texts: Texts, spans: Spans, find: Callable[[Texts], Spans]) -> Spans:
    """Return spans after which masked texts hold none.

    A span may hide another: what stands beside an address may be no phone number, and be one beside a placeholder.
    So masked texts are searched again, and what is found there is masked as well. Each round leaves fewer characters
    outside of masks.

    Args:
        texts: The texts that hold the spans.
        spans: What `find` found in them.
        find: From texts to their spans.
    """
    complete = dict(spans)
    due = complete
    while due:
        again = find({document: with_masks(texts[document], spans) for document, spans in due.items()})
        merged = {
            document: without_overlaps([*complete[document], *_unmasked(found, complete[document])])
            for document, found in again.items()
        }
        due = {document: spans for document, spans in merged.items() if spans != complete[document]}
        complete |= due
    return complete


def _unmasked(found: Sequence[Found], masks: Sequence[Found]) -> list[Found]:
    """Return spans of a masked text as spans of the text itself; what begins or ends within a mask holds all of it."""
    places: list[tuple[int, int, Found]] = []
    shift = 0
    for mask in masks:
        start = mask.start + shift
        end = start + len(mask.rule.kind.placeholder)
        shift = end - mask.end
        places.append((start, end, mask))
    return [
        replace(span, start=_place(span.start, places, first=True), end=_place(span.end, places, first=False))
        for span in found
    ]


def _place(place: int, masks: Sequence[tuple[int, int, Found]], *, first: bool) -> int:
    number = (bisect_right if first else bisect_left)(masks, place, key=itemgetter(0))
    if number == 0:
        return place
    _, end, mask = masks[number - 1]
    if place < end or (place == end and not first):
        return mask.start if first else mask.end
    return place - (end - mask.end)
