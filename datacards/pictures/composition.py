"""Published documents by language, source and licence, as a heat map."""

from collections import defaultdict
from collections.abc import Mapping

from datacards.blocks import count
from datacards.cells import Cell, totals, totals_by
from datacards.languages import known_languages, language_name
from datacards.manifest import Manifest
from datacards.pictures.figures import HeatMap, Tile
from datacards.pictures.sketch import Sketch

LANGUAGES = 140
COLUMNS = 36
ALL = "all"

_LONGEST_NAME = 26
_WIDEST, _NARROWEST, _ROOM = 44, 15, 660  # pixels: a column, all columns


def composition(manifest: Manifest) -> Sketch | None:
    """Return the picture; None where nothing is published."""
    published = manifest.published
    if not published:
        return None
    languages = totals_by(published, lambda cell: cell.language)
    sources = totals_by(published, lambda cell: cell.source)
    licences = totals_by(published, lambda cell: cell.license)
    largest = sorted(languages.items(), key=lambda item: (-item[1].documents, item[0]))[:3]
    said = ", ".join(f"{language_name(label)} {sums.documents:,}" for label, sums in largest)
    return Sketch(
        "composition",
        "Published documents by language, source and licence",
        f"{count(totals(published).documents, 'document')} in {count(len(known_languages(languages)), 'language')}, "
        f"from {count(len(sources), 'source')}, under {count(len(licences), 'licence')}. Most documents: {said}.",
        min(len(languages), LANGUAGES + 1),
        _heat_map(manifest),
    )


def named(label: str) -> str:
    """Return a language as rows of pictures name it."""
    name = language_name(label)
    return f"{name if len(name) <= _LONGEST_NAME else f'{name[: _LONGEST_NAME - 1]}…'}  {label}"


def _heat_map(manifest: Manifest) -> HeatMap:
    rows = _rows(manifest)
    columns = _columns(manifest)
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for cell in manifest.published:
        row = rows[cell.language]
        counts[row, columns[cell.source, cell.license]] += cell.documents
        counts[row, ALL] += cell.documents
    most = len(str(max(counts.values())))
    steps = [f"from {10**digits:,}" for digits in range(most)]
    tiles = [Tile(row, column, steps[len(str(n)) - 1], n) for (row, column), n in sorted(counts.items())]
    shown = [ALL, *dict.fromkeys(columns.values())]
    width = max(_NARROWEST, min(_WIDEST, _ROOM // len(shown)))
    return HeatMap(list(dict.fromkeys(rows.values())), shown, steps, "documents", None, None, width, tiles)


def _rows(manifest: Manifest) -> dict[str, str]:
    """Return the row of each language: that with most documents first, the smallest together last."""
    ranked = sorted(
        totals_by(manifest.published, lambda cell: cell.language).items(),
        key=lambda item: (-item[1].documents, item[0]),
    )
    alone = ranked if len(ranked) <= LANGUAGES + 1 else ranked[:LANGUAGES]
    rest = len(ranked) - len(alone)
    others = {label: f"{rest:,} other languages" for label, _ in ranked[len(alone) :]}
    return {label: named(label) for label, _ in alone} | others


def _columns(manifest: Manifest) -> dict[tuple[str, str], str]:
    """Return the column of each source and licence: sources together, the largest first; the smallest folded."""
    pairs = totals_by(manifest.published, _source_and_licence)
    sources = totals_by(manifest.published, lambda cell: cell.source)
    ranked = sorted(pairs, key=lambda pair: (-pairs[pair].documents, pair))
    alone = set(ranked[:COLUMNS])
    folded: defaultdict[str, list[str]] = defaultdict(list)
    for source, license_ in ranked[COLUMNS:]:
        folded[source].append(license_)
    keeps_own = set(sorted(folded, key=lambda source: (-sources[source].documents, source))[: COLUMNS // 3])
    others = f"{len(folded.keys() - keeps_own):,} other sources"
    return {
        pair: _column(pair, folded, others, is_alone=pair in alone, has_own=pair[0] in keeps_own)
        for pair in sorted(
            pairs, key=lambda pair: (*_place(pair, sources, alone, keeps_own), -pairs[pair].documents, pair)
        )
    }


def _source_and_licence(cell: Cell) -> tuple[str, str]:
    return cell.source, cell.license


def _place(
    pair: tuple[str, str], sources: Mapping[str, object], alone: set[tuple[str, str]], keeps_own: set[str]
) -> tuple[bool, int, bool]:
    is_other = pair not in alone and pair[0] not in keeps_own
    return is_other, 0 if is_other else list(sources).index(pair[0]), pair not in alone


def _column(
    pair: tuple[str, str], folded: Mapping[str, list[str]], others: str, *, is_alone: bool, has_own: bool
) -> str:
    source, license_ = pair
    if is_alone or (has_own and len(folded[source]) == 1):
        return f"{source}: {license_}"
    return f"{source}: {len(folded[source]):,} other licences" if has_own else others
