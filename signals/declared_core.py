"""Declarations of group `core`.

Terms, as RedPajama-V2 uses them. *Normalised*: ASCII punctuation deleted, lower-cased, white space folded, NFD, in
that order; its words are parted by white space. *Token*: a match of ``\\w+|[^\\w\\s]+`` in the text as it is, so
every run of punctuation is one. *Line*: ends with a line feed, which belongs to it. Ratios are rounded to 8 decimals.
"""

import pyarrow as pa

from signals.declarations import Signal

_REDPAJAMA = "RedPajama-V2 (arXiv 2411.12372; togethercomputer/RedPajama-Data at 6d2cee9, app/src/core/quality_signals"
_LOAM = "Loam"
_INTEGER, _DOUBLE = pa.int64(), pa.float64()
_DOUBLES, _INTEGERS = pa.list_(pa.float64()), pa.list_(pa.int32())
_FRACTION = "0 to 1; null without words"
_TOKEN_FRACTION = "0 to 1; null without tokens"  # noqa: S105  a token of text
_LINE_FRACTION = "0 to 1; no element for empty text"
_FLAG = "0 or 1; no element for empty text"


def _redpajama(file: str, name: str, kind: pa.DataType, unit: str, bounds: str, definition: str) -> Signal:
    return Signal(name, "core", kind, unit, bounds, definition, f"{_REDPAJAMA}/{file}.py)")


def _loam(name: str, kind: pa.DataType, unit: str, bounds: str, definition: str, source: str = _LOAM) -> Signal:
    return Signal(name, "core", kind, unit, bounds, definition, source)


def _top_ngram(n: int) -> Signal:
    return _redpajama(
        "repetitions",
        f"rps_doc_frac_chars_top_{n}gram",
        _DOUBLE,
        "fraction of characters",
        "0 or more (overlapping occurrences all count, so it can exceed 1); 0 without words",
        f"Characters of the most frequent normalised word {n}-gram (the first of equals) times its occurrences, over "
        f"the characters of all normalised words; 0 where no {n}-gram repeats.",
    )


def _duplicate_ngrams(n: int) -> Signal:
    return _redpajama(
        "repetitions",
        f"rps_doc_frac_chars_dupe_{n}grams",
        _DOUBLE,
        "fraction of characters",
        "0 to 1; 0 without words",
        f"Characters of the normalised words in {n}-grams that occur at least twice, first occurrences included and "
        "each character once, over the characters of all normalised words.",
    )


