"""Declarations of group `roots`."""

import pyarrow as pa

from signals.signal import Signal

_ROOTS = (
    "ROOTS (Laurençon et al. 2022, arXiv 2303.03915; bigscience-workshop/data-preparation at 9d05884, "
    "01b_oscar_cleaning_and_filtering/filtering.py)"
)
_AC_DC = "bigscience-workshop/data_tooling at 388499d, ac_dc/filtering.py"
_WORDS = (
    "Words are what spaces, line feeds and tabs part, lower-cased, special characters stripped off both ends; in "
    "Chinese, the pieces of zh.sp.model in `kenlm`."
)
_PIECES = "in Chinese, null without that model"


def _roots(name: str, *, unit: str, bounds: str, definition: str, source: str = _ROOTS) -> Signal:
    kind = pa.int64() if unit == "words" else pa.float64()
    return Signal(f"roots_{name}", "roots", kind, unit, bounds, definition, source)


ROOTS: tuple[Signal, ...] = (
    _roots(
        "word_count",
        unit="words",
        bounds=f"0 and up; {_PIECES}",
        definition="Words. Of the text as it stands, as all of these; ROOTS measures after its cleaning, which unifies "
        "white space and removes words that are long or parts of addresses. Words are what spaces, line feeds and tabs "
        "part, special characters stripped off both ends; in Chinese, the pieces of zh.sp.model in `kenlm`.",
    ),
    _roots(
        "character_repetition",
        unit="fraction of n-grams",
        bounds="0 to 1; 0 without n-grams",
        definition="Occurrences of the most frequent n-grams of 10 characters (3 in Chinese) over those of all: of as "
        "many distinct ones as the root of the number of distinct ones, but only such as occur more than once.",
    ),
    _roots(
        "character_repetition_ac_dc",
        unit="fraction of n-grams",
        bounds="0 to 1; 0 without n-grams",
        definition="As roots_character_repetition, by the older formula, under which the thresholds were chosen: of as "
        "many distinct ones as the root of their number, but at most as many as occur once; so that text without any "
        "repetition has some.",
        source=_AC_DC,
    ),
    _roots(
        "word_repetition",
        unit="fraction of n-grams",
        bounds=f"0 to 1; 0 without n-grams; {_PIECES}",
        definition="Occurrences of the n-grams of 5 words (7 in Urdu) that occur more than once, over those of all. "
        f"{_WORDS}",
    ),
    _roots(
        "special_character_fraction",
        unit="fraction of characters",
        bounds="0 to 1; 0 for empty text",
        definition="Characters that are ASCII punctuation, digits or white space, one of 189 others, or an emoji of "
        "one code point; over all.",
    ),
    _roots(
        "stop_word_fraction",
        unit="fraction of words",
        bounds=f"0 to 1; 0 without words; null without a list for the language; {_PIECES}",
        definition="Words that are stop words of the language, pairs of neighbours too in Vietnamese and Chinese, over "
        f"the words, at most 1. Lists: `roots_words`, else those of Stopwords ISO. {_WORDS}",
    ),
    _roots(
        "flagged_word_fraction",
        unit="fraction of words",
        bounds=f"0 to 1; 0 without words; null without a list for the language; {_PIECES}",
        definition=f"The same of flagged words, by the lists in `roots_words`. {_WORDS}",
    ),
)
