"""Remarks: what a language model says about the task instead of doing it, or beside it. In some forty languages.

A word of such remarks counts against an answer only where no word of the same kind stands in the source.
"""

import functools
import importlib.resources
import re
import tomllib

import regex

from translate.checks.findings import Answered, Finding
from translate.checks.latin import is_latin

# A remark before the translation ends in one of these, within so many characters.
_REMARK_END = regex.compile(r"[:!\n]")
_FARTHEST = 90
# Where a remark after the translation may begin.
_NOTE_PLACE = r"(?:^|[\n(\[.!?。])\s*\**\s*"
_NOTE_COLON = r"\s*\**\s*:"
# Refusals say so at once.
_REFUSAL_LENGTH = 220
_FULL_WIDTH = str.maketrans("：！（？’", ":!(?'")  # noqa: RUF001  that these are ambiguous is why
_ANY_FULL_WIDTH = re.compile("[：！（？’]")  # noqa: RUF001  as above
# Neither what ends a remark before the translation nor what begins one after it is without one of these.
_PREAMBLE_MARK = re.compile("[:!\n：！]")  # noqa: RUF001  as above
# Where a phrase may begin: not within a word, in scripts that part words.
_NOT_IN_WORD = r"(?<![\p{L}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Arabic}\p{Thai}]])"
# All such places, and more: not after a letter of the alphabets up to Armenian (superscripts are none).
_NO_LETTER = r"\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be"
_STARTS = re.compile(rf"(?<![^{_NO_LETTER}\u0590-\U0010ffff])(?=([^\W\d_].{{0,4}}))", re.DOTALL)
# The same in a text in Latin letters, where it is found faster word by word.
_LATIN_STARTS = re.compile(rf"(?=([^{_NO_LETTER}].{{0,4}}))[^{_NO_LETTER}]+", re.DOTALL)
_NO_PREAMBLE = Finding("preamble", 0, passed=True)
_NO_REFUSAL = Finding("refusal", 0, passed=True)


def preamble(answered: Answered) -> Finding:
    """Count remarks about the translation, before it or after it, that answer nothing in the source."""
    if not _PREAMBLE_MARK.search(answered.answer_words):
        return _NO_PREAMBLE
    source, answer = _plain(answered.source_words.casefold()), _plain(answered.folded_words)
    of_translation, opening, note = (_phrases(kind) for kind in ("translation", "opening", "note"))
    count = len(note.findall(answer))
    if count:
        count = max(0, count - len(note.findall(source)))
    end = _REMARK_END.search(answer, 1)
    if end and end.start() <= _FARTHEST:
        first = answer[: end.end()]
        ends_alike = end[0] in _REMARK_END.findall(source[: 2 * _FARTHEST])
        count += opening.match(first) is not None and not ends_alike
        count += of_translation.search(first) is not None and of_translation.search(source) is None
    return Finding("preamble", count, count == 0)


def refusal(answered: Answered) -> Finding:
    """Count words of regret, inability or request as the answer begins where the source has nothing of the kind."""
    start = answered.answer_words[:_REFUSAL_LENGTH].casefold()
    if not _has_regret(start):
        return _NO_REFUSAL
    regret = _phrases("regret")
    count = len(regret.findall(_plain(start)))
    source = _plain(answered.source_words.casefold()) if count else ""
    if regret.search(source) or _phrases("politeness").search(source):
        count = 0
    return Finding("refusal", count, count == 0)


def _plain(text: str) -> str:
    return text.translate(_FULL_WIDTH) if _ANY_FULL_WIDTH.search(text) else text


def _has_regret(text: str) -> bool:
    starts = _LATIN_STARTS if is_latin(text) else _STARTS
    if not any(map(_may_begin_regret, starts.findall(text))):
        return False
    regret, plain = _phrases("regret"), _plain(text)
    return any(regret.match(plain, start.start()) for start in starts.finditer(text) if _may_begin_regret(start[1]))


@functools.lru_cache(maxsize=1 << 16)
def _may_begin_regret(start: str) -> bool:
    """Tell whether words of regret may begin with, or be, these few characters."""
    return _phrases("regret").match(_plain(start), partial=True) is not None


@functools.cache
def _phrases(kind: str) -> regex.Pattern[str]:
    """Return the pattern of one kind of phrases in `data/remarks.toml`."""
    content = importlib.resources.files("translate.checks").joinpath("data/remarks.toml").read_text(encoding="utf-8")
    languages = tomllib.loads(content)[kind]
    phrases = "|".join(phrase.replace(" ", r"\s") for of_one in languages.values() for phrase in of_one)
    if kind == "note":
        return regex.compile(f"{_NOTE_PLACE}(?:{phrases}){_NOTE_COLON}")
    if kind == "opening":
        return regex.compile(rf"\W*(?:{phrases})")
    return regex.compile(f"{_NOT_IN_WORD}(?:{phrases})", regex.V1)
