"""Translated segments: which rung of the ladder they reached, and which checks sent them on."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from datacards.blocks import count, percent
from datacards.manifest import Manifest
from datacards.pictures.composition import named
from datacards.pictures.sketch import Sketch
from datacards.pictures.theme import DROPPED, GREEN, KEPT, PINK, SKY

if TYPE_CHECKING:
    import altair as alt

UNTOUCHED = "untouched"  # never asked for: numbers, code
RUNGS: Mapping[str, str] = {
    "whole": "passed at once",
    "again": "asked again",
    "parts": "in parts",
    "fallback": "by another engine",
    "rejected": "rejected",
}
_COLOURS = (KEPT, SKY, GREEN, PINK, DROPPED)
_WIDTH = 600


def translation_checks(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where nothing was translated here."""
    found = Counter[tuple[str, str]]()
    failed = Counter[tuple[str, str]]()
    for part in manifest.translated_segments:
        if part.rung != UNTOUCHED:
            found[part.language, part.rung] += part.segments
            if part.reason is not None:
                failed[part.reason, part.rung] += part.segments
    if not found:
        return None
    by_rung, by_reason = Counter[str](), Counter[str]()
    for (_, rung), segments in found.items():
        by_rung[rung] += segments
    for (reason, _), segments in failed.items():
        by_reason[reason] += segments
    whole = found.total()
    said = ", ".join(f"{name} {percent(by_rung[rung] / whole)}" for rung, name in RUNGS.items() if by_rung[rung])
    why = ", ".join(f"{reason} {number:,}" for reason, number in by_reason.most_common(3))
    return Sketch(
        "translation",
        "Translated segments by what their checks said",
        f"{count(whole, 'segment')}: {said}.{f' Most often a check failed for: {why}.' if why else ''}",
        0,
        lambda: _chart(found, failed),
    )


def _chart(found: Counter[tuple[str, str]], failed: Counter[tuple[str, str]]) -> "alt.VConcatChart":
    import altair as alt  # noqa: PLC0415 -- an extra

    labelled = Counter({(named(language), rung): segments for (language, rung), segments in found.items()})
    parts = [_bars(labelled, "All segments, by language")]
    if failed:
        parts.append(_bars(failed, "Those that failed at first, by the check that they failed"))
    return alt.vconcat(*parts, spacing=24).resolve_scale(x="independent")


def _bars(counts: Counter[tuple[str, str]], title: str) -> "alt.Chart":
    import altair as alt  # noqa: PLC0415 -- an extra

    sums = Counter[str]()
    for (name, _), segments in counts.items():
        sums[name] += segments
    names = sorted(sums, key=lambda name: (-sums[name], name))
    order = {rung: number for number, rung in enumerate(RUNGS)}
    values = [
        {"name": name, "rung": RUNGS.get(rung, rung), "order": order.get(rung, len(order)), "segments": segments}
        for (name, rung), segments in sorted(counts.items())
    ]
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar()
        .encode(
            x=alt.X("segments:Q", title="segments", axis=alt.Axis(format="~s", tickCount=min(6, max(sums.values())))),
            y=alt.Y("name:O", sort=names, title=None, axis=alt.Axis(labelLimit=240, ticks=False)),
            color=alt.Color(
                "rung:N",
                title=None,
                scale=alt.Scale(domain=list(RUNGS.values()), range=list(_COLOURS)),
                legend=alt.Legend(direction="horizontal"),
            ),
            order="order:Q",
        )
        .properties(width=_WIDTH, height=alt.Step(22), title=title)
    )
