"""Dots on stems: a number for each of some names."""

from typing import TYPE_CHECKING

from datacards.pictures.figures import Dots
from datacards.pictures.theme import KEPT, LINE

if TYPE_CHECKING:
    import altair as alt


def dot_chart(figure: Dots) -> "alt.LayerChart":
    """Return dots as a chart."""
    import altair as alt  # noqa: PLC0415 -- an extra

    values = [{"name": name, "number": number} for name, number in zip(figure.names, figure.numbers, strict=True)]
    rows = alt.Y("name:O", sort=list(figure.names), title=None, axis=alt.Axis(labelLimit=230, ticks=False))
    top = alt.Axis(orient="top", tickCount=8)
    x = alt.X("number:Q", title=figure.unit, axis=top, scale=alt.Scale(zero=True))
    base = alt.Chart(alt.Data(values=values)).encode(y=rows)
    stems = base.mark_rule(color=LINE).encode(x=x, x2=alt.datum(0))
    dots = base.mark_point(filled=True, size=55, color=KEPT, opacity=1).encode(x=x)
    texts = base.mark_text(align="left", dx=8).encode(x=x, text=alt.Text("number:Q", format=".2f"))
    return alt.layer(stems, dots, texts).properties(width=600, height=alt.Step(15))
