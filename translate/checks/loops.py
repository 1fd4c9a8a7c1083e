"""Loops: an answer that repeats itself more than its source does."""

import re
import zlib

import numpy as np
import regex

from translate.checks.findings import Answered, Finding
from translate.checks.latin import is_latin, of_latin
from translate.checks.periods import has_period

# A word; in scripts that part none, a character, of which more make a phrase.
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_WORD = regex.compile(rf"[{_SPACELESS}]|[\p{{L}}\p{{M}}\p{{N}}]+", regex.V0)
_LATIN_WORD = re.compile(of_latin(r"[\p{L}\p{M}\p{N}]") + "+")
_WINDOW, _SPACELESS_WINDOW = 3, 10
_MOST_REPEATED = 0.25
_FEWEST_WORDS = 6
_LEAST_COMPRESSED, _MOST_COMPRESSION_GAIN = 100, 1.6
# Paragraphs of any language pack so well.
_ORDINARY_RATIO = 2.0
# The same few characters again and again at one place, be they words or not: a period of at most so many characters,
# four times, over at least so many.
_LONGEST_PERIOD, _REPEATS, _LEAST_STUTTER = 32, 4, 12
_NOTHING = Finding("repetition", 0.0, passed=True)
_NO_STUTTER = Finding("stutter", 0, passed=True)
_NO_GAIN = Finding("compression", 1.0, passed=True)


def repetition(answered: Answered) -> Finding:
    """Return the share of the answer's word triples that repeat an earlier one; if high, less that in the source."""
    share = _repeated_share(answered.folded_words)
    if share > _MOST_REPEATED:
        share -= _repeated_share(answered.source_words.casefold())
    return Finding("repetition", share, share <= _MOST_REPEATED) if share else _NOTHING


def stutter(answered: Answered) -> Finding:
    """Return the length of the longest stretch that is one short string four times or more, less the source's own."""
    length = _longest_stutter(answered.answer_words)
    if not length:
        return _NO_STUTTER
    length -= _longest_stutter(answered.source_words)
    return Finding("stutter", length, length < _LEAST_STUTTER)


def compression(answered: Answered) -> Finding:
    """Return how much better zlib packs a long answer than its source: loops that no word boundary shows."""
    if len(answered.answer) < _LEAST_COMPRESSED:
        return _NO_GAIN
    ratio = _compression_ratio(answered.answer)
    if ratio <= _ORDINARY_RATIO:
        return _NO_GAIN
    gain = ratio / max(1.0, _compression_ratio(answered.source.text))
    return Finding("compression", gain, gain <= _MOST_COMPRESSION_GAIN)


def _repeated_share(text: str) -> float:
    words = (_LATIN_WORD if is_latin(text) else _WORD).findall(text)
    if len(words) < _FEWEST_WORDS:
        return 0.0
    size = _SPACELESS_WINDOW if list(map(len, words)).count(1) > len(words) / 2 else _WINDOW
    windows = len(words) - size + 1
    return 1 - len(set(zip(*(words[start:] for start in range(size)), strict=False))) / windows if windows > 0 else 0.0


def _longest_stutter(text: str) -> int:
    """Return the length of the longest stretch, with a letter or digit in it, that has a short period."""
    characters = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    if not has_period(characters, _LONGEST_PERIOD, _REPEATS, _LEAST_STUTTER):
        return 0
    longest = 0
    for period in range(1, min(_LONGEST_PERIOD, len(text) // _REPEATS) + 1):
        equal = (characters[period:] == characters[:-period]).tobytes()
        least = max((_REPEATS - 1) * period, _LEAST_STUTTER - period, longest - period + 1)
        begin = equal.find(b"\1" * least)
        if begin >= 0 and any(map(str.isalnum, text[begin : begin + period])):
            end = equal.find(b"\0", begin)
            longest = (len(equal) if end < 0 else end) - begin + period
    return longest


def _compression_ratio(text: str) -> float:
    # One byte a character: in UTF-8, letters of most scripts share their first bytes and pack well for that alone.
    raw = text.encode("utf-16-le", "replace")[::2]
    return len(raw) / len(zlib.compress(raw, 6)) if raw else 1.0
