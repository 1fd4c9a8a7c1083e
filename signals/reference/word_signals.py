"""Signals of the words and sentences of one text."""

import math
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

import regex

from signals.characters import normalized_character
from signals.reference.words import word_spans, words_of

Value = float | int | None

_BLANK_LINE = regex.compile(r"\n\s*\n|\u2029")
_TERMINAL_MARK = regex.compile(r"[[\p{Sentence_Terminal}\u037e\u0f0d-\u0f11]--[.!?\u2024\ufe52]]", regex.V1)
_LOUD_MARK = regex.compile(r"[!?]")
_FULL_STOP = regex.compile(r"[.\u2024\u2026\ufe52]")
_ORDINAL = regex.compile("D{1,2}")
_INITIALS = regex.compile(r"C(\.C)*")


def document_signals(text: str, stop_words: Collection[str] | None, abbreviations: Collection[str]) -> dict[str, Value]:
    """Return the signals of words and sentences.

    Args:
        text: The text.
        stop_words: Those of its language, None where there is no list.
        abbreviations: Words that a full stop abbreviates.
    """
    words = words_of(text)
    folded = [fold(word) for word in words]
    counts = Counter(folded)
    cased = [[character.isupper() for character in word if _is_cased(character)] for word in words]
    capitals = [case for case in cased if len(case) > 1 and all(case)]
    symbols = max(text.count("#"), text.count("...") + text.count("…"))
    stops = None if stop_words is None else sum(word in set(map(fold, stop_words)) for word in folded)
    sentences = count_sentences(text, abbreviations)
    values: dict[str, Value] = {
        "word_count": len(words),
        "mean_word_length": _mean([len(unicodedata.normalize("NFC", word)) for word in words]),
        "unique_word_fraction": len(counts) / len(words) if words else None,
        "word_entropy": -sum(n / len(words) * math.log(n / len(words)) for n in counts.values()) if words else None,
        "alphabetic_word_fraction": _mean([bool(regex.search(r"\p{L}", word)) for word in words]),
        "all_caps_word_fraction": len(capitals) / max(sum(map(bool, cased)), 1) if words else None,
        "symbol_to_word_ratio": symbols / len(words) if words else None,
        "stop_word_count": stops,
        "stop_word_fraction": stops / len(words) if stops is not None and words else None,
        "gopher_stop_words": len({"the", "be", "to", "of", "and", "that", "have", "with"} & set(words)),
        "sentence_count": sentences,
        "mean_sentence_length": len(words) / sentences if sentences else None,
    }
    return {name: round(value, 8) if isinstance(value, float) else value for name, value in values.items()}


def fold(word: str) -> str:
    """Return what distinct words are told by."""
    return unicodedata.normalize("NFD", word.lower()).replace("\u2019", "'")


def count_sentences(text: str, abbreviations: Collection[str]) -> int:
    """Count the sentences of a text that have a letter."""
    spans = word_spans(text)
    sentences, lettered = 0, False
    for place, (start, end) in enumerate(spans):
        lettered = lettered or bool(regex.search(r"\p{L}", text[start:end]))
        if lettered and place + 1 < len(spans):
            following = spans[place + 1][0]
            if _ends(text[start:end], text[end:following], text[following], abbreviations):
                sentences, lettered = sentences + 1, False
    return sentences + lettered


def _ends(word: str, between: str, following: str, abbreviations: Collection[str]) -> bool:
    """Tell whether a sentence ends between a word and the next, which begins with the character `following`."""
    if _BLANK_LINE.search(between) or _TERMINAL_MARK.search(between):
        return True
    clusters = "".join(" " if character.isspace() else character for character in between).split(" ")[:-1]
    if any(map(_LOUD_MARK.search, clusters)):
        return True
    if not any(map(_FULL_STOP.search, clusters)) or _is_lower(following):
        return False
    abbreviates = fold(word) in set(map(fold, abbreviations)) or _is_short(word)
    return not (abbreviates and between.startswith(".") and not between.startswith(".."))


def _is_short(word: str) -> bool:
    """Tell whether a word is a cased letter, several with full stops between them, or a number of 1 or 2 digits."""
    kinds = ""
    for character in word:
        if character == ".":
            kinds += "."
        elif any(map(str.isnumeric, normalized_character(character))):
            kinds += "D"
        else:
            kinds += "C" if _is_cased(character) else "O"
    return bool(_ORDINAL.fullmatch(kinds) or _INITIALS.fullmatch(kinds))


def _is_cased(character: str) -> bool:
    return character.isupper() or _is_lower(character)


def _is_lower(character: str) -> bool:
    return character.islower() or (character.istitle() and not character.isupper())


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
