"""Copies: source text that stands in the answer as it was."""

import re
from collections.abc import Sequence

import regex

from translate.checks.findings import Answered, Finding
from translate.checks.latin import is_latin, of_latin

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
# A word, or a character where a character is a word.
_TOKEN = regex.compile(rf"[{_SPACELESS}]|[\p{{L}}\p{{M}}\p{{N}}'\u2019_-]+")
_LATIN_TOKEN = re.compile(of_latin(r"[\p{L}\p{M}\p{N}'\u2019_-]") + "+")
# Members of a list of single words (names, mostly) make no run.
_ITEM_END = re.compile(r"[,;/|\u3001\uff0c]")
_BETWEEN_RUNS = ","
_SPACELESS_WORD = regex.compile(rf"[{_SPACELESS}]")
# A run of so many words in a row, some of them in lower case, is no name. Where a character is a word, more.
_RUN, _SPACELESS_RUN = 4, 10
_NOTHING = Finding("copied", 0.0, passed=True)
_FEWEST_IN_LOWER_CASE = 2
_MOST_COPIED = 0.3
# Words of fewer letters are shared by chance ("a", "no", "as", "do").
_LONG_WORD, _FEWEST_LONG_WORDS, _MOST_LONG_WORDS_COPIED = 3, 5, 0.85


def copied(answered: Answered) -> Finding:
    """Return the share of the source's words in runs that the answer has too, or that it has at all, if nearly all."""
    source = _tokens(answered.source_words)
    may_share = _may_share_run(source, answered.answer_words)
    share = _shared_runs(source, _tokens(answered.answer_words)) if may_share else 0.0
    if share <= _MOST_COPIED:
        of_words = _shared_words(source, answered)
        if of_words > _MOST_LONG_WORDS_COPIED:
            return Finding("copied", of_words, passed=False)
    return Finding("copied", share, share <= _MOST_COPIED) if share else _NOTHING


def _may_share_run(source: Sequence[str], answer: str) -> bool:
    """Tell whether the answer may have a run of the source's words: whether each stands somewhere in it."""
    run = 0
    for word in source:
        run = run + 1 if word in answer or word == _BETWEEN_RUNS else 0
        if run == _RUN:
            return True
    return False


def _tokens(text: str) -> list[str]:
    pattern = _LATIN_TOKEN if is_latin(text) else _TOKEN
    tokens: list[str] = []
    for item in _ITEM_END.split(text):
        words = pattern.findall(item)
        tokens += words if len(words) > 1 else [*words, _BETWEEN_RUNS]
    return tokens


def _shared_words(source: Sequence[str], answered: Answered) -> float:
    """Return the share of the source's long words that the answer has; 0 where they are few, or many are not there."""
    long = [word for word in source if len(word) >= _LONG_WORD and not word.isdigit() and not word.isupper()]
    if len(long) < _FEWEST_LONG_WORDS:
        return 0.0
    words = set(map(str.casefold, long))
    if len(words) < _FEWEST_LONG_WORDS:
        return 0.0
    # A word that stands nowhere in the answer, not even within another, is none of its words.
    missing, most = 0, (1 - _MOST_LONG_WORDS_COPIED) * len(words)
    for word in words:
        missing += word not in answered.folded_words
        if missing > most:
            return 0.0
    return len(words & set(map(str.casefold, _tokens(answered.answer_words)))) / len(words)


def _shared_runs(source: Sequence[str], answer: Sequence[str]) -> float:
    """Return the share of words of the source that lie in a run of words that the answer has, too."""
    spaceless = sum(_SPACELESS_WORD.match(word) is not None for word in source) > len(source) / 2
    size = _SPACELESS_RUN if spaceless else _RUN
    if len(source) < size:
        return 0.0
    there = {tuple(answer[start : start + size]) for start in range(len(answer) - size + 1)}
    covered = [False] * len(source)
    for start in range(len(source) - size + 1):
        run = source[start : start + size]
        if tuple(run) in there and (spaceless or _is_language(run)):
            covered[start : start + size] = [True] * size
    return sum(covered) / len(source)


def _is_language(run: Sequence[str]) -> bool:
    return all(map(_may_be_word, run)) and sum(map(_is_common, run)) >= _FEWEST_IN_LOWER_CASE


def _may_be_word(token: str) -> bool:
    return token[0].isalnum() and not token.isdigit()


def _is_common(word: str) -> bool:
    return word.isalpha() and word.islower()
