"""Translated segments: which rung of the ladder they reached, and which checks sent them on."""

from collections import Counter
from collections.abc import Mapping

from datacards.blocks import count, percent
from datacards.manifest import Manifest
from datacards.pictures.composition import named
from datacards.pictures.figures import BarCharts, Bars
from datacards.pictures.sketch import Sketch

UNTOUCHED = "untouched"  # never asked for: numbers, code
RUNGS: Mapping[str, str] = {
    "whole": "passed at once",
    "again": "asked again",
    "parts": "in parts",
    "fallback": "by another engine",
    "rejected": "rejected",
}


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
        _charts(found, failed),
    )


def _charts(found: Counter[tuple[str, str]], failed: Counter[tuple[str, str]]) -> BarCharts:
    labelled = Counter({(named(language), rung): segments for (language, rung), segments in found.items()})
    charts = [_bars(labelled, "All segments, by language", "language")]
    if failed:
        charts.append(_bars(failed, "Those that failed at first, by the check that they failed", "check"))
    return BarCharts(charts)


def _bars(counts: Counter[tuple[str, str]], title: str, name_title: str) -> Bars:
    sums = Counter[str]()
    for (name, _), segments in counts.items():
        sums[name] += segments
    names = sorted(sums, key=lambda name: (-sums[name], name))
    segments_of = [[counts[name, rung] for rung in RUNGS] for name in names]
    return Bars(title, name_title, "segments", names, list(RUNGS.values()), segments_of)
