"""Loops: an answer that repeats itself more than its source does."""

import zlib

import regex

from translate.checks.findings import Answered, Finding

# A word; in scripts that part none, a character, of which more make a phrase.
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_WORD = regex.compile(rf"[{_SPACELESS}]|[\p{{L}}\p{{M}}\p{{N}}]+", regex.V0)
_WINDOW, _SPACELESS_WINDOW = 3, 10
_MOST_REPEATED = 0.25
_FEWEST_WORDS = 6
_LEAST_COMPRESSED, _MOST_COMPRESSION_GAIN = 100, 1.6
# The same few characters again and again at one place, be they words or not.
_STUTTER = regex.compile(r"(\S(?:.{0,30}?\S)?)(?:\s*\1){3,}", regex.DOTALL)
_LEAST_STUTTER = 12


def repetition(answered: Answered) -> Finding:
    """Return the share of the answer's word triples that repeat an earlier one, less the same share in the source."""
    share = _repeated_share(answered.answer_words) - _repeated_share(answered.source_words)
    return Finding("repetition", share, share <= _MOST_REPEATED)


def stutter(answered: Answered) -> Finding:
    """Return the length of the longest stretch that is one short string four times or more, less the source's own."""
    length = _longest_stutter(answered.answer_words) - _longest_stutter(answered.source_words)
    return Finding("stutter", length, length < _LEAST_STUTTER)


def compression(answered: Answered) -> Finding:
    """Return how much better zlib packs a long answer than its source: loops that no word boundary shows."""
    if len(answered.answer) < _LEAST_COMPRESSED:
        return Finding("compression", 1.0, passed=True)
    gain = _compression_ratio(answered.answer) / max(1.0, _compression_ratio(answered.source.text))
    return Finding("compression", gain, gain <= _MOST_COMPRESSION_GAIN)


def _repeated_share(text: str) -> float:
    words = _WORD.findall(text.casefold())
    if len(words) < _FEWEST_WORDS:
        return 0.0
    size = _SPACELESS_WINDOW if sum(len(word) == 1 for word in words) > len(words) / 2 else _WINDOW
    windows = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
    return 1 - len(set(windows)) / len(windows) if windows else 0.0


def _longest_stutter(text: str) -> int:
    return max((len(match[0]) for match in _STUTTER.finditer(text) if any(map(str.isalnum, match[0]))), default=0)


def _compression_ratio(text: str) -> float:
    # One byte a character: in UTF-8, letters of most scripts share their first bytes and pack well for that alone.
    raw = bytes(ord(character) & 0xFF for character in text)
    return len(raw) / len(zlib.compress(raw, 6)) if raw else 1.0
