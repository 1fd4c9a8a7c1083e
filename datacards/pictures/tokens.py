"""Tokens a word, by language."""

from typing import TYPE_CHECKING

from datacards.blocks import count
from datacards.languages import language_name
from datacards.manifest import Manifest
from datacards.measures import Fertility
from datacards.pictures.composition import LANGUAGES, named
from datacards.pictures.sketch import Sketch
from datacards.pictures.theme import KEPT, LINE

if TYPE_CHECKING:
    import altair as alt


def tokens_a_word(manifest: Manifest) -> Sketch | None:
    """Return the picture: the languages with most tokens, the most fertile last; None where nothing is tokenized."""
    found = manifest.measures.fertility
    if not found:
        return None
    largest = sorted(found, key=lambda one: (-one.tokens, one.language))[:LANGUAGES]
    shown = sorted(largest, key=lambda one: (one.tokens / one.words, one.language))
    ends = [f"{language_name(one.language)} {one.tokens / one.words:.2f}" for one in (shown[0], shown[-1])]
    whole = f"{sum(one.tokens for one in found) / sum(one.words for one in found):.2f} tokens a word"
    least_and_most = f", from {ends[0]} to {ends[1]}" if len(shown) > 1 else ""
    return Sketch(
        "fertility",
        "Tokens a word, by language",
        f"{whole} over {count(len(found), 'language')}{least_and_most}.",
        len(shown),
        lambda: _chart(shown),
    )


def _chart(shown: list[Fertility]) -> "alt.LayerChart":
    import altair as alt  # noqa: PLC0415 -- an extra

    names = [named(one.language) for one in shown]
    values = [{"language": name, "fertility": one.tokens / one.words} for name, one in zip(names, shown, strict=True)]
    rows = alt.Y("language:O", sort=names, title=None, axis=alt.Axis(labelLimit=230, ticks=False))
    top = alt.Axis(orient="top", tickCount=8)
    x = alt.X("fertility:Q", title="tokens a word", axis=top, scale=alt.Scale(zero=True))
    base = alt.Chart(alt.Data(values=values)).encode(y=rows)
    stems = base.mark_rule(color=LINE).encode(x=x, x2=alt.datum(0))
    dots = base.mark_point(filled=True, size=55, color=KEPT, opacity=1).encode(x=x)
    texts = base.mark_text(align="left", dx=8).encode(x=x, text=alt.Text("fertility:Q", format=".2f"))
    return alt.layer(stems, dots, texts).properties(width=600, height=alt.Step(15))
