"""The lines of a text that hold personal data: all that has to be searched again when it is masked.

No rule but that of private keys looks beyond the line in which it finds something, so masks change nothing in others.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from signals.pii.spans import Found

_BEYOND_LINES = "-----BEGIN "  # of private keys


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a text.

    Attributes:
        text: The lines, one after the other.
        spans: Personal data in them.
        starts: Where in them each row of lines begins that is one in the whole text.
        shifts: How much farther each of these rows stands in the whole text.
    """

    text: str
    spans: list[Found]
    starts: list[int]
    shifts: list[int]

    def in_whole_text(self, spans: Sequence[Found]) -> list[Found]:
        """Return spans of the excerpt as spans of the whole text."""
        return [_moved(span, self.shifts[bisect_right(self.starts, span.start) - 1]) for span in spans]


def lines_with(text: str, spans: list[Found]) -> Excerpt:
    """Return the lines of a text in which spans stand; all, if masks may let it hold a private key.

    Args:
        text: The whole text.
        spans: Personal data in it, in its order and apart.
    """
    if _BEYOND_LINES in text:
        return Excerpt(text, spans, [0], [0])
    parts, moved = list[str](), list[Found]()
    starts, shifts = list[int](), list[int]()
    size = behind = 0
    for span in spans:
        if not parts or span.start >= behind:
            begin = max(behind, text.rfind("\n", behind, span.start) + 1)
            behind = text.find("\n", span.end) + 1 or len(text)
            starts.append(size)
            shifts.append(begin - size)
            parts.append(text[begin:behind])
            size += behind - begin
        moved.append(_moved(span, -shifts[-1]))
    return Excerpt("".join(parts), moved, starts, shifts)


def _moved(span: Found, shift: int) -> Found:
    return Found(span.start + shift, span.end + shift, span.rule)
