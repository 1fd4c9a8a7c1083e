"""Declarations: signals of words and sentences that are right in every script.

Words are those of `signals.segmentation`.
"""

import pyarrow as pa

from signals.signal import Signal

_UAX29 = "Unicode Standard Annex 29"
_GOPHER = "Gopher (arXiv 2112.11446, A.1.1)"
_REDPAJAMA = "RedPajama-V2 (arXiv 2411.12372)"
_ISO = "Stopwords ISO (https://github.com/stopwords-iso/stopwords-iso)"
_INTEGER, _DOUBLE = pa.int64(), pa.float64()
_FRACTION = "0 to 1; null without words"


def _words(name: str, kind: pa.DataType, *, unit: str, bounds: str, definition: str, source: str) -> Signal:
    version = 2 if name in ("word_count", "all_caps_word_fraction") else 1
    return Signal(name, "core", kind, unit, bounds, definition, source, version)


WORDS: tuple[Signal, ...] = (
    _words(
        "word_count",
        _INTEGER,
        unit="words",
        bounds="0 or more",
        definition="Words in any script, by Unicode's word boundaries: what stands between two and has a letter or "
        "number (don't, l·l, 1,000.5, snake_case and example.com are one word, well-known two; punctuation and emoji "
        "none). In scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese): pieces about as long as words, or "
        "the words of ICU's dictionaries, as the recipe's `annotate.segmentation` says; in Tibetan script syllables. "
        "rps_doc_word_count counts what white space parts, so that a line of Chinese is one word and a dash too.",
        source=f"Loam, after {_UAX29}, word boundaries",
    ),
    _words(
        "mean_word_length",
        _DOUBLE,
        unit="code points per word",
        bounds="above 0; null without words",
        definition="Mean length of the words in composed code points (NFC). rps_doc_mean_word_length counts decomposed "
        "ones (NFD), so that é counts twice there and a Hangul syllable twice or thrice.",
        source=f"Loam; Gopher's rule is 3 to 10: {_GOPHER}",
    ),
    _words(
        "unique_word_fraction",
        _DOUBLE,
        unit="fraction of words",
        bounds="above 0, to 1; null without words",
        definition="Distinct words over words; lower case and capitals, normal forms, and plain and typographic "
        "apostrophes count as the same. rps_doc_frac_unique_words is of words parted by white space.",
        source=f"Loam, after {_REDPAJAMA}",
    ),
    _words(
        "word_entropy",
        _DOUBLE,
        unit="nats",
        bounds="0 or more; null without words",
        definition="Entropy of the distribution of the document's distinct words, as unique_word_fraction has them. "
        "rps_doc_unigram_entropy is of words parted by white space.",
        source=f"Loam, after {_REDPAJAMA}",
    ),
    _words(
        "alphabetic_word_fraction",
        _DOUBLE,
        unit="fraction of words",
        bounds=_FRACTION,
        definition="Words with at least one letter of any script (general category L) over words. Gopher keeps "
        "documents with at least 0.8. rps_doc_frac_no_alph_words takes runs of punctuation for words and letters "
        "beyond a to z for none, so that this rule rejects most text there, and all text in other scripts.",
        source=_GOPHER,
    ),
    _words(
        "all_caps_word_fraction",
        _DOUBLE,
        unit="fraction of words",
        bounds="0 to 1; 0 without cased words, null without words",
        definition="Words with at least two capital letters and no other cased ones, over words with a cased letter. "
        'In rps_doc_frac_all_caps_words, "I" and "A" are all capitals, and punctuation, numbers and words of scripts '
        "without case count as words that are not.",
        source=f"Loam, after {_REDPAJAMA}",
    ),
    _words(
        "symbol_to_word_ratio",
        _DOUBLE,
        unit="symbols per word",
        bounds="0 or more; null without words",
        definition='Number signs "#", or ellipses ("..." and "…"), whichever are more, over words: Gopher keeps '
        "documents with at most 0.1 of either. rps_doc_symbol_to_word_ratio adds them up and takes runs of punctuation "
        "for words.",
        source=_GOPHER,
    ),
    _words(
        "stop_word_count",
        _INTEGER,
        unit="words",
        bounds="0 or more; null where the document's language has no list",
        definition="Words that are stop words of the document's language, lower-cased, in normal form, with plain "
        "apostrophes: lists of 58 languages. In Chinese, Japanese and Thai the built-in segmentation finds fewer than "
        "there are, about a third in Chinese, a fifth in Thai: most of its pieces are no words.",
        source=_ISO,
    ),
    _words(
        "stop_word_fraction",
        _DOUBLE,
        unit="fraction of words",
        bounds="0 to 1; null without words, and where the document's language has no list",
        definition="stop_word_count over words. rps_doc_stop_word_fraction has lists of 7 languages, misses "
        "capitalised words and contractions, and takes runs of punctuation for words.",
        source=_ISO,
    ),
    _words(
        "gopher_stop_words",
        _INTEGER,
        unit="distinct words",
        bounds="0 to 8",
        definition="How many of the, be, to, of, and, that, have, with are words of the document, in lower case, "
        "whatever its language. Gopher keeps English documents with at least two; datatrove 0.10 counts them so.",
        source=_GOPHER,
    ),
    _words(
        "sentence_count",
        _INTEGER,
        unit="sentences",
        bounds="0 or more",
        definition="Sentences with a letter. One ends at a terminal mark of any script (。।؟።); at ! or ? before white "
        "space; at a full stop or ellipsis before white space, unless a lower-case letter follows, or an abbreviation, "
        "a single letter, letters with full stops between them (e.g., z.B.) or a number of one or two digits stands "
        "before; at a blank line; at the end. Line feeds alone end none, nor do spaces in Thai. rps_doc_num_sentences "
        "ends one at each . ! ? in ASCII: in decimals, abbreviations and addresses too, and in other scripts at none.",
        source=f"Loam, after {_UAX29}, sentence boundaries",
    ),
    _words(
        "mean_sentence_length",
        _DOUBLE,
        unit="words per sentence",
        bounds="above 0; null without sentences",
        definition="Words over sentences.",
        source="Loam",
    ),
)
