"""Heat maps: a row a language, a few steps of colour."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datacards.pictures.theme import GROUND, TEXT, few_to_many

if TYPE_CHECKING:
    import altair as alt

ROW = 13  # pixels
_SLANTED = 14  # up to so many columns have names that slant


@dataclass(frozen=True)
class Tile:
    """One field of a heat map: its row, its column, and the step of colour, by name."""

    row: str
    column: str
    step: str


@dataclass(frozen=True)
class Grid:
    """A heat map.

    Attributes:
        rows: The rows from the top.
        columns: The columns from the left.
        steps: The names of the steps, from few to many.
        step_title: What the steps are of.
        column_title: What the columns are; None where their names say so.
        row_title: What the rows are; likewise.
        column_width: Pixels.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    steps: Sequence[str]
    step_title: str
    column_title: str | None
    row_title: str | None
    column_width: int


@dataclass(frozen=True)
class ShareSteps:
    """Steps of colour for a share: one below the first of some bounds, and one from each bound on.

    Attributes:
        bounds: Shares, ascending.
    """

    bounds: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps, from few to many."""
        return f"below {self.bounds[0] * 100:g} %", *(f"from {bound * 100:g} %" for bound in self.bounds)

    def of(self, share: float) -> str:
        """Return the step of a share."""
        return self.names[bisect_right(self.bounds, share)]


def heat_map(tiles: Sequence[Tile], grid: Grid) -> "alt.Chart":
    """Return a heat map as a chart."""
    import altair as alt  # noqa: PLC0415 -- an extra

    values: list[Mapping[str, str]] = [{"row": t.row, "column": t.column, "step": t.step} for t in tiles]
    slanted = len(grid.columns) <= _SLANTED
    x_axis = alt.Axis(
        orient="top",
        labelAngle=-40 if slanted else -90,
        labelLimit=230,
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=True,
        tickBand="extent",
    )
    y_axis = alt.Axis(labelLimit=230, labelOverlap=False, ticks=False, domain=False, grid=True, tickBand="extent")
    return (
        alt.Chart(alt.Data(values=values))
        .mark_rect(stroke=GROUND, strokeWidth=1)
        .encode(
            x=alt.X("column:O", sort=list(grid.columns), title=grid.column_title, axis=x_axis).scale(
                domain=list(grid.columns)
            ),
            y=alt.Y("row:O", sort=list(grid.rows), title=grid.row_title, axis=y_axis).scale(domain=list(grid.rows)),
            color=alt.Color(
                "step:O",
                title=grid.step_title,
                scale=alt.Scale(domain=list(grid.steps), range=few_to_many(len(grid.steps))),
                legend=alt.Legend(direction="horizontal", symbolStrokeWidth=0, titleColor=TEXT),
            ),
        )
        .properties(width=alt.Step(grid.column_width), height=alt.Step(ROW))
    )
