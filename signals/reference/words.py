"""Words as a reader counts them, of one text."""

import math

import regex

from signals.characters import JOINERS, PROLONGED_SOUND_MARKS, UNSPACED_SCRIPTS, normalized_character
from signals.core.word_lengths import OTHERS, WORD_LENGTHS

_SCRIPTS = "".join(rf"\p{{Script={name}}}" for name in UNSPACED_SCRIPTS)
_UNSPACED = regex.compile(rf"[\w&&[{_SCRIPTS}{PROLONGED_SOUND_MARKS}]]", regex.V1)
_WORD_CHARACTER = regex.compile(r"\w")
_WITHIN_NUMBERS = ",;"
_WITHIN_WORDS = "\u00b7\u2027\u05f4"


def count_words(text: str) -> int:
    """Count words: runs of characters, joined ones included, and unspaced characters over their mean number a word."""
    words, unspaced, inside = 0, 0.0, False
    for place, character in enumerate(text):
        if character in JOINERS:
            inside = inside and _joins(text, place)
        elif _UNSPACED.match(character):
            unspaced += 1 / WORD_LENGTHS[_script_of(character)]
            inside = False
        elif _WORD_CHARACTER.match(character):
            words += not inside
            inside = True
        else:
            inside = False
    return words + math.ceil(unspaced - 1e-9)


def _joins(text: str, place: int) -> bool:
    """Tell whether a joiner behind a word character joins it to the next: both of words, or both of numbers."""
    behind = text[place + 1 : place + 2]
    if not _is_spaced_word_character(behind):
        return False
    if text[place] == "_":
        return True
    numeric = [_is_numeric(text[place - 1]), _is_numeric(behind)]
    if all(numeric):
        return text[place] not in _WITHIN_WORDS
    return not any(numeric) and text[place] not in _WITHIN_NUMBERS


def _is_spaced_word_character(character: str) -> bool:
    is_word = bool(character and _WORD_CHARACTER.match(character))
    return is_word and character not in JOINERS and not _UNSPACED.match(character)


def _is_numeric(character: str) -> bool:
    return any(map(str.isnumeric, normalized_character(character)))


def _script_of(character: str) -> str:
    for name in WORD_LENGTHS:
        if regex.match(rf"\p{{Script={name}}}", character):
            return name
    return OTHERS
