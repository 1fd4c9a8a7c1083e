"""The form of a rule: where the kernel sees that something may begin, what it must look like, and what it must be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from signals.pii.kinds import Kind

if TYPE_CHECKING:
    import regex

Span: TypeAlias = tuple[int, int]
Match: TypeAlias = "regex.Match[str]"

FOUND = "pii"  # the group of a pattern that is masked


def named_span(match: Match) -> Span:
    """Return the span of the group that is masked."""
    return match.span(FOUND)


@dataclass(frozen=True, eq=False)
class Rule:
    """How one form of personal data is found.

    Attributes:
        name: What the table of edits calls it, behind `pii_`.
        kind: What it finds.
        anchor: Where a match of the pattern begins, as `find_candidates` says it.
        pattern: The form; of linear cost, because it is asked at every candidate.
        accept: From a match to the span to mask, None where it is not what it looks like.
    """

    name: str
    kind: Kind
    anchor: int
    pattern: "regex.Pattern[str]"
    accept: Callable[[Match], Span | None] = named_span


# Scripts that part words by nothing, or join particles to them: numbers and addresses stand right beside their letters.
_BESIDE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
NOT_BEHIND_WORD = rf"(?<!(?![{_BESIDE}])\w)"
NOT_BEFORE_WORD = rf"(?!(?![{_BESIDE}])\w)"
# A row of numbers, decimal or hexadecimal, is no personal data, nor is any part of it.
NOT_BEHIND_NUMBER = r"(?<!\b[0-9A-Fa-f]{0,15}[0-9][0-9A-Fa-f]{0,15}[ .-])"
