r"""Declarations of group `core`.

Terms, as RedPajama-V2 uses them. *Normalised*: ASCII punctuation deleted, lower-cased, white space folded, NFD, in
that order; its words are parted by white space. *Token*: a match of ``\w+|[^\w\s]+`` in the text as it is, by package
`regex`, so every run of punctuation is one. *Line*: ends with a line feed, which belongs to it. Ratios are rounded to
8 decimals.
"""

import pyarrow as pa

from signals.signal import Signal

_REDPAJAMA = "RedPajama-V2 (arXiv 2411.12372; togethercomputer/RedPajama-Data at 6d2cee9, app/src/core/quality_signals"
_INTEGER, _DOUBLE = pa.int64(), pa.float64()
_DOUBLES, _INTEGERS = pa.list_(pa.float64()), pa.list_(pa.int32())
_FRACTION = "0 to 1; null without words"
_TOKEN_FRACTION = "0 to 1; null without tokens"  # noqa: S105  a token of text
_LINE_FRACTION = "0 to 1; no element for empty text"
_FLAG = "0 or 1; no element for empty text"


def _redpajama(
    name: str, kind: pa.DataType, *, file: str, unit: str, bounds: str, definition: str, version: int = 1
) -> Signal:
    return Signal(name, "core", kind, unit, bounds, definition, f"{_REDPAJAMA}/{file}.py)", version)


def _loam(name: str, kind: pa.DataType, *, unit: str, bounds: str, definition: str, source: str = "Loam") -> Signal:
    return Signal(name, "core", kind, unit, bounds, definition, source)


def _top_ngram(n: int) -> Signal:
    return _redpajama(
        file="repetitions",
        name=f"rps_doc_frac_chars_top_{n}gram",
        kind=_DOUBLE,
        unit="fraction of characters",
        bounds="0 or more (overlapping occurrences all count, so it can exceed 1); 0 without words",
        definition=f"Characters of the most frequent normalised word {n}-gram (the first of equals) times its "
        f"occurrences, over "
        f"the characters of all normalised words; 0 where no {n}-gram repeats.",
    )


def _duplicate_ngrams(n: int) -> Signal:
    return _redpajama(
        file="repetitions",
        name=f"rps_doc_frac_chars_dupe_{n}grams",
        kind=_DOUBLE,
        unit="fraction of characters",
        bounds="0 to 1; 0 without words",
        definition=f"Characters of the normalised words in {n}-grams that occur at least twice, first occurrences "
        f"included and "
        "each character once, over the characters of all normalised words.",
    )


