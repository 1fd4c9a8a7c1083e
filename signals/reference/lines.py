"""Lines, paragraphs and repetition, of one text."""

import itertools
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

import regex

from signals.characters import PAGE_BITS, UNSPACED, character_tables
from signals.core.line_marks import BULLETS, CLOSING_MARKS, SPACED_BULLETS, TERMINAL_MARKS
from signals.core.lines import DUPLICATE_SIZES, TOP_SIZES
from signals.kernels.layout import SHORT
from signals.reference.redpajama import normalize
from signals.reference.words import words_of

Value = float | int | None
Element = TypeVar("Element", bound=Hashable)

_ENDS_SENTENCE = regex.compile(rf"{TERMINAL_MARKS}{CLOSING_MARKS}*\Z")
_ELLIPSES = ("...", "\u2026")


def document_signals(text: str) -> dict[str, Value]:
    """Return the signals of lines, paragraphs and repetition."""
    lines, paragraphs = lines_of(text), paragraphs_of(text)
    lengths = [len(line) for line in lines]
    characters, words = sum(lengths), len(words_of(text))
    copied, copied_paragraphs = _copies(lines), _copies(paragraphs)
    values: dict[str, Value] = {
        "line_count": len(lines),
        "paragraph_count": len(paragraphs),
        "mean_line_length": _ratio(characters, len(lines)),
        "max_line_length": max(lengths, default=0),
        "short_line_fraction": _ratio(sum(length <= SHORT for length in lengths), len(lines)),
        "terminal_line_fraction": _ratio(sum(map(ends_sentence, lines)), len(lines)),
        "bullet_line_fraction": _ratio(sum(map(begins_item, lines)), len(lines)),
        "ellipsis_line_fraction": _ratio(sum(line.endswith(_ELLIPSES) for line in lines), len(lines)),
        "duplicate_line_fraction": _ratio(len(copied), len(lines)),
        "duplicate_line_character_fraction": _ratio(sum(map(len, copied)), characters),
        "duplicate_paragraph_fraction": _ratio(len(copied_paragraphs), len(paragraphs)),
        "duplicate_paragraph_character_fraction": _ratio(
            sum(len(line) for paragraph in copied_paragraphs for line in paragraph), characters
        ),
        "newline_to_word_ratio": _ratio(text.count("\n"), words),
        **_repetition(text),
    }
    return {name: round(value, 8) if isinstance(value, float) else value for name, value in values.items()}


def lines_of(text: str) -> list[str]:
    """Return the lines that hold something, without the white space at their ends."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def paragraphs_of(text: str) -> list[tuple[str, ...]]:
    """Return the lines between blank ones."""
    stripped = [line.strip() for line in text.split("\n")]
    return [tuple(lines) for filled, lines in itertools.groupby(stripped, bool) if filled]


def ends_sentence(line: str) -> bool:
    """Tell whether a line ends with a terminal mark, closing marks behind it apart."""
    return _ENDS_SENTENCE.search(line) is not None


def begins_item(line: str) -> bool:
    """Tell whether a line begins with a bullet."""
    spaced = line[0] in SPACED_BULLETS and (len(line) == 1 or line[1].isspace())
    return line[0] in BULLETS or spaced


def top_ngram(words: Sequence[str], size: int, gap: int) -> int:
    """Return the characters of the most frequent n-gram, `gap` between two words, times its occurrences apart."""
    ngrams = list(zip(*(words[k:] for k in range(size)), strict=False))
    if not ngrams:
        return 0
    ngram, _ = Counter(ngrams).most_common(1)[0]
    occurrences, end = 0, 0
    for place, other in enumerate(ngrams):
        if other == ngram and place >= end:
            occurrences, end = occurrences + 1, place + size
    return occurrences * (sum(map(len, ngram)) + gap * (size - 1))


def recurring_ngrams(words: Sequence[str], size: int) -> int:
    """Return the characters of n-grams met before; reading goes on behind each."""
    met: set[tuple[str, ...]] = set()
    characters = place = 0
    while place + size <= len(words):
        ngram = tuple(words[place : place + size])
        if ngram in met:
            characters += sum(map(len, ngram))
            place += size
        else:
            met.add(ngram)
            place += 1
    return characters


def _repetition(text: str) -> dict[str, Value]:
    words, gap = normalize(text).split(), 1
    letters = max(len(text), sum(map(len, words)) + len(words) - 1) if words else 0
    spans = words_of(text)
    if 2 * sum(any(flags_of(character) & UNSPACED for character in word) for word in spans) > len(spans):
        words, gap, letters = spans, 0, len(text)
    return {
        **{f"top_{n}gram_character_fraction": _ratio(top_ngram(words, n, gap), letters) for n in TOP_SIZES},
        **{
            f"duplicate_{n}gram_character_fraction": _ratio(recurring_ngrams(words, n), letters)
            for n in DUPLICATE_SIZES
        },
    }


def flags_of(character: str) -> int:
    """Return what kernels know of a character; see `signals.characters`."""
    tables, code = character_tables(), ord(character)
    return int(tables.flags[(int(tables.pages[code >> PAGE_BITS]) << PAGE_BITS) + code % (1 << PAGE_BITS)])


def _copies(elements: Sequence[Element]) -> list[Element]:
    """Return the elements that an equal one stands before."""
    return [element for place, element in enumerate(elements) if element in elements[:place]]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
