"""Numbers: those in digits must come back, in whatever digits and grouping the target language writes them."""

import functools
import importlib.resources
import math
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import regex

from translate.checks.findings import Answered, Finding

_DIGITS = regex.compile(r"\d+")
_GROUPED = regex.compile(r"(?<![\d.,])\d{1,3}(?:([.,\u00a0\u202f '\u2019\u066c])\d{3}(?:\1\d{3})*)(?!\d)")
# A word may become a small number ("twice": "2 times") and a small number a word, and any stand in Roman or Chinese
# numerals. None may become another number or be lost.
_FROM_WORDS = 12
_NUMERALS = regex.compile(r"\b[IVXLC]+\b|[二三四五六七八九十百千万億亿]")
_MOST_IN_NUMERALS = 100
_MOST_DIGITS = 16
_EQUAL = Finding("numbers", 0, passed=True)


def numbers(answered: Answered) -> Finding:
    """Count numbers that are in the source or in the answer alone; small ones gained may come from words."""
    source, answer = answered.source_words, answered.answer_words
    if sorted(_DIGITS.findall(source)) == sorted(_DIGITS.findall(answer)):
        return _EQUAL
    language = answered.languages[1].partition("_")[0]
    count = min(_difference(read(source), read(answer), answer, language) for read in (_runs, _ungrouped))
    return Finding("numbers", count, count == 0)


def _difference(source: Counter[str], answer: Counter[str], text: str, language: str) -> int:
    lost, gained = source - answer, answer - source
    if lost and gained:
        return lost.total() + gained.total()
    numerals = _MOST_IN_NUMERALS if _NUMERALS.search(text) else 0
    not_said = sum(
        count for number, count in lost.items() if _value(number) > numerals and not _is_spelt(number, text, language)
    )
    return not_said + sum(count for number, count in gained.items() if _value(number) > _FROM_WORDS)


def _value(number: str) -> float:
    """Return what digits say; infinity for more of them than any word or numeral says."""
    return int(number) if len(number) < _MOST_DIGITS else math.inf


def _is_spelt(number: str, text: str, language: str) -> bool:
    words = _number_words().get(language, ())
    if not 1 <= _value(number) <= len(words):
        return False
    return regex.search(rf"(?<!\p{{L}})(?:{words[int(number) - 1]})", text.casefold()) is not None


@functools.cache
def _number_words() -> Mapping[str, Sequence[str]]:
    content = importlib.resources.files("translate.checks").joinpath("data/number_words.toml")
    words: Mapping[str, Sequence[str]] = tomllib.loads(content.read_text(encoding="utf-8"))
    return words


def _runs(text: str) -> Counter[str]:
    return Counter(_plain(run) for run in _DIGITS.findall(text))


def _ungrouped(text: str) -> Counter[str]:
    return _runs(_GROUPED.sub(lambda match: regex.sub(r"\D", "", match[0]), text))


def _plain(digits: str) -> str:
    """Return digits of any script as ASCII, `1` for the `01` of dates."""
    ascii_digits = digits if digits.isascii() else "".join(str(unicodedata.digit(digit)) for digit in digits)
    return ascii_digits.lstrip("0") or "0" if len(ascii_digits) <= len("01") else ascii_digits
