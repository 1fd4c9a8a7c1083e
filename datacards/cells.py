"""The counts of a card: documents, bytes and tokens, kept once, in cells of a cube (language x source x licence x ...).

Every table of a card is a sum over cells, so that no two tables can disagree.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Cell:
    """How many documents share one language, source, licence, evidence for it, fate and generation.

    Attributes:
        language: Concluded language, ISO 639-3 and ISO 15924 (`fra_Latn`).
        source: Name of the source.
        license: Concluded SPDX expression, `NONE` or `NOASSERTION`.
        status: What the licensing profile decided.
        generation: 0 for documents from sources, 1 for translations.
        rule: Why the documents are not published; None for published ones.
        documents: How many.
        bytes: UTF-8 bytes of their text.
        tokens: Their tokens; 0 for those that were not tokenized.
        evidence: Strongest class of evidence for the licence, `E1` to `E6`; `none` where there is none.
        attributed: How many of them name creators, or at least where they stand.
    """

    language: str
    source: str
    license: str
    status: str
    generation: int
    rule: str | None
    documents: int
    bytes: int
    tokens: int
    evidence: str
    attributed: int


@dataclass(frozen=True)
class Totals:
    """Sums over cells."""

    documents: int = 0
    bytes: int = 0
    tokens: int = 0

    def plus(self, cell: Cell) -> "Totals":
        """Return the sums with one more cell."""
        return Totals(self.documents + cell.documents, self.bytes + cell.bytes, self.tokens + cell.tokens)


def totals(cells: Iterable[Cell]) -> Totals:
    """Return the sums over some cells."""
    result = Totals()
    for cell in cells:
        result = result.plus(cell)
    return result


def totals_by(cells: Iterable[Cell], key: Callable[[Cell], Key]) -> dict[Key, Totals]:
    """Return the sums over groups of cells, the group with most bytes first, ties by key."""
    groups: dict[Key, Totals] = {}
    for cell in cells:
        group = key(cell)
        groups[group] = groups.get(group, Totals()).plus(cell)
    return dict(sorted(groups.items(), key=lambda item: (-item[1].bytes, -item[1].documents, str(item[0]))))
