"""Bars, each of one or more parts."""

from typing import TYPE_CHECKING

from datacards.pictures.figures import BarCharts, Bars
from datacards.pictures.theme import DROPPED, GREEN, KEPT, PINK, SKY

if TYPE_CHECKING:
    import altair as alt

PARTS = (KEPT, SKY, GREEN, PINK, DROPPED)

_WIDTH = 600


def bar_charts(figure: BarCharts) -> "alt.VConcatChart":
    """Return charts of bars, one below the other."""
    import altair as alt  # noqa: PLC0415 -- an extra

    return alt.vconcat(*map(_chart, figure.charts), spacing=24).resolve_scale(x="independent")


def _chart(bars: Bars) -> "alt.LayerChart":
    import altair as alt  # noqa: PLC0415 -- an extra

    has_parts = len(bars.parts) > 1
    values = [
        {"name": name, "part": part, "order": order, "count": count}
        for name, counts in zip(bars.names, bars.counts, strict=True)
        for order, (part, count) in enumerate(zip(bars.parts, counts, strict=True))
        if count
    ]
    ticks = min(6, max(map(sum, bars.counts)))  # no halves of what is counted
    y = alt.Y(
        "name:O",
        sort=list(bars.names),
        title=None if has_parts else bars.name_title,
        axis=alt.Axis(labelLimit=240, ticks=False),
    )
    marks = (
        alt.Chart(alt.Data(values=values))
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title=bars.unit, axis=alt.Axis(format="~s", tickCount=ticks)),
            y=y,
            color=alt.Color(
                "part:N",
                title=None,
                scale=alt.Scale(domain=list(bars.parts), range=list(PARTS[: len(bars.parts)])),
                legend=alt.Legend(direction="horizontal") if has_parts else None,
            ),
            order="order:Q",
        )
    )
    said = [
        {"name": name, "count": sum(counts), "said": note}
        for name, counts, note in zip(bars.names, bars.counts, bars.notes, strict=False)
    ]
    notes = alt.Chart(alt.Data(values=said)).mark_text(align="left", dx=6).encode(x="count:Q", y=y, text="said:N")
    layers = [marks, notes] if said else [marks]
    title = {} if bars.title is None else {"title": bars.title}
    return alt.layer(*layers).properties(width=_WIDTH, height=alt.Step(22 if has_parts else 24), **title)
