"""All pictures of a card that its manifest has the numbers for."""

import json
from collections.abc import Mapping, Sequence
from importlib import metadata

from datacards.blocks import Picture
from datacards.flow import flow_steps
from datacards.manifest import Manifest
from datacards.pictures.bars import bar_charts
from datacards.pictures.clusters import cluster_sizes
from datacards.pictures.composition import composition
from datacards.pictures.detection import declared_and_detected
from datacards.pictures.dots import dot_chart
from datacards.pictures.figures import BarCharts, Dots, Drawable, Figure, Flow, HeatMap, Histograms
from datacards.pictures.heat import heat_map
from datacards.pictures.histograms import histogram_charts
from datacards.pictures.perplexity import perplexity_spread
from datacards.pictures.sketch import TALL, Sketch
from datacards.pictures.spreads import spread_histograms
from datacards.pictures.theme import Chart, drawn
from datacards.pictures.tokens import tokens_a_word
from datacards.pictures.translation import translation_checks
from datacards.waterfall import FLOW, MOST_BARS, TITLE, describe, fold_small_drops

_DRAWN_BY = ("altair", "vl-convert-python")
_ALL = (
    composition,
    declared_and_detected,
    spread_histograms,
    perplexity_spread,
    cluster_sizes,
    translation_checks,
    tokens_a_word,
)


def library_versions() -> str | None:
    """Return what draws pictures here, with versions; None where the extra `cards` is not installed."""
    try:
        return ", ".join(f"{name} {metadata.version(name)}" for name in _DRAWN_BY)
    except metadata.PackageNotFoundError:
        return None


def sketches(manifest: Manifest) -> Sequence[Sketch]:
    """Return the pictures that a manifest has the numbers for."""
    return [sketch for make in _ALL if (sketch := make(manifest)) is not None]


def pictures(manifest: Manifest, *, draw: bool = True) -> Mapping[str, Picture]:
    """Return the pictures of a card by name.

    Args:
        manifest: What they show.
        draw: Whether to draw them; without, they have no SVG, but all that a README says of them.
    """
    return {sketch.name: _picture(sketch, draw=draw) for sketch in sketches(manifest)}


def figures(manifest: Manifest) -> str:
    """Return what the page draws its pictures from, those of `pictures` and the flow, as JSON by name."""
    steps = fold_small_drops(flow_steps(manifest), MOST_BARS)
    found: dict[str, tuple[str, str, Figure]] = {FLOW: (TITLE, describe(steps), Flow(steps))}
    found |= {sketch.name: (sketch.title, sketch.description, sketch.figure) for sketch in sketches(manifest)}
    told = {
        name: {"title": title, "description": description, **figure.to_json()}
        for name, (title, description, figure) in found.items()
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _picture(sketch: Sketch, *, draw: bool) -> Picture:
    svg = drawn(_chart(sketch.figure), sketch.name, sketch.title, sketch.description) if draw else ""
    return Picture(
        path=sketch.path,
        svg=svg,
        alternative=f"{sketch.title}. {sketch.description}",
        folded=f"{sketch.title} ({sketch.rows} rows)" if sketch.rows > TALL else None,
    )


def _chart(figure: Drawable) -> Chart:
    match figure:
        case HeatMap():
            return heat_map(figure)
        case BarCharts():
            return bar_charts(figure)
        case Dots():
            return dot_chart(figure)
        case Histograms():
            return histogram_charts(figure)
