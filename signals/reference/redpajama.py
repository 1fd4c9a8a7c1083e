"""RedPajama-V2's signals of one text.

After togethercomputer/RedPajama-Data at 6d2cee9, app/src/core (Apache-2.0).
"""

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

import regex

Value = float | int | None

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_TOKEN = regex.compile(r"\w+|[^\w\s]+")
_SENTENCE = re.compile(r"\b[^.!?]+[.!?]*")
_LINE = re.compile(r"[^\n]*\n|[^\n]+$")
_ASCII_LETTER = re.compile(r"[a-zA-Z]")
_ELLIPSES = ("...", "\u2026")
_TERMINAL_MARKS = (".", "!", "?", "\u201d")
_BULLETS = tuple("\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013")


def normalize(text: str) -> str:
    """Delete ASCII punctuation, lower-case, fold white space and decompose."""
    return unicodedata.normalize("NFD", " ".join(text.translate(_NO_PUNCTUATION).lower().split()))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, each with its line feed."""
    return _LINE.findall(text)


def document_signals(text: str, stop_words: frozenset[str] | None) -> dict[str, Value]:
    """Return the signals with one value a document."""
    normalized, tokens, lines = normalize(text), _TOKEN.findall(text), lines_of(text)
    words = normalized.split()
    characters = sum(map(len, words))
    symbols = sum(text.count(symbol) for symbol in ("#", *_ELLIPSES))
    counts = Counter(words)
    shares = [count / len(words) for count in counts.values()]
    values: dict[str, Value] = {
        **{f"rps_doc_frac_chars_top_{n}gram": top_ngram(words, n) for n in (2, 3, 4)},
        **{f"rps_doc_frac_chars_dupe_{n}grams": duplicate_ngrams(words, n) for n in range(5, 11)},
        "rps_doc_num_sentences": float(len(_SENTENCE.findall(text))),
        "rps_doc_word_count": len(words),
        "rps_doc_mean_word_length": characters / len(words) if words else None,
        "rps_doc_symbol_to_word_ratio": symbols / len(tokens) if tokens else None,
        "rps_doc_frac_lines_end_with_ellipsis": _share([line.rstrip().endswith(_ELLIPSES) for line in lines]),
        "rps_doc_frac_no_alph_words": None,
        "rps_doc_frac_unique_words": len(counts) / len(words) if words else None,
        "rps_doc_unigram_entropy": sum(-share * math.log(share) for share in shares) if words else None,
        "rps_doc_frac_all_caps_words": _share([token.isupper() for token in tokens]),
        "rps_doc_curly_bracket": (text.count("{") + text.count("}")) / len(text) if text else 0.0,
        "rps_doc_lorem_ipsum": normalized.count("lorem ipsum") / len(normalized) if normalized else 0.0,
        "rps_doc_stop_word_fraction": _stop_word_fraction(tokens, words, stop_words),
    }
    alphabetic = _share([bool(_ASCII_LETTER.search(token)) for token in tokens])
    if alphabetic is not None:
        values["rps_doc_frac_no_alph_words"] = 1.0 - alphabetic
    return {name: _rounded(value) for name, value in values.items()}


def line_signals(text: str) -> dict[str, list[Value]]:
    """Return the signals with one value a line."""
    lines = lines_of(text)
    normalized = [normalize(line) for line in lines]
    terminal = [float(line.rstrip().endswith(_TERMINAL_MARKS)) for line in lines]
    bullets = [float(line.lstrip().startswith(_BULLETS)) for line in lines]
    values: dict[str, Sequence[Value]] = {
        "rps_lines_ending_with_terminal_punctution_mark": terminal,
        "rps_lines_javascript_counts": [float(line.split().count("javascript")) for line in normalized],
        "rps_lines_num_words": [len(line.split()) for line in normalized],
        "rps_lines_numerical_chars_fraction": [
            sum(map(str.isnumeric, line)) / len(line) if line else 0.0 for line in normalized
        ],
        "rps_lines_start_with_bulletpoint": bullets if text else [None],
        "rps_lines_uppercase_letter_fraction": [sum(map(str.isupper, line)) / len(line) for line in lines],
    }
    return {name: [_rounded(value) for value in column] for name, column in values.items()}


def line_spans(text: str) -> list[tuple[int, int]]:
    """Return where each line begins and ends, in code points."""
    return [match.span() for match in _LINE.finditer(text)]


def top_ngram(words: Sequence[str], n: int) -> float:
    """Return the share of characters under the most frequent n-gram, 0 where none repeats."""
    ngrams = Counter(tuple(words[k : k + n]) for k in range(len(words) - n + 1))
    if not ngrams:
        return 0.0
    ngram, count = ngrams.most_common(1)[0]
    return sum(map(len, ngram)) * count / sum(map(len, words)) if count > 1 else 0.0


def duplicate_ngrams(words: Sequence[str], n: int) -> float:
    """Return the share of characters in words that an n-gram covers which occurs at least twice."""
    places = range(len(words) - n + 1)
    ngrams = Counter(tuple(words[k : k + n]) for k in places)
    covered = {k + i for k in places if ngrams[tuple(words[k : k + n])] > 1 for i in range(n)}
    return sum(len(words[k]) for k in covered) / sum(map(len, words)) if covered else 0.0


def _stop_word_fraction(tokens: Sequence[str], words: Sequence[str], stop_words: frozenset[str] | None) -> float | None:
    if stop_words is None:
        return None
    return sum(token in stop_words for token in tokens) / len(tokens) if words else 0.0


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _rounded(value: Value) -> Value:
    return round(value, 8) if isinstance(value, float) else value
