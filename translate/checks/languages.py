"""Language: an answer in another script or language than the one wanted. Shared words (names) speak for neither."""

import functools
import re

import langcodes
import regex

from translate.checks.findings import Answered, Finding, LanguageScores
from translate.checks.lid176 import WELL_KNOWN, are_look_alikes
from translate.letters import count_letters

_FEWEST_LETTERS = 6
_LEAST_SHARE = 0.6
_SCRIPTS_OF = {
    "Hans": ("Han",),
    "Hant": ("Han",),
    "Jpan": ("Han", "Hira", "Kana"),
    "Kore": ("Hang", "Han"),
    "Hang": ("Hang", "Han"),
}

# How much likelier another language may be than the one wanted, from so many letters on. Below, lid.176 guesses.
_MOST_OTHER = ((60, 0.3), (40, 0.45), (20, 0.7))
_DETECTABLE = _MOST_OTHER[-1][0]
# So sure it must be that a text in a language that it hardly knows is still in the source's, or in a third one.
_SURE, _SURER = 0.5, 0.93
# By so much a look-alike must lead in a short text more than another language, in a longer one by half of it.
_LOOK_ALIKE_BONUS, _TELLING = 0.5, 100
_RIGHT_SCRIPT = Finding("script", 1.0, passed=True)
_NO_LANGUAGE = Finding("language", 0.0, passed=True)


def script(answered: Answered) -> Finding:
    """Return the share of the answer's letters, outside of words that the source has too, in the script wanted."""
    if answered.script == "Latn" and answered.is_latin:
        return _RIGHT_SCRIPT
    others = _other_letters(answered.script)
    if others is None or not others.search(answered.folded_words):
        return _RIGHT_SCRIPT
    wanted = _letters_of(answered.script)
    letters = count_letters(answered.new_words)
    if wanted is None or letters < _FEWEST_LETTERS:
        return _RIGHT_SCRIPT
    share = sum(map(len, wanted.findall(answered.new_words))) / letters
    return Finding("script", share, share >= _LEAST_SHARE)


def language(answered: Answered) -> Finding:
    """Return by how much another language is likelier than the one wanted; 0 where too few letters tell."""
    identify = answered.language_scores
    if identify is None:
        return _NO_LANGUAGE
    text = answered.own_words
    letters = count_letters(text)
    if letters >= _DETECTABLE:
        lead = _lead(identify, answered.languages, text, letters)
        return Finding("language", lead, lead <= next(most for enough, most in _MOST_OTHER if letters >= enough))
    # All of it may be names, or nouns of a language that writes them as names: then only a clear verdict counts.
    text = answered.folded_words
    if count_letters(text) < _DETECTABLE:
        return _NO_LANGUAGE
    lead = _lead(identify, answered.languages, text, 0)
    return Finding("language", lead, lead <= _SURE)


def _lead(identify: LanguageScores, languages: tuple[str, str], text: str, letters: int) -> float:
    source, target = map(_subtag, languages)
    scores = {_subtag(code): score for code, score in identify(text).items()}
    bonus = _LOOK_ALIKE_BONUS if letters < _TELLING else _LOOK_ALIKE_BONUS / 2
    if target in WELL_KNOWN:
        others = [other for other in scores if other != target and (other == source or letters)]
    else:
        others = [
            other
            for other, score in scores.items()
            if (other == source and score > _SURE)
            or (letters and score > _SURER and not are_look_alikes(other, target) and other != target)
        ]
    leads = [scores[other] - scores.get(target, 0.0) - bonus * are_look_alikes(other, target) for other in others]
    return max(leads, default=0.0)


@functools.cache
def _letters_of(code: str) -> regex.Pattern[str] | None:
    return _letters(code, "&&")


@functools.cache
def _other_letters(code: str) -> regex.Pattern[str] | None:
    return _letters(code, "--")


def _letters(code: str, operation: str) -> regex.Pattern[str] | None:
    """Return a pattern of letters of a script (`&&`), or of all other letters (`--`); None for an unknown script."""
    scripts = "".join(rf"\p{{Script={name}}}" for name in _SCRIPTS_OF.get(code, (code,)))
    try:
        return regex.compile(rf"[\p{{L}}{operation}[{scripts}]]+", regex.V1)
    except regex.error:
        return None


@functools.cache
def _subtag(code: str) -> str:
    """Return the shortest code of a language or its macrolanguage: `ar` of `arb_Arab`."""
    shortest: str = langcodes.standardize_tag(re.split("[-_]", code)[0], macro=True).partition("-")[0]
    return "no" if shortest == "nb" else shortest
