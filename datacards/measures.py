"""What a card draws of its documents: how values are spread, copies, languages, perplexities and tokens a word."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """How a value is spread over all documents, with the thresholds that a rule holds it against.

    Attributes:
        rule: The rule; None for a value that is shown whatever the rules.
        value: SQL of the value.
        operator: ``>``, ``>=``, ``<`` or ``<=``, with the value on the left; None without a rule.
        thresholds: The least and the greatest, where languages have their own; None without a rule.
        edges: The bins' edges, one more than bins, ascending; the outermost bins hold all that lies beyond them.
        kept: Documents in each bin that are kept.
        dropped: Documents in each bin that are dropped, by whatever rule.
        nulls: Documents without a finite value.
        is_logarithmic: Whether the edges are evenly spaced by ratio.
    """

    rule: str | None
    value: str
    operator: str | None
    thresholds: tuple[float, float] | None
    edges: tuple[float, ...]
    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    nulls: int
    is_logarithmic: bool


@dataclass(frozen=True)
class ClusterSizes:
    """Clusters of documents that say the same, of `least` to `most` documents, and how many documents are in them."""

    least: int
    most: int
    clusters: int
    documents: int


@dataclass(frozen=True)
class LanguagePair:
    """Documents whose source declares one language, and in which a classifier read another, or the same."""

    declared: str
    detected: str
    documents: int


@dataclass(frozen=True)
class PerplexityBin:
    """Documents of a language with a perplexity from 10 to the power `bin / BINS_A_DECADE` up to the next bin."""

    language: str
    bin: int
    documents: int


@dataclass(frozen=True)
class Fertility:
    """Tokens and words of the tokenized documents of a language."""

    language: str
    tokens: int
    words: int


BINS_A_DECADE = 8


@dataclass(frozen=True)
class Measures:
    """Everything that is counted for a card's pictures.

    Attributes:
        spreads: Values that rules hold against thresholds, in the rules' order, after the length of texts.
        clusters: Clusters by size.
        languages: Declared and detected languages; documents without a declared one are left out.
        perplexity: The column that `perplexities` counts; None where none was measured.
        perplexities: Perplexities by language.
        fertility: Tokens and words by language; empty where nothing was tokenized.
    """

    spreads: tuple[Spread, ...] = ()
    clusters: tuple[ClusterSizes, ...] = ()
    languages: tuple[LanguagePair, ...] = ()
    perplexity: str | None = None
    perplexities: tuple[PerplexityBin, ...] = ()
    fertility: tuple[Fertility, ...] = ()
