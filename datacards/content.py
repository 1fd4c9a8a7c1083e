"""The card itself: what is said, in which order, with every number taken from the manifest.

The seven sections are those of Gebru et al., "Datasheets for Datasets" (2021).
"""

from datacards.blocks import (
    Block,
    Bullets,
    Card,
    Code,
    Figures,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Section,
    byte_size,
    count,
    paragraph,
    percent,
)
from datacards.cells import totals, totals_by
from datacards.composition import GUESSES, composition
from datacards.difference import difference
from datacards.flow import flow_steps
from datacards.languages import known_languages
from datacards.maintenance import maintenance
from datacards.manifest import Manifest
from datacards.measured import Pictures
from datacards.personal_data import statement
from datacards.processing import collection, preprocessing
from datacards.published import SIGNALS
from datacards.terms import distribution, refusals
from datacards.waterfall import FLOW, TITLE, describe, waterfall

FLOW_PICTURE = f"{FLOW}.svg"


def card(manifest: Manifest, previous: Manifest | None = None, pictures: Pictures = None) -> Card:
    """Return the card of a corpus.

    Args:
        manifest: What it says.
        previous: The release before, for a section on what changed.
        pictures: Its pictures besides the flow, by name; None where they are not drawn.
    """
    steps = flow_steps(manifest)
    changes = () if previous is None else (difference(previous, manifest),)
    return Card(
        title=manifest.title,
        summary=_summary(manifest),
        blocks=(
            Figures(_figures(manifest)),
            Picture(FLOW_PICTURE, waterfall(steps), f"{TITLE}. {describe(steps)}"),
            _loading(manifest),
            _motivation(manifest),
            composition(manifest, pictures),
            collection(manifest),
            preprocessing(manifest, pictures),
            refusals(manifest),
            _uses(manifest),
            distribution(manifest),
            *changes,
            maintenance(manifest),
        ),
    )


def _summary(manifest: Manifest) -> str:
    published = manifest.published
    return (
        f"{count(totals(published).documents, 'document')} in {count(_language_count(manifest), 'language')} "
        f"from {count(_source_count(manifest), 'source')}, each with its own licence and history."
    )


def _figures(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    published = manifest.published
    sums = totals(published)
    figures = [("documents", f"{sums.documents:,}"), ("text", byte_size(sums.bytes))]
    if manifest.tokenizer is not None:
        figures.append(("tokens", f"{sums.tokens:,}"))
    figures += [
        ("languages", f"{_language_count(manifest):,}"),
        ("sources", f"{_source_count(manifest):,}"),
        ("licences", f"{len({cell.license for cell in published}):,}"),
    ]
    return tuple(figures)


def _language_count(manifest: Manifest) -> int:
    return len(known_languages(cell.language for cell in manifest.published))


def _source_count(manifest: Manifest) -> int:
    """Count the sources of the recipe that published documents come from; translations are no source of their own."""
    published = {cell.source for cell in manifest.published}
    return sum(source.name in published for source in manifest.sources)


def _loading(manifest: Manifest) -> Section:
    languages = [part.name for part in manifest.configurations if part.name not in ("default", SIGNALS)]
    blocks: list[Block] = []
    code: list[str] = []
    if languages:
        largest = next(iter(totals_by(manifest.published, lambda cell: cell.language)))
        code += ['everything = load_dataset("PATH_OR_REPOSITORY", split="train")']
        code += [f'one_language = load_dataset("PATH_OR_REPOSITORY", "{largest}", split="train")']
        blocks.append(
            paragraph(
                "The tables are Parquet, below ",
                Code("data/<language>/"),
                f" at the root of the release: {count(len(manifest.files), 'file')}, a configuration for each "
                "language, and ",
                Code("default"),
                " for all of them.",
            )
        )
    else:
        blocks.append(paragraph("Nothing passed every rule: this release holds no document to load."))
    if manifest.signal_files:
        code.append(f'signals = load_dataset("PATH_OR_REPOSITORY", "{SIGNALS}", split="train")')
        blocks.append(_about_signals(manifest))
    if code:
        blocks.append(Listing("python", "\n".join(["from datasets import load_dataset", "", *code]) + "\n"))
    return Section("Loading", tuple(blocks))


def _about_signals(manifest: Manifest) -> Paragraph:
    rows = sum(file.rows for file in manifest.signal_files)
    size = sum(file.bytes for file in manifest.signal_files)
    return paragraph(
        "What was measured of each document, published or not, and what was decided, lies below ",
        Code(f"{SIGNALS}/"),
        f", the configuration {SIGNALS}: {count(rows, 'row')} without text, {size / rows:,.0f} bytes each, which the ",
        Code("id"),
        " joins to the documents. Other thresholds can be tried on it before a text is fetched.",
    )


def _motivation(manifest: Manifest) -> Section:
    profile: tuple[Inline, ...] = ("The licensing profile is ", Code(manifest.profile), ".")
    stated = manifest.release.description if manifest.release else None
    return Section(
        "Motivation",
        (
            *((paragraph(stated),) if stated else ()),
            paragraph(
                "This corpus is text for pretraining language models of which every document can answer three "
                "questions: where it is from, under which licence it may be passed on, and why it was kept. "
                "It was built from the recipe at the end of this card, by rules that are written out below with what "
                "each of them removed. ",
                *profile,
            ),
        ),
    )


def _uses(manifest: Manifest) -> Section:
    languages = totals_by(manifest.published, lambda cell: cell.language)
    whole = totals(manifest.published).bytes
    items: list[tuple[Inline, ...]] = [
        ("Meant for: pretraining language models, training tokenizers, and research on both.",),
        (
            "Not meant for: evaluation, as nothing was held out, and finding out about persons: ",
            f"{statement(manifest)}.",
        ),
    ]
    if languages and whole:
        label, largest = next(iter(languages.items()))
        items.append(
            (
                "Uneven by nature: ",
                Code(label),
                f" alone is {percent(largest.bytes / whole)} of the text. Weigh languages before training on them.",
            )
        )
    translated = totals(cell for cell in manifest.published if cell.generation > 0)
    if translated.documents:
        items.append(
            (
                f"{count(translated.documents, 'document')} are machine translations (",
                Code("generation = 1"),
                "); leave them out where a model's own language use is studied.",
            )
        )
    items.append((GUESSES,))
    return Section("Uses", (Bullets(tuple(items)),))
