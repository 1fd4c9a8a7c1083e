"""ROOTS' parameters by language: how its filters count, and the thresholds that native speakers chose for them.

Source: bigscience-workshop/data-preparation at 9d05884, 01b_oscar_cleaning_and_filtering/parameters_filtering.py;
Laurençon et al. 2022, arXiv 2303.03915, section 3. The figures stand in `data/parameters.csv`.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from signals.languages import to_iso639_1

ANY_LANGUAGE = "*"

_PAIRS = {"": None, "spaced": " ", "joined": ""}


@dataclass(frozen=True)
class RootsParameters:
    """What ROOTS' filters hold of one language. A document passes at each threshold itself.

    Attributes:
        language: ISO 639-1 code, ANY_LANGUAGE for all without parameters of their own.
        words_min: Fewest words.
        words_max: Most words.
        word_length_max: Longest word that its cleaning leaves, None where it leaves all.
        words_with_substrings_removed: Whether its cleaning removes words with http, www, .com, href or //.
        pieces: Whether words are pieces of a SentencePiece model.
        pairs: What joins two neighbouring words that are looked up in lists too, None where single words alone are.
        character_repetition_length: Characters of the n-grams whose repetition counts.
        character_repetition_max: Most of that repetition.
        word_repetition_length: Words of the n-grams whose repetition counts.
        word_repetition_max: Most of that repetition.
        special_characters_max: Greatest share of special characters.
        stop_words_min: Smallest share of stop words, where there is a list.
        flagged_words_max: Greatest share of flagged words, where there is a list.
        language_id_min: Least probability of the language.
        perplexity_max: Greatest perplexity.
    """

    language: str
    words_min: int
    words_max: int
    word_length_max: int | None
    words_with_substrings_removed: bool
    pieces: bool
    pairs: str | None
    character_repetition_length: int
    character_repetition_max: float
    word_repetition_length: int
    word_repetition_max: float
    special_characters_max: float
    stop_words_min: float
    flagged_words_max: float
    language_id_min: float
    perplexity_max: float


def roots_parameters(language: str | None) -> RootsParameters:
    """Return the parameters of a language; of ANY_LANGUAGE where ROOTS has none of its own, or it is unknown.

    Args:
        language: Any code, such as fra_Latn, fr or pt-BR.

    Examples:
        >>> roots_parameters("eng_Latn").character_repetition_max
        0.106
        >>> roots_parameters("deu_Latn").language
        '*'
    """
    table = all_roots_parameters()
    return table.get(to_iso639_1(language) or ANY_LANGUAGE, table[ANY_LANGUAGE])


@lru_cache(maxsize=1)
def all_roots_parameters() -> dict[str, RootsParameters]:
    """Return the parameters of all languages that have some, by ISO 639-1 code, and those of ANY_LANGUAGE."""
    content = files("signals.roots").joinpath("data/parameters.csv").read_text(encoding="utf-8")
    return {row["language"]: _parsed(row) for row in csv.DictReader(content.splitlines())}


def _parsed(row: dict[str, str]) -> RootsParameters:
    return RootsParameters(
        language=row["language"],
        words_min=int(row["words_min"]),
        words_max=int(row["words_max"]),
        word_length_max=int(row["word_length_max"]) if row["word_length_max"] else None,
        words_with_substrings_removed=row["words_with_substrings_removed"] == "yes",
        pieces=row["pieces"] == "yes",
        pairs=_PAIRS[row["pairs"]],
        character_repetition_length=int(row["character_repetition_length"]),
        character_repetition_max=float(row["character_repetition_max"]),
        word_repetition_length=int(row["word_repetition_length"]),
        word_repetition_max=float(row["word_repetition_max"]),
        special_characters_max=float(row["special_characters_max"]),
        stop_words_min=float(row["stop_words_min"]),
        flagged_words_max=float(row["flagged_words_max"]),
        language_id_min=float(row["language_id_min"]),
        perplexity_max=float(row["perplexity_max"]),
    )
