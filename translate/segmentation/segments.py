"""A segment, and a document out of segments."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from translate.blocks import Block


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


def join(segments: Iterable[Segment]) -> str:
    """Return the document that segments were cut from."""
    return "".join(segment.lead + segment.text for segment in segments)


def flatten(text: str) -> str:
    """Return a segment as an engine is given it: on one line, words parted by single spaces."""
    return " ".join(text.split())


def with_leads(pieces: Iterable[tuple[Block, str, str]]) -> list[Segment]:
    """Return segments of pieces (block, what stands before, text), of which a text may be empty."""
    segments: list[Segment] = []
    lead = ""
    for block, between, core in pieces:
        lead += between
        if core:
            segments.append(Segment(lead, core, block))
            lead = ""
    if lead:
        segments.append(Segment(lead, "", Block.BLANK))
    return segments


def trimmed(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (what stands before, text) of each part, with the white space around texts moved between them."""
    for part in parts:
        core = part.strip()
        if not core:
            yield part, ""
            continue
        start = len(part) - len(part.lstrip())
        yield part[:start], core
        yield part[start + len(core) :], ""
