"""What a card says of its measures: pictures where they are drawn, and the numbers in tables."""

from collections import Counter
from collections.abc import Mapping

from datacards.blocks import Block, Code, InTable, Picture, Table, count, paragraph, share_of
from datacards.languages import language_name
from datacards.manifest import Manifest
from datacards.pictures.clusters import sizes_text
from datacards.pictures.detection import mistaken_languages
from datacards.pictures.spreads import middle, threshold_text

Pictures = Mapping[str, Picture] | None

SHOWN = 8
MOST_PAIRS = 100


def lengths(manifest: Manifest, pictures: Pictures) -> tuple[Block, ...]:
    """Return how lengths and qualities are spread, and perplexities; nothing where nothing was measured."""
    found = manifest.measures.spreads
    if not found:
        return ()
    rows: tuple[tuple[InTable, ...], ...] = tuple(
        (
            "length in bytes" if spread.rule is None else Code(spread.rule),
            Code(threshold_text(spread)),
            sum(spread.kept) + sum(spread.dropped),
            middle(spread),
            spread.nulls,
        )
        for spread in found
    )
    words = paragraph(
        "All documents are counted, those that were dropped too: a rule's threshold stands where it stands because of "
        "them. The outermost bins hold all that lies beyond them."
    )
    header = ("rule", "value, and what is asked of it", "documents", "half of them below", "without a value")
    table = Table("Values that rules hold against thresholds", header, rows, shown=SHOWN, rest="values")
    return words, *_picture(pictures, "spreads"), table, *_picture(pictures, "perplexity")


def declared_languages(manifest: Manifest, pictures: Pictures) -> tuple[Block, ...]:
    """Return which declared languages a classifier takes for which; nothing where none is declared."""
    pairs = manifest.measures.languages
    if not pairs:
        return ()
    sizes = Counter[str]()
    for pair in pairs:
        sizes[pair.declared] += pair.documents
    ranked = mistaken_languages(pairs)
    rows: tuple[tuple[InTable, ...], ...] = tuple(
        (
            f"{language_name(pair.declared)} ({pair.declared})",
            f"{language_name(pair.detected)} ({pair.detected})",
            pair.documents,
            share_of(pair.documents, sizes[pair.declared]),
        )
        for pair in ranked[:MOST_PAIRS]
    )
    left = f"; {len(ranked) - MOST_PAIRS:,} rarer pairs are left out" if len(ranked) > MOST_PAIRS else ""
    caption = f"Languages that the classifier takes for others, of all documents read{left}"
    header = ("declared", "detected", "documents", "share of the declared")
    table = (Table(caption, header, rows, shown=SHOWN, rest="pairs"),) if rows else ()
    return *_picture(pictures, "languages"), *table


def copies(manifest: Manifest, pictures: Pictures) -> tuple[Block, ...]:
    """Return how large clusters of copies are; nothing where no document has a copy."""
    found = manifest.measures.clusters
    if not found:
        return ()
    rows: tuple[tuple[InTable, ...], ...] = tuple(
        (sizes_text(sizes), sizes.clusters, sizes.documents) for sizes in found
    )
    clusters = sum(sizes.clusters for sizes in found)
    documents = sum(sizes.documents for sizes in found)
    caption = f"{count(documents, 'document')} in {count(clusters, 'cluster')} of documents that say the same"
    table = Table(caption, ("documents in a cluster", "clusters", "documents"), rows, rest="sizes")
    return *_picture(pictures, "clusters"), table


def fertility(manifest: Manifest, pictures: Pictures) -> tuple[Block, ...]:
    """Return tokens a word by language; nothing where nothing was tokenized."""
    found = sorted(manifest.measures.fertility, key=lambda one: (-one.tokens, one.language))
    if not found:
        return ()
    rows: tuple[tuple[InTable, ...], ...] = tuple(
        (
            Code(one.language),
            language_name(one.language),
            one.tokens,
            one.words,
            f"{one.tokens / one.words:.2f}",
        )
        for one in found
    )
    header = ("label", "language", "tokens", "words", "tokens a word")
    table = Table("Tokens a word, marks of documents' ends included", header, rows, shown=SHOWN, rest="languages")
    return *_picture(pictures, "fertility"), table


def translation(pictures: Pictures) -> tuple[Block, ...]:
    """Return the picture of what checks said of translated segments."""
    return _picture(pictures, "translation")


def composition_picture(pictures: Pictures) -> tuple[Block, ...]:
    """Return the picture of published documents; where none are drawn, a sentence that says so."""
    if pictures is None:
        return (
            paragraph(
                "Besides the flow above this card has tables alone: what draws its pictures, the extra ",
                Code("cards"),
                ", was not installed where it was made.",
            ),
        )
    return _picture(pictures, "composition")


def _picture(pictures: Pictures, name: str) -> tuple[Block, ...]:
    return (pictures[name],) if pictures is not None and name in pictures else ()
