"""Declarations: signals of lines and paragraphs, and of repetition inside a document.

A *line* here stands between line feeds, holds something besides white space, and is taken without the white space at
its ends; a *paragraph* is a run of lines with no blank one among them. RedPajama-V2's lines count blank ones too.
"""

import pyarrow as pa

from signals.signal import Signal

_GOPHER = "Gopher (arXiv 2112.11446, table A1)"
_FINEWEB = "FineWeb (arXiv 2406.17557)"
_LINES = "0 to 1; null without lines"
_WORDS = "0 to 1; null without words"


def _signal(name: str, *, unit: str, bounds: str, definition: str, source: str = "Loam") -> Signal:
    kind = pa.int64() if unit in ("lines", "paragraphs") or name.startswith("max_") else pa.float64()
    return Signal(name, "core", kind, unit, bounds, definition, source)


def _top_ngram(n: int) -> Signal:
    return _signal(
        f"top_{n}gram_character_fraction",
        unit="fraction of characters",
        bounds=f"{_WORDS}; 0 with fewer than {n}",
        definition=f"Characters of the most frequent word {n}-gram (the first of equals, also where none repeats), one "
        f"space between two words, times its occurrences that do not overlap, over the characters of the text. Words "
        "are the normalised ones; where most words are of scripts without spaces, those of word_count, nothing between "
        "them. datatrove counts overlapping "
        "occurrences again, RedPajama-V2 too, and RedPajama-V2 none where none repeats.",
        source=_GOPHER,
    )


def _duplicate_ngrams(n: int) -> Signal:
    return _signal(
        f"duplicate_{n}gram_character_fraction",
        unit="fraction of characters",
        bounds=f"{_WORDS}; 0 with fewer than {n}",
        definition=f"Characters of the words in {n}-grams that occurred before, over the characters of the text; after "
        "each, reading goes on behind it, so that no character counts twice. Words as for the top n-grams. As in "
        "datatrove; RedPajama-V2 counts first occurrences too, over the characters of all words.",
        source=_GOPHER,
    )


LINES: tuple[Signal, ...] = (
    _signal("line_count", unit="lines", bounds="0 or more", definition="Lines that hold more than white space."),
    _signal(
        "paragraph_count",
        unit="paragraphs",
        bounds="0 or more",
        definition="Runs of lines between blank ones. datatrove parts paragraphs by empty lines alone.",
    ),
    _signal(
        "mean_line_length",
        unit="code points per line",
        bounds="1 or more; null without lines",
        definition="Mean length of the lines.",
    ),
    _signal(
        "max_line_length", unit="code points", bounds="0 or more", definition="Length of the longest line, 0 for none."
    ),
    _signal(
        "short_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition="Lines of at most 30 code points. FineWeb counts the white space at their ends too.",
        source=_FINEWEB,
    ),
    _signal(
        "terminal_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition="Lines that end with a mark that ends sentences in any script (Unicode: Sentence_Terminal), closing "
        "quotes and brackets behind it passed over. FineWeb's list is of the same marks but for some rare ones, and "
        "sees no mark before a quote, bracket or space.",
        source=f"{_FINEWEB}; Unicode Standard Annex 44",
    ),
    _signal(
        "bullet_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition="Lines that begin with a bullet: • ‣ ● ○ ◦ ■ □ ▪ ▫ ▶ ◀ ⁃ ∙ ➤ ➢ ❖ ✓ ✔, or - – — − * + · with white "  # noqa: RUF001  bullets
        "space behind. datatrove knows • and - alone; both it and RedPajama-V2 count blank lines.",
        source="Gopher (arXiv 2112.11446)",
    ),
    _signal(
        "ellipsis_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition='Lines that end with "..." or "…". datatrove and RedPajama-V2 count blank lines too.',
        source="Gopher (arXiv 2112.11446)",
    ),
    _signal(
        "duplicate_line_fraction",
        unit="fraction of lines",
        bounds=_LINES,
        definition="Lines that an equal line stands before.",
        source=_GOPHER,
    ),
    _signal(
        "duplicate_line_character_fraction",
        unit="fraction of characters",
        bounds=_LINES,
        definition="Characters of lines that an equal line stands before, over those of all lines. datatrove: over all "
        "characters in its Gopher filter, over all but line feeds in its FineWeb filter.",
        source=f"{_GOPHER}; {_FINEWEB}",
    ),
    _signal(
        "duplicate_paragraph_fraction",
        unit="fraction of paragraphs",
        bounds=_LINES,
        definition="Paragraphs that one of equal lines stands before.",
        source=_GOPHER,
    ),
    _signal(
        "duplicate_paragraph_character_fraction",
        unit="fraction of characters",
        bounds=_LINES,
        definition="Characters of paragraphs that one of equal lines stands before, over those of all lines.",
        source=_GOPHER,
    ),
    _signal(
        "newline_to_word_ratio",
        unit="line feeds per word",
        bounds="0 or more; null without words",
        definition="Line feeds over `word_count`, high in lists.",
        source=_FINEWEB,
    ),
    *(_top_ngram(n) for n in (2, 3, 4)),
    *(_duplicate_ngrams(n) for n in (5, 6, 7, 8, 9, 10)),
)
