"""The composition section: what the published documents are, by language, source and licence."""

from datacards.blocks import Block, Code, InTable, Link, Paragraph, Section, Size, Table, count, paragraph, share_of
from datacards.cells import Totals, totals, totals_by
from datacards.languages import known_languages, language_name
from datacards.licences import licence_url
from datacards.manifest import Manifest
from datacards.measured import Pictures, composition_picture, declared_languages, lengths
from datacards.published import Column

SHOWN_LANGUAGES = 20
SHOWN_SIGNALS = 12
GUESSES = "Language labels and rules are measured guesses: both err more on short texts and rare languages."


def composition(manifest: Manifest, pictures: Pictures = None) -> Section:
    """Return the section."""
    measured = (
        ("Declared and detected languages", declared_languages(manifest, pictures)),
        ("Lengths and qualities", lengths(manifest, pictures)),
    )
    instance, labels = instances(manifest)
    blocks: list[Block] = [
        instance,
        Section("Languages", (labels, _languages(manifest), *composition_picture(pictures))),
        Section("Sources", (_sources(manifest),)),
        Section("Licences of the published documents", (_licences(manifest),)),
        *(Section(title, inner) for title, inner in measured if inner),
        Section("Columns", _columns(manifest)),
    ]
    return Section("Composition", tuple(blocks))


def instances(manifest: Manifest) -> tuple[Paragraph, Paragraph]:
    """Return what an instance is, and what its label of a language says."""
    translated = totals(cell for cell in manifest.published if cell.generation > 0)
    words = (
        "Labels of languages are ISO 639-3 and ISO 15924, as concluded from what the source declared and what a "
        "classifier read."
    )
    if translated.documents:
        part = share_of(translated.bytes, totals(manifest.published).bytes)
        words += f" Of the text, {part} is machine-translated ({count(translated.documents, 'document')})."
    return (
        paragraph(
            "An instance is one document: a web page, an article, a manual page, a file. "
            "Its text stands in one piece and in its own order. There are no annotations."
        ),
        paragraph(words),
    )


def counts_header(manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the columns that `counts` fills."""
    tokens = ("tokens",) if manifest.tokenizer is not None else ()
    return ("documents", "text", *tokens, "share of text")


def counts(manifest: Manifest, sums: Totals, whole: Totals) -> tuple[InTable, ...]:
    """Return the cells of a row of counts, the last of them the share of the whole text."""
    tokens = (sums.tokens,) if manifest.tokenizer is not None else ()
    return (sums.documents, Size(sums.bytes), *tokens, share_of(sums.bytes, whole.bytes))


def licence_name(expression: str) -> Link | Code:
    """Return a licence as it is shown: linked to its text where there is one page of it."""
    url = licence_url(expression)
    return Code(expression) if url is None else Link(expression, url)


def _languages(manifest: Manifest) -> Table:
    published = manifest.published
    whole = totals(published)
    by_language = totals_by(published, lambda cell: cell.language)
    translated = totals_by((cell for cell in published if cell.generation > 0), lambda cell: cell.language)
    extra = ("machine-translated",) if translated else ()
    rows = []
    for label, sums in by_language.items():
        share = (share_of(translated.get(label, Totals()).bytes, sums.bytes),) if translated else ()
        rows.append((Code(label), language_name(label), *counts(manifest, sums, whole), *share))
    return Table(
        caption=f"{count(len(known_languages(by_language)), 'language')}, by size of text",
        header=("label", "language", *counts_header(manifest), *extra),
        rows=tuple(rows),
        shown=SHOWN_LANGUAGES,
        rest="languages",
    )


def _sources(manifest: Manifest) -> Table:
    kinds = {source.name: source.kind for source in manifest.sources}
    whole = totals(manifest.published)
    rows = tuple(
        (Code(name), Code(kinds.get(name, "translation")), *counts(manifest, sums, whole))
        for name, sums in totals_by(manifest.published, lambda cell: cell.source).items()
    )
    return Table(
        caption=count(len(rows), "source"),
        header=("source", "kind", *counts_header(manifest)),
        rows=rows,
        rest="sources",
    )


def _licences(manifest: Manifest) -> Table:
    whole = totals(manifest.published)
    rows = tuple(
        (licence_name(expression), *counts(manifest, sums, whole))
        for expression, sums in totals_by(manifest.published, lambda cell: cell.license).items()
    )
    return Table(
        caption=count(len(rows), "concluded licence"),
        header=("licence", *counts_header(manifest)),
        rows=rows,
        rest="licences",
    )


def _columns(manifest: Manifest) -> tuple[Block, ...]:
    documents = _described("Each row is a document", manifest.columns, len(manifest.columns))
    if not manifest.signal_columns:
        return (documents,)
    caption = "Of the signals: each row is what is known of a document, published or not"
    return documents, _described(caption, manifest.signal_columns, SHOWN_SIGNALS)


def _described(caption: str, columns: tuple[Column, ...], shown: int) -> Table:
    rows = tuple((Code(column.name), Code(column.type), column.description) for column in columns)
    return Table(caption, ("column", "type", "meaning"), rows, shown=shown, rest="columns")
