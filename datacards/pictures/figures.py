"""What pictures are drawn from: as SVG by Vega-Lite in a card, from the same figures by Observable Plot in its page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from datacards.flow import Step


@dataclass(frozen=True)
class Tile:
    """One field of a heat map: its row, its column, the step of colour, all by name, and its documents."""

    row: str
    column: str
    step: str
    documents: int


@dataclass(frozen=True)
class HeatMap:
    """Documents by two things: a row a language, a few steps of colour.

    Attributes:
        rows: The rows from the top.
        columns: The columns from the left.
        steps: The names of the steps, from few to many.
        step_title: What the steps are of.
        column_title: What the columns are; None where their names say so.
        row_title: What the rows are; likewise.
        column_width: Pixels.
        tiles: The fields that are not empty.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    steps: Sequence[str]
    step_title: str
    column_title: str | None
    row_title: str | None
    column_width: int
    tiles: Sequence[Tile]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON: of each tile the numbers of its row, column and step, and its documents."""
        rows, columns, steps = (
            {name: number for number, name in enumerate(names)} for names in (self.rows, self.columns, self.steps)
        )
        return {
            "kind": "heat map",
            "rows": list(self.rows),
            "columns": list(self.columns),
            "steps": list(self.steps),
            "step_title": self.step_title,
            "column_title": self.column_title,
            "row_title": self.row_title,
            "tiles": sorted([rows[t.row], columns[t.column], steps[t.step], t.documents] for t in self.tiles),
        }


@dataclass(frozen=True)
class Bars:
    """Bars from the top, each of one or more parts.

    Attributes:
        title: What these bars are, where a picture has several charts.
        name_title: What each bar is of.
        unit: What is counted.
        names: The bars.
        parts: The parts that bars may have, from the left.
        counts: How many there are of each part, for each bar.
        notes: What is said beside each bar; empty where nothing is.
    """

    title: str | None
    name_title: str
    unit: str
    names: Sequence[str]
    parts: Sequence[str]
    counts: Sequence[Sequence[int]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class BarCharts:
    """Charts of bars, one below the other."""

    charts: Sequence[Bars]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"kind": "bars", **asdict(self)}


@dataclass(frozen=True)
class Dots:
    """A number for each of some names, from the top."""

    name_title: str
    unit: str
    names: Sequence[str]
    numbers: Sequence[float]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"kind": "dots", **asdict(self)}


@dataclass(frozen=True)
class Histogram:
    """How a value is spread.

    Attributes:
        title: The rule that asks it, or what it is.
        asked: The value, and what is asked of it.
        edges: The bins' edges, one more than bins, ascending.
        kept: Documents in each bin that are kept.
        dropped: Documents in each bin that are dropped.
        thresholds: Where the rule's thresholds stand: more than one where languages have their own.
        is_logarithmic: Whether the edges are evenly spaced by ratio.
    """

    title: str
    asked: str
    edges: Sequence[float]
    kept: Sequence[int]
    dropped: Sequence[int]
    thresholds: Sequence[float]
    is_logarithmic: bool


@dataclass(frozen=True)
class Histograms:
    """Histograms side by side."""

    histograms: Sequence[Histogram]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"kind": "histograms", **asdict(self)}


@dataclass(frozen=True)
class Flow:
    """The way of the documents from raw to published."""

    steps: Sequence[Step]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"kind": "flow", **asdict(self)}


Drawable: TypeAlias = "HeatMap | BarCharts | Dots | Histograms"
Figure: TypeAlias = "Drawable | Flow"
