"""Perplexities by language: a row a language, from what a model expects to what it does not."""

from collections import Counter

from datacards.blocks import count
from datacards.languages import language_name
from datacards.manifest import Manifest
from datacards.measures import BINS_A_DECADE, PerplexityBin
from datacards.pictures.composition import LANGUAGES, named
from datacards.pictures.figures import HeatMap, Tile
from datacards.pictures.share_steps import ShareSteps
from datacards.pictures.sketch import Sketch

_STEPS = ShareSteps((0.01, 0.02, 0.05, 0.1, 0.2))


def perplexity_spread(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where no perplexity was measured."""
    found = manifest.measures.perplexities
    if not found:
        return None
    sizes = _sizes(found)
    largest = sorted(sizes, key=lambda label: (-sizes[label], label))[:3]
    said = "; ".join(f"{language_name(label)}: half below {_middle(found, label):,.0f}" for label in largest)
    return Sketch(
        "perplexity",
        f"Perplexity ({manifest.measures.perplexity}) by language",
        f"{count(sizes.total(), 'document')} in {count(len(sizes), 'language')}. {said}.",
        min(len(sizes), LANGUAGES),
        _heat_map(found),
    )


def _sizes(found: tuple[PerplexityBin, ...]) -> Counter[str]:
    sizes = Counter[str]()
    for part in found:
        sizes[part.language] += part.documents
    return sizes


def _middle(found: tuple[PerplexityBin, ...], label: str) -> float:
    """Return the upper edge of the bin that holds a language's middle document."""
    bins = sorted((part for part in found if part.language == label), key=lambda part: part.bin)
    left = sum(part.documents for part in bins) / 2
    for part in bins:
        left -= part.documents
        if left <= 0:
            break
    return _edge(part.bin + 1)


def _edge(number: int) -> float:
    edge: float = 10 ** (number / BINS_A_DECADE)
    return edge


def _said(edge: float) -> str:
    """Return an edge to three figures."""
    return f"{float(f'{edge:.3g}'):,g}"


def _heat_map(found: tuple[PerplexityBin, ...]) -> HeatMap:
    sizes = _sizes(found)
    shown = sorted(sizes, key=lambda label: (-sizes[label], label))[:LANGUAGES]
    numbers = [part.bin for part in found if part.language in shown]
    columns = {number: _said(_edge(number)) for number in range(min(numbers), max(numbers) + 1)}
    tiles = [
        Tile(named(part.language), columns[part.bin], _STEPS.of(part.documents / sizes[part.language]), part.documents)
        for part in found
        if part.language in shown
    ]
    return HeatMap(
        [named(label) for label in shown],
        list(columns.values()),
        _STEPS.names,
        "share of the language's documents",
        "perplexity from",
        None,
        max(14, min(30, 660 // len(columns))),
        tiles,
    )
