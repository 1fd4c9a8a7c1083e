"""Declared and detected languages: which are taken for which."""

from collections import Counter
from collections.abc import Iterable

from datacards.blocks import count, percent
from datacards.languages import language_name
from datacards.manifest import Manifest
from datacards.measures import LanguagePair
from datacards.pictures.composition import named
from datacards.pictures.figures import HeatMap, Tile
from datacards.pictures.share_steps import ShareSteps
from datacards.pictures.sketch import Sketch

LANGUAGES = 36
OTHERS = "others"

_STEPS = ShareSteps((0.01, 0.05, 0.2, 0.5, 0.8, 0.95))


def declared_and_detected(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where no source declares a language."""
    pairs = manifest.measures.languages
    if not pairs:
        return None
    whole = sum(pair.documents for pair in pairs)
    agreeing = sum(pair.documents for pair in pairs if is_same_language(pair))
    said = "; ".join(
        f"{language_name(pair.declared)} read as {language_name(pair.detected)} {pair.documents:,}"
        for pair in mistaken_languages(pairs)[:3]
    )
    return Sketch(
        "languages",
        "Declared and detected languages, those that are taken for others most often",
        f"In {percent(agreeing / whole)} of {count(whole, 'document')} with a declared language the classifier reads "
        f"the same one{f'; most often not: {said}' if said else ''}.",
        min(LANGUAGES, len({pair.declared for pair in pairs})) + 1,
        _heat_map(pairs),
    )


def is_same_language(pair: LanguagePair) -> bool:
    """Tell whether both are the same language, in whatever script: as the signal `language_agrees` does."""
    return pair.declared.partition("_")[0] == pair.detected.partition("_")[0]


def mistaken_languages(pairs: Iterable[LanguagePair]) -> list[LanguagePair]:
    """Return the pairs of two languages, that with most documents first."""
    mistaken = (pair for pair in pairs if not is_same_language(pair))
    return sorted(mistaken, key=lambda pair: (-pair.documents, pair.declared, pair.detected))


def _heat_map(pairs: tuple[LanguagePair, ...]) -> HeatMap:
    """Return a row for each declared language, its documents spread over columns; the rest in one row and column."""
    mistaken, size = Counter[str](), Counter[str]()
    for pair in pairs:
        size[pair.declared] += pair.documents
        mistaken[pair.declared] += 0 if is_same_language(pair) else pair.documents
    ranked = sorted(size, key=lambda label: (-mistaken[label], -size[label], label))
    shown = sorted(ranked[:LANGUAGES], key=lambda label: (-size[label], label))
    rows = {label: f"{named(label)}  ({size[label]:,})" for label in shown}
    columns = _columns(pairs, shown)
    sums, whole = Counter[tuple[str, str]](), Counter[str]()
    for pair in pairs:
        row = rows.get(pair.declared, OTHERS)
        sums[row, pair.detected if pair.detected in columns else OTHERS] += pair.documents
        whole[row] += pair.documents
    tiles = [Tile(row, column, _STEPS.of(n / whole[row]), n) for (row, column), n in sorted(sums.items())]
    return HeatMap(
        [*rows.values(), *([OTHERS] if OTHERS in whole else [])],
        [*columns, *([OTHERS] if any(column == OTHERS for _, column in sums) else [])],
        _STEPS.names,
        "share of the declared language's documents",
        "detected",
        "declared",
        17,
        tiles,
    )


def _columns(pairs: tuple[LanguagePair, ...], rows: list[str]) -> list[str]:
    """Return the languages detected most often in some declared ones: these first, as a diagonal."""
    found = Counter[str]()
    for pair in pairs:
        if pair.declared in rows:
            found[pair.detected] += pair.documents
    most = sorted(found, key=lambda label: (-found[label], label))[:LANGUAGES]
    return [*(label for label in rows if label in most), *(label for label in most if label not in rows)]
