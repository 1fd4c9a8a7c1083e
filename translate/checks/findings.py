"""What a check is given, and what it says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import regex

from translate.checks.bounds import PairBounds
from translate.checks.computed import computed
from translate.checks.latin import is_latin, of_latin
from translate.masking import Masked, without_surrogates

LanguageScores = Callable[[str], Mapping[str, float]]
"""Probabilities of the likeliest languages of a text on one line, by ISO 639-3 code."""
# Latin names stand among other letters without a space.
_WORD = regex.compile(r"[\p{Latin}\p{M}\p{N}]+|[^\s\p{Latin}\p{P}]+")
_LATIN_WORD = re.compile(of_latin(r"[\p{Latin}\p{M}\p{N}]") + "+|" + of_latin(r"[^\s\p{Latin}\p{P}]") + "+")


class Finding(NamedTuple):
    """What one check measured.

    Attributes:
        reason: The check's name, and the reason of a rejection.
        value: What was measured; the check's function says in which unit.
        passed: Whether the value is within the bounds.
    """

    reason: str
    value: float
    passed: bool


@dataclass(frozen=True)
class Answered:
    """An engine's answer beside what it was asked.

    Attributes:
        source: The masked source segment.
        answer: The answer, still masked.
        finish: How it ended: `stop`, or anything else where the engine did not end it by itself.
        languages: Source and target, as in FLORES-200 (`eng_Latn`).
        bounds: What is usual between these languages.
        language_scores: Identifies languages; None where nothing can.
    """

    source: Masked
    answer: str
    finish: str
    languages: tuple[str, str]
    bounds: PairBounds
    language_scores: LanguageScores | None

    @computed
    def source_words(self) -> str:
        """The source without surrogates."""
        return without_surrogates(self.source.text).strip()

    @computed
    def answer_words(self) -> str:
        """The answer without surrogates."""
        return without_surrogates(self.answer).strip()

    @computed
    def folded_words(self) -> str:
        """The answer in lower case, without surrogates."""
        return self.answer_words.casefold()

    @computed
    def is_latin(self) -> bool:
        """Whether the answer is in plain Latin letters: see `translate.checks.latin`."""
        return is_latin(self.folded_words)

    @computed
    def deviation(self) -> float:
        """By how many standard deviations the answer is longer than usual; negative where it is shorter."""
        return self.bounds.deviation(self.source.text, self.answer)

    @computed
    def own_words(self) -> str:
        """The answer in lower case, without names that stand in the source too: they speak for no language."""
        names = {word.casefold() for word in words_of(self.source_words) if not word.islower()}
        return " ".join(word for word in words_of(self.folded_words) if word not in names)

    @computed
    def new_words(self) -> str:
        """The answer in lower case, without any word that stands in the source too."""
        shared = set(words_of(self.source_words.casefold()))
        return " ".join(word for word in words_of(self.folded_words) if word not in shared)

    @property
    def script(self) -> str:
        """ISO 15924 code of the script wanted."""
        return self.languages[1].partition("_")[2]


def words_of(text: str) -> list[str]:
    """Return the words of a text, of one script each."""
    return (_LATIN_WORD if is_latin(text) else _WORD).findall(text)


Check = Callable[[Answered], Finding]