REDPAJAMA: tuple[Signal, ...] = (
    _loam("byte_count", _INTEGER, unit="bytes", bounds="0 or more", definition="Length of the text in UTF-8."),
    _loam(
        "char_count",
        _INTEGER,
        unit="code points",
        bounds="0 or more",
        definition="Length of the text in Unicode code points.",
    ),
    _loam(
        "text_hash",
        pa.binary(16),
        unit="hash",
        bounds="16 bytes",
        definition="First 16 bytes of SHA-256 of the normalised text in UTF-8; of the text as it is where nothing "
        "remains of it after "
        "normalising, so that texts of punctuation or white space alone are equal only to exact copies.",
        source="Loam; normalising as in RedPajama-V2; SHA-256: FIPS 180-4",
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_word_count",
        kind=_INTEGER,
        unit="words",
        bounds="0 or more",
        definition="Normalised words.",
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_mean_word_length",
        kind=_DOUBLE,
        unit="code points per word",
        bounds="0 or more; null without words",
        definition="Mean length of the normalised words in code points, accents (NFD) counting as their own.",
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_num_sentences",
        kind=_DOUBLE,
        unit="sentences",
        bounds="0 or more",
        definition=r"Matches of \b[^.!?]+[.!?]* in the text.",
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_symbol_to_word_ratio",
        kind=_DOUBLE,
        unit="symbols per token",
        bounds="0 or more; null without tokens",
        definition='Occurrences of "#", "..." and "…" over tokens.',
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_frac_lines_end_with_ellipsis",
        kind=_DOUBLE,
        unit="fraction of lines",
        bounds="0 to 1; null for empty text",
        definition='Lines that end with "..." or "…", trailing white space apart.',
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_frac_no_alph_words",
        kind=_DOUBLE,
        unit="fraction of tokens",
        bounds=_TOKEN_FRACTION,
        definition="Tokens without an ASCII letter; punctuation runs count, so 0.2 is usual for good English text. "
        r"Tokens, here and elsewhere, are the matches of \w+|[^\w\s]+ that the package regex finds, with which NLTK "
        "3.10.4 and later tokenize; NLTK up to 3.10.0 took Python's re, which parts words at combining marks and "
        "joiners and leaves them whole at characters such as ½, so that values of text that has these differ.",
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_frac_unique_words",
        kind=_DOUBLE,
        unit="fraction of words",
        bounds=_FRACTION,
        definition="Distinct normalised words over all.",
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_unigram_entropy",
        kind=_DOUBLE,
        unit="nats",
        bounds="0 or more; null without words",
        definition="Entropy -Σ p ln p of the distribution of normalised words.",
        version=2,
    ),
    _redpajama(
        file="natural_language",
        name="rps_doc_frac_all_caps_words",
        kind=_DOUBLE,
        unit="fraction of tokens",
        bounds=_TOKEN_FRACTION,
        definition="Tokens in capitals (Python's str.isupper).",
    ),
    _redpajama(
        file="content",
        name="rps_doc_curly_bracket",
        kind=_DOUBLE,
        unit="fraction of characters",
        bounds="0 to 1; 0 for empty text",
        definition="Characters { and } over all.",
    ),
    _redpajama(
        file="content",
        name="rps_doc_lorem_ipsum",
        kind=_DOUBLE,
        unit="occurrences per character",
        bounds="0 to 1; 0 without words",
        definition='Occurrences of "lorem ipsum" in the normalised text over its length.',
    ),
    _redpajama(
        file="content",
        name="rps_doc_stop_word_fraction",
        kind=_DOUBLE,
        unit="fraction of tokens",
        bounds="0 to 1; 0 without words; null for languages without a list (bg, de, en, es, fi, fr and it have one)",
        definition="Tokens that are stop words of the document's language, case-sensitive (lists: stopwords-json, "
        "Apache-2.0).",
    ),
    *(_top_ngram(n) for n in (2, 3, 4)),
    *(_duplicate_ngrams(n) for n in (5, 6, 7, 8, 9, 10)),
    _loam(
        "line_start",
        _INTEGERS,
        unit="code points",
        bounds="0 or more; no element for empty text",
        definition="Where each line begins, counted from the start of the text.",
    ),
    _loam(
        "line_end",
        _INTEGERS,
        unit="code points",
        bounds="1 or more; no element for empty text",
        definition="Where each line ends, its line feed included.",
    ),
    _redpajama(
        file="lines",
        name="rps_lines_ending_with_terminal_punctution_mark",
        kind=_DOUBLES,
        unit="flag",
        bounds=_FLAG,
        definition="1 where the line ends with . ! ? or ” (U+201D), trailing white space apart.",
    ),
    _redpajama(
        file="lines",
        name="rps_lines_javascript_counts",
        kind=_DOUBLES,
        unit="words",
        bounds="0 or more; no element for empty text",
        definition='Normalised words equal to "javascript".',
    ),
    _redpajama(
        file="lines",
        name="rps_lines_num_words",
        kind=_INTEGERS,
        unit="words",
        bounds="0 or more; no element for empty text",
        definition="Normalised words of the line.",
    ),
    _redpajama(
        file="lines",
        name="rps_lines_numerical_chars_fraction",
        kind=_DOUBLES,
        unit="fraction of characters",
        bounds=_LINE_FRACTION,
        definition="Numeric characters (Python's str.isnumeric) of the normalised line over its length; 0 where "
        "it is empty.",
    ),
    _redpajama(
        file="lines",
        name="rps_lines_start_with_bulletpoint",
        kind=_DOUBLES,
        unit="flag",
        bounds="0 or 1; one null element for empty text, as in RedPajama-V2",
        definition="1 where the line starts with • ‣ ▶ ◀ ◦ ■ □ ▪ ▫ or the en dash, leading white space apart.",
    ),
    _redpajama(
        file="lines",
        name="rps_lines_uppercase_letter_fraction",
        kind=_DOUBLES,
        unit="fraction of characters",
        bounds=_LINE_FRACTION,
        definition="Upper-case characters of the line over its length, its line feed included.",
    ),
)
