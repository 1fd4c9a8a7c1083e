"""What a card is made of, before it becomes Markdown or HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias


@dataclass(frozen=True)
class Code:
    """Text to be shown letter by letter: a name, an expression."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Text that carries weight."""

    text: str


@dataclass(frozen=True)
class Link:
    """Text that leads to an address."""

    text: str
    url: str


@dataclass(frozen=True)
class Share:
    """A part of a whole, 0 to 1."""

    value: float

    def __str__(self) -> str:
        return percent(self.value)


@dataclass(frozen=True)
class Size:
    """A number of bytes."""

    bytes: int

    def __str__(self) -> str:
        return byte_size(self.bytes)


Inline: TypeAlias = "str | Code | Strong | Link"
InTable: TypeAlias = "str | Code | Strong | Link | int | Share | Size | tuple[Code, ...] | None"


@dataclass(frozen=True)
class Paragraph:
    """A run of text."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True)
class Bullets:
    """A list of runs of text."""

    items: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True)
class Figures:
    """The few numbers to see first, each with its name."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table; rows after the first `shown` are folded away under `rest`.

    Attributes:
        caption: What the table says.
        header: Names of the columns.
        rows: Rows, the most important first.
        shown: How many rows stand open.
        rest: What the folded rows are ("languages").
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[InTable, ...], ...]
    shown: int = 20
    rest: str = "rows"

    def is_number(self, column: int) -> bool:
        """Tell whether a column holds numbers, which are set flush right."""
        return all(isinstance(row[column], int | Share | Size | None) for row in self.rows)

    def split(self) -> tuple[tuple[tuple[InTable, ...], ...], tuple[tuple[InTable, ...], ...]]:
        """Return the open rows and the folded ones; a single row is not worth folding."""
        shown = len(self.rows) if len(self.rows) <= self.shown + 1 else self.shown
        return self.rows[:shown], self.rows[shown:]

    @property
    def summary(self) -> str:
        """What the folded rows are folded away under: `3 more languages`, or `3 languages` where none is open."""
        shown, folded = self.split()
        return f"{len(folded):,}{' more' if shown else ''} {self.rest}"


@dataclass(frozen=True)
class Listing:
    """A piece of code or configuration; folded away under `summary` when there is one."""

    language: str
    text: str
    summary: str | None = None


@dataclass(frozen=True)
class Picture:
    """An SVG picture.

    Attributes:
        path: The file that it lies in, relative to the card.
        svg: The SVG itself; empty for one that is not drawn.
        alternative: What it shows in words.
        folded: What it is folded away under; None for one that stands open.
    """

    path: str
    svg: str
    alternative: str
    folded: str | None = None

    @property
    def name(self) -> str:
        """Its file's name without the suffix."""
        return PurePosixPath(self.path).stem


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: "tuple[Block, ...]"


Block: TypeAlias = "Paragraph | Bullets | Figures | Table | Listing | Picture | Section"


@dataclass(frozen=True)
class Card:
    """A whole card: title, one sentence, blocks."""

    title: str
    summary: str
    blocks: tuple[Block, ...]


def paragraph(*parts: Inline) -> Paragraph:
    """Return a run of text."""
    return Paragraph(parts)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    >>> count(1, "document"), count(1200, "document"), count(2, "query", "queries")
    ('1 document', '1,200 documents', '2 queries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def byte_size(number: int) -> str:
    """Return bytes in decimal units, to three figures.

    >>> byte_size(950), byte_size(61_234_567), byte_size(999_999)
    ('950 B', '61.2 MB', '1.00 MB')
    """
    step, four_figures = 1000, 999.5
    if number < step:
        return f"{number} B"
    value = float(number)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        value /= step
        if value < four_figures or unit == "PB":
            break
    digits = max(0, 2 - (len(str(int(value))) - 1))
    return f"{value:.{digits}f} {unit}"


def percent(share: float) -> str:
    """Return a share in percent; what is not nothing never reads as nothing, nor what is not all as all.

    >>> percent(0.1234), percent(0.00001), percent(0.99999), percent(1), percent(0)
    ('12.3 %', '< 0.1 %', '> 99.9 %', '100 %', '0 %')
    """
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    if share < 0.001:  # noqa: PLR2004 -- the smallest share that one decimal can tell from none
        return "< 0.1 %"
    if share > 0.999:  # noqa: PLR2004 -- likewise from all
        return "> 99.9 %"
    return f"{share * 100:.1f} %"


def share_of(part: int, whole: int) -> Share:
    """Return a part's share of a whole; 0 of nothing."""
    return Share(part / whole if whole else 0.0)


def enumeration(words: Sequence[str]) -> str:
    """Return words as a sentence lists them.

    >>> enumeration(["a", "b", "c"])
    'a, b and c'
    """
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
