"""Places in an edited text, as places in the text as it was."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

Span = tuple[int, int]


@dataclass(frozen=True)
class Replaced:
    """A span of a text that an edit replaced.

    Attributes:
        start: Its first character.
        end: The first character after it.
        length: How many characters stand there instead.
    """

    start: int
    end: int
    length: int


def in_original_text(spans: Sequence[Span], replaced: Sequence[Replaced]) -> list[Span]:
    """Return spans of an edited text as spans of the text as it was.

    Args:
        spans: First character and first character after it, none empty.
        replaced: What was edited, ascending, not overlapping.

    Returns:
        The spans, in their order. One that begins or ends within what an edit has put there holds all that the edit
        replaced.
    """
    shifts = [0, *accumulate(edit.length - (edit.end - edit.start) for edit in replaced)]
    starts = [edit.start + shift for edit, shift in zip(replaced, shifts, strict=False)]  # in the edited text
    ends = [edit.end + shift for edit, shift in zip(replaced, shifts[1:], strict=True)]

    def first(place: int) -> int:
        passed = bisect_right(ends, place)
        within = passed < len(starts) and starts[passed] <= place
        return replaced[passed].start if within else place - shifts[passed]

    def last(place: int) -> int:
        passed = bisect_left(ends, place)
        within = passed < len(starts) and starts[passed] < place
        return replaced[passed].end if within else place - shifts[passed]

    return [(first(start), last(end)) for start, end in spans]
