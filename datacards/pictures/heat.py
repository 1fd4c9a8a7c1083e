"""Heat maps: a row a language, a few steps of colour."""

from typing import TYPE_CHECKING

from datacards.pictures.figures import HeatMap
from datacards.pictures.theme import GROUND, TEXT, few_to_many

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

ROW = 13  # pixels
_SLANTED = 14  # up to so many columns have names that slant


def heat_map(figure: HeatMap) -> "alt.Chart":
    """Return a heat map as a chart."""
    import altair as alt  # noqa: PLC0415 -- an extra

    values: list[Mapping[str, str]] = [{"row": t.row, "column": t.column, "step": t.step} for t in figure.tiles]
    slanted = len(figure.columns) <= _SLANTED
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
            x=alt.X("column:O", sort=list(figure.columns), title=figure.column_title, axis=x_axis).scale(
                domain=list(figure.columns)
            ),
            y=alt.Y("row:O", sort=list(figure.rows), title=figure.row_title, axis=y_axis).scale(
                domain=list(figure.rows)
            ),
            color=alt.Color(
                "step:O",
                title=figure.step_title,
                scale=alt.Scale(domain=list(figure.steps), range=few_to_many(len(figure.steps))),
                legend=alt.Legend(direction="horizontal", symbolStrokeWidth=0, titleColor=TEXT),
            ),
        )
        .properties(width=alt.Step(figure.column_width), height=alt.Step(ROW))
    )
