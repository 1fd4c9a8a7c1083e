"""Lengths and qualities: how values are spread, with the thresholds that rules hold them against."""

import itertools
from typing import TYPE_CHECKING, Any

from datacards.manifest import Manifest
from datacards.measures import Spread
from datacards.pictures.sketch import Sketch
from datacards.pictures.theme import DROPPED, KEPT, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import altair as alt

MOST = 30
_COLUMNS = 3
_WIDTH, _HEIGHT = 248, 96
_THOUSANDS = 1000  # from here on numbers are written with k
_LONGEST_VALUE = 42


def spread_histograms(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where no document has a value."""
    found = manifest.measures.spreads
    if not found:
        return None
    shown = found[:MOST]
    left = f" {len(found) - MOST} more are not drawn." if len(found) > MOST else ""
    return Sketch(
        "spreads",
        "How lengths and qualities are spread, with the rules' thresholds",
        f"{'; '.join(map(_said, shown))}.{left}",
        0,
        lambda: _chart(shown),
    )


def threshold_text(spread: Spread) -> str:
    """Return what a rule asks of a value: `word_count >= 50`; the value alone without a rule."""
    if spread.thresholds is None or spread.operator is None:
        return spread.value
    least, most = (f"{threshold:g}" for threshold in spread.thresholds)
    return f"{spread.value} {spread.operator} {least if least == most else f'{least} to {most}, by language'}"


def _said(spread: Spread) -> str:
    name = "length of texts in bytes" if spread.rule is None else f"{spread.rule} ({threshold_text(spread)})"
    return f"{name}: half of {sum(spread.kept) + sum(spread.dropped):,} documents below {middle(spread)}"


def middle(spread: Spread) -> str:
    """Return the upper edge of the bin that holds the middle document."""
    edge = _middle_edge(spread)
    return f"{edge:,.0f}" if abs(edge) >= _THOUSANDS else f"{edge:.3g}"


def _middle_edge(spread: Spread) -> float:
    left = (sum(spread.kept) + sum(spread.dropped)) / 2
    for number, (kept, dropped) in enumerate(zip(spread.kept, spread.dropped, strict=True)):
        left -= kept + dropped
        if left <= 0:
            return spread.edges[number + 1]
    return spread.edges[-1]


def _chart(shown: tuple[Spread, ...]) -> "alt.ConcatChart":
    import altair as alt  # noqa: PLC0415 -- an extra

    return alt.concat(*map(_histogram, shown), columns=_COLUMNS, bounds="flush", spacing={"row": 74, "column": 58})


def _histogram(spread: Spread) -> "alt.LayerChart":
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
    said = threshold_text(spread)
    said = said if len(said) <= _LONGEST_VALUE else f"{said[: _LONGEST_VALUE - 1]}…"
    title = alt.TitleParams("length" if spread.rule is None else spread.rule, subtitle=said, limit=_WIDTH + 40)
    return alt.layer(bars, *_marks(spread)).properties(width=_WIDTH, height=_HEIGHT, title=title)


def _marks(spread: Spread) -> "Iterator[alt.Chart]":
    """Yield a line at each threshold, and for one that lies beyond the values an arrow to it."""
    import altair as alt  # noqa: PLC0415 -- an extra

    for threshold in dict.fromkeys(spread.thresholds or ()):
        place = alt.Chart(alt.Data(values=[{"at": min(max(threshold, spread.edges[0]), spread.edges[-1])}]))
        if spread.edges[0] <= threshold <= spread.edges[-1]:
            yield place.mark_rule(color=TEXT, strokeDash=[4, 3], strokeWidth=1.5).encode(x="at:Q")
            continue
        above = threshold > spread.edges[-1]
        said = f"{threshold:g} \N{RIGHTWARDS ARROW}" if above else f"\N{LEFTWARDS ARROW} {threshold:g}"
        text = place.mark_text(align="right" if above else "left", baseline="top", fontSize=11, color=TEXT)
        yield text.encode(x="at:Q", y=alt.value(2), text=alt.value(said))


def _bars(spread: Spread) -> list[dict[str, Any]]:
    bars: list[dict[str, Any]] = []
    for (low, high), kept, dropped in zip(itertools.pairwise(spread.edges), spread.kept, spread.dropped, strict=True):
        if kept:
            bars.append({"from": low, "to": high, "below": 0, "above": kept, "fate": "kept"})
        if dropped:
            bars.append({"from": low, "to": high, "below": kept, "above": kept + dropped, "fate": "dropped"})
    return bars
