"""Histograms side by side, each with the thresholds that a rule holds its value against."""

import itertools
from typing import TYPE_CHECKING, Any

from datacards.pictures.figures import Histogram, Histograms
from datacards.pictures.theme import DROPPED, KEPT, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import altair as alt

_COLUMNS = 3
_WIDTH, _HEIGHT = 248, 96
_THOUSANDS = 1000  # from here on numbers are written with k
_LONGEST_VALUE = 42


def histogram_charts(figure: Histograms) -> "alt.ConcatChart":
    """Return histograms side by side."""
    import altair as alt  # noqa: PLC0415 -- an extra

    return alt.concat(
        *map(_chart, figure.histograms), columns=_COLUMNS, bounds="flush", spacing={"row": 74, "column": 58}
    )


def _chart(spread: Histogram) -> "alt.LayerChart":
    import altair as alt  # noqa: PLC0415 -- an extra

    scale = alt.Scale(
        type="log" if spread.is_logarithmic else "linear",
        domain=[spread.edges[0], spread.edges[-1]],
        nice=False,
        zero=False,
    )
    ticks = min(4, max(kept + dropped for kept, dropped in zip(spread.kept, spread.dropped, strict=True)))
    numbers = "~s" if spread.edges[-1] >= _THOUSANDS else "~r"
    bars = (
        alt.Chart(alt.Data(values=_bars(spread)))
        .mark_rect()
        .encode(
            x=alt.X("from:Q", scale=scale, title=None, axis=alt.Axis(format=numbers, tickCount=5, grid=False)),
            x2="to:Q",
            y=alt.Y(
                "below:Q", title="documents", scale=alt.Scale(nice=ticks), axis=alt.Axis(format="~s", tickCount=ticks)
            ),
            y2="above:Q",
            color=alt.Color(
                "fate:N",
                title=None,
                scale=alt.Scale(domain=["kept", "dropped"], range=[KEPT, DROPPED]),
                legend=alt.Legend(direction="horizontal"),
            ),
        )
    )
    said = spread.asked
    said = said if len(said) <= _LONGEST_VALUE else f"{said[: _LONGEST_VALUE - 1]}…"
    title = alt.TitleParams(spread.title, subtitle=said, limit=_WIDTH + 40)
    return alt.layer(bars, *_marks(spread)).properties(width=_WIDTH, height=_HEIGHT, title=title)


def _marks(spread: Histogram) -> "Iterator[alt.Chart]":
    """Yield a line at each threshold, and for one that lies beyond the values an arrow to it."""
    import altair as alt  # noqa: PLC0415 -- an extra

    for threshold in spread.thresholds:
        place = alt.Chart(alt.Data(values=[{"at": min(max(threshold, spread.edges[0]), spread.edges[-1])}]))
        if spread.edges[0] <= threshold <= spread.edges[-1]:
            yield place.mark_rule(color=TEXT, strokeDash=[4, 3], strokeWidth=1.5).encode(x="at:Q")
            continue
        above = threshold > spread.edges[-1]
        said = f"{threshold:g} \N{RIGHTWARDS ARROW}" if above else f"\N{LEFTWARDS ARROW} {threshold:g}"
        text = place.mark_text(align="right" if above else "left", baseline="top", fontSize=11, color=TEXT)
        yield text.encode(x="at:Q", y=alt.value(2), text=alt.value(said))


def _bars(spread: Histogram) -> list[dict[str, Any]]:
    bars: list[dict[str, Any]] = []
    for (low, high), kept, dropped in zip(itertools.pairwise(spread.edges), spread.kept, spread.dropped, strict=True):
        if kept:
            bars.append({"from": low, "to": high, "below": 0, "above": kept, "fate": "kept"})
        if dropped:
            bars.append({"from": low, "to": high, "below": kept, "above": kept + dropped, "fate": "dropped"})
    return bars
