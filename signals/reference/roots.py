"""ROOTS' filter values of one text.

After bigscience-workshop/data-preparation at 9d05884, 01b_oscar_cleaning_and_filtering/filtering.py (Apache-2.0); the
older repetition of characters after bigscience-workshop/data_tooling at 388499d, ac_dc/filtering.py.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence

from signals.roots.special_characters import special_characters


def words_of(text: str) -> list[str]:
    """Return what spaces, line feeds and tabs part, special characters stripped off both ends, empty words apart."""
    return stripped(re.split("[ \n\t]", text))


def stripped(words: Sequence[str]) -> list[str]:
    """Return words without the special characters at both ends, those apart of which nothing is left."""
    characters = "".join(special_characters())
    return [word.strip(characters) for word in words if word.strip(characters)]


def character_repetition(text: str, n: int) -> float:
    """Return the share of the most frequent n-grams of characters, as ROOTS was filtered by.

    They are as many as the root of the number of distinct ones, but only such as occur more than once.
    """
    counts = Counter(text[k : k + n] for k in range(len(text) - n + 1))
    return _share_of_top(counts, sum(count > 1 for count in counts.values()))


def character_repetition_ac_dc(text: str, n: int) -> float:
    """Return the same by the older formula, which takes at most as many n-grams as occur once."""
    counts = Counter(text[k : k + n] for k in range(len(text) - n + 1))
    return _share_of_top(counts, sum(count == 1 for count in counts.values()))


def _share_of_top(counts: Counter[str], most: int) -> float:
    taken = min(math.isqrt(len(counts)), most)
    return sum(sorted(counts.values(), reverse=True)[:taken]) / counts.total() if counts else 0.0


def word_repetition(words: Sequence[str], n: int) -> float:
    """Return the share of n-grams of words that occur more than once."""
    counts = Counter(tuple(words[k : k + n]) for k in range(len(words) - n + 1))
    return sum(count for count in counts.values() if count > 1) / counts.total() if counts else 0.0


def special_character_fraction(text: str) -> float:
    """Return the share of special characters."""
    return sum(character in special_characters() for character in text) / len(text) if text else 0.0


def listed_word_fraction(words: Sequence[str], listed: Collection[str], pairs: str | None) -> float:
    """Return the share of words in a list, at most 1; pairs of words in it count too where something joins them."""
    joined = [] if pairs is None else [pairs.join(words[k : k + 2]) for k in range(len(words) - 1)]
    return min(sum(word in listed for word in (*words, *joined)) / len(words), 1.0) if words else 0.0