CORE: tuple[Signal, ...] = (
    _loam("byte_count", _INTEGER, "bytes", "0 or more", "Length of the text in UTF-8."),
    _loam("char_count", _INTEGER, "code points", "0 or more", "Length of the text in Unicode code points."),
    _loam(
        "word_count",
        _INTEGER,
        "words",
        "0 or more",
        "Words in any script. Where spaces part words: runs of letters, marks and digits, which an apostrophe, full "
        "stop or middle dot between letters, or a comma between digits, joins (don't, l·l, 1,000.5 are one word); "
        "Tibetan by syllables. In Han, kana, Bopomofo, Thai, Lao, Khmer and Burmese: the letters, marks and digits "
        "of the script over the mean length of its words (`signals.word_lengths`), rounded up for the document.",
        "Loam, after Unicode Standard Annex 29, word boundaries",
    ),
    _loam(
        "text_hash",
        pa.binary(16),
        "hash",
        "16 bytes",
        "BLAKE2b (16 bytes) of the normalised text in UTF-8; of the text as it is where nothing remains of it after "
        "normalising, so that texts of punctuation or white space alone are equal only to exact copies.",
        "Loam; normalising as in RedPajama-V2; BLAKE2: RFC 7693",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_word_count",
        _INTEGER,
        "words",
        "0 or more",
        "Normalised words.",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_mean_word_length",
        _DOUBLE,
        "code points per word",
        "0 or more; null without words",
        "Mean length of the normalised words in code points, accents (NFD) counting as their own.",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_num_sentences",
        _DOUBLE,
        "sentences",
        "0 or more",
        r"Matches of \b[^.!?]+[.!?]* in the text.",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_symbol_to_word_ratio",
        _DOUBLE,
        "symbols per token",
        "0 or more; null without tokens",
        'Occurrences of "#", "..." and "…" over tokens.',
    ),
    _redpajama(
        "natural_language",
        "rps_doc_frac_lines_end_with_ellipsis",
        _DOUBLE,
        "fraction of lines",
        "0 to 1; null for empty text",
        'Lines that end with "..." or "…", trailing white space apart.',
    ),
    _redpajama(
        "natural_language",
        "rps_doc_frac_no_alph_words",
        _DOUBLE,
        "fraction of tokens",
        _TOKEN_FRACTION,
        "Tokens without an ASCII letter; punctuation runs count, so 0.2 is usual for good English text.",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_frac_unique_words",
        _DOUBLE,
        "fraction of words",
        _FRACTION,
        "Distinct normalised words over all.",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_unigram_entropy",
        _DOUBLE,
        "nats",
        "0 or more; null without words",
        "Entropy -Σ p ln p of the distribution of normalised words.",
    ),
    _redpajama(
        "natural_language",
        "rps_doc_frac_all_caps_words",
        _DOUBLE,
        "fraction of tokens",
        _TOKEN_FRACTION,
        "Tokens in capitals (Python's str.isupper).",
    ),
    _redpajama(
        "content",
        "rps_doc_curly_bracket",
        _DOUBLE,
        "fraction of characters",
        "0 to 1; 0 for empty text",
        "Characters { and } over all.",
    ),
    _redpajama(
        "content",
        "rps_doc_lorem_ipsum",
        _DOUBLE,
        "occurrences per character",
        "0 to 1; 0 without words",
        'Occurrences of "lorem ipsum" in the normalised text over its length.',
    ),
    _redpajama(
        "content",
        "rps_doc_stop_word_fraction",
        _DOUBLE,
        "fraction of tokens",
        "0 to 1; 0 without words; null where the language is unknown or has no list (bg, de, en, es, fi, fr, it do)",
        "Tokens that are stop words of the document's language, case-sensitive (lists: stopwords-json, Apache-2.0).",
    ),
    *(_top_ngram(n) for n in (2, 3, 4)),
    *(_duplicate_ngrams(n) for n in (5, 6, 7, 8, 9, 10)),
    _loam(
        "line_start",
        _INTEGERS,
        "code points",
        "0 or more; no element for empty text",
        "Where each line begins, counted from the start of the text.",
    ),
    _loam(
        "line_end",
        _INTEGERS,
        "code points",
        "1 or more; no element for empty text",
        "Where each line ends, its line feed included.",
    ),
    _redpajama(
        "lines",
        "rps_lines_ending_with_terminal_punctution_mark",
        _DOUBLES,
        "flag",
        _FLAG,
        "1 where the line ends with . ! ? or ” (U+201D), trailing white space apart.",
    ),
    _redpajama(
        "lines",
        "rps_lines_javascript_counts",
        _DOUBLES,
        "words",
        "0 or more; no element for empty text",
        'Normalised words equal to "javascript".',
    ),
    _redpajama(
        "lines",
        "rps_lines_num_words",
        _INTEGERS,
        "words",
        "0 or more; no element for empty text",
        "Normalised words of the line.",
    ),
    _redpajama(
        "lines",
        "rps_lines_numerical_chars_fraction",
        _DOUBLES,
        "fraction of characters",
        _LINE_FRACTION,
        "Numeric characters (Python's str.isnumeric) of the normalised line over its length; 0 where it is empty.",
    ),
    _redpajama(
        "lines",
        "rps_lines_start_with_bulletpoint",
        _DOUBLES,
        "flag",
        "0 or 1; one null element for empty text, as in RedPajama-V2",
        "1 where the line starts with • ‣ ▶ ◀ ◦ ■ □ ▪ ▫ or – (U+2013), leading white space apart.",
    ),
    _redpajama(
        "lines",
        "rps_lines_uppercase_letter_fraction",
        _DOUBLES,
        "fraction of characters",
        _LINE_FRACTION,
        "Upper-case characters of the line over its length, its line feed included.",
    ),
)
