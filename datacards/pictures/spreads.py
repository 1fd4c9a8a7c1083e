"""Lengths and qualities: how values are spread, with the thresholds that rules hold them against."""

from datacards.manifest import Manifest
from datacards.measures import Spread
from datacards.pictures.figures import Histogram, Histograms
from datacards.pictures.sketch import Sketch

MOST = 30
_THOUSANDS = 1000  # from here on numbers have no decimals


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
        Histograms(tuple(map(_histogram, shown))),
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


def _histogram(spread: Spread) -> Histogram:
    return Histogram(
        title="length" if spread.rule is None else spread.rule,
        asked=threshold_text(spread),
        edges=spread.edges,
        kept=spread.kept,
        dropped=spread.dropped,
        thresholds=tuple(dict.fromkeys(spread.thresholds or ())),
        is_logarithmic=spread.is_logarithmic,
    )
