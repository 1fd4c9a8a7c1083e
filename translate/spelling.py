"""Texts as an engine spells them: its vocabulary may lack their quotation marks, but what is masked keeps its own."""

from collections.abc import Callable, Sequence
from functools import cached_property

import regex

from translate.masking import Masked, Spans, mask
from translate.segmentation import flatten

# What is spelled by itself: a character with its marks, or a run of ASCII.
_SPELLED_ALONE = regex.compile(r"[\x00-\x7f]+(?!\p{M})|.\p{M}*", regex.DOTALL)


def mask_spelled(text: str, spell: Callable[[str], str], pattern: Spans) -> Masked:
    """Return a text as an engine is given it: on one line, spelled and masked.

    Args:
        text: A segment.
        spell: See `Vocabulary`.
        pattern: What is masked: see `mask_pattern`.
    """
    line = flatten(text)
    written = spell(text)
    spelled = line if written == text else flatten(written)
    return mask(spelled, pattern, None if spelled == line else _Original(line, spelled, spell).between)


class _Original:
    """Finds what stands in a line where its spelling has something."""

    def __init__(self, line: str, spelled: str, spell: Callable[[str], str]) -> None:
        self._line = line
        self._spelled = spelled
        self._spell = spell

    def between(self, start: int, end: int) -> str:
        """Return what is spelled as the text between two places; that text where a character was spelled as several."""
        places = self._places
        if not places or _is_within(places, start) or _is_within(places, end):
            return self._spelled[start:end]
        return self._line[places[start] : places[end]]

    @cached_property
    def _places(self) -> Sequence[int]:
        """The place in the line of each character of its spelling, and its end; none where spelling looks further."""
        places, pieces, position = list[int](), list[str](), 0
        for piece in _SPELLED_ALONE.findall(self._line):
            spelled = self._spell(piece)
            pieces.append(spelled)
            places += range(position, position + len(piece)) if spelled == piece else [position] * len(spelled)
            position += len(piece)
        return [*places, position] if "".join(pieces) == self._spelled else []


def _is_within(places: Sequence[int], place: int) -> bool:
    return place > 0 and places[place] == places[place - 1]
