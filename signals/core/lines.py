"""Signals of lines and paragraphs, and of repetition inside a document."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from signals.core.formulas import Floats, Integers, Values, ratio
from signals.core.line_marks import line_marks
from signals.core.measures import Measures
from signals.kernels.layout import measure_layout
from signals.kernels.pieces import count_unspaced, cut_unspaced
from signals.kernels.repetition import SMALLEST_DUPLICATE

TOP_SIZES = (2, 3, 4)
DUPLICATE_SIZES = (5, 6, 7, 8, 9, 10)


class Layout(NamedTuple):
    """Lines and paragraphs by document; see `measure_layout`."""

    lines: Integers
    characters: Integers
    longest: Integers
    short: Integers
    terminal: Integers
    bullets: Integers
    copied_lines: Integers
    copied_characters: Integers
    paragraphs: Integers
    copied_paragraphs: Integers
    copied_paragraph_characters: Integers
    line_feeds: Integers


def layout(m: Measures) -> Layout:
    """Measure lines and paragraphs."""
    found, array = m.normalized, m.workspace.array
    most = int(m.line_counts.max(initial=0)) + 1
    slots = 64
    while slots < 2 * most:
        slots *= 2
    return Layout(
        *measure_layout(
            m.batch.data,
            m.classes,
            m.batch.offsets,
            found.lines_until,
            found.line_ends,
            m.lines.starts,
            m.lines.ends,
            line_marks(),
            array("line_keys", most, np.uint64),
            array("line_lengths", most, np.int64),
            array("paragraph_keys", most, np.uint64),
            array("paragraph_lengths", most, np.int64),
            array("distinct_lines", most, np.uint64),
            array("line_numbers", most, np.uint32),
            array("line_copies", most, np.uint32),
            array("slots", slots, np.uint32),
        )
    )


def _of_lines(part: Callable[[Layout], Integers]) -> Callable[[Measures], Floats]:
    """Return a formula: so much of the lines, null without lines."""

    def share(m: Measures) -> Floats:
        found = m.taken(layout)
        return ratio(part(found), found.lines)

    return share


def _of_line_characters(part: Callable[[Layout], Integers]) -> Callable[[Measures], Floats]:
    def share(m: Measures) -> Floats:
        found = m.taken(layout)
        return ratio(part(found), found.characters)

    return share


class Recurrence(NamedTuple):
    """Repeated n-grams by document.

    Attributes:
        letters: Characters of the text that shares of n-grams are of; 0 without words.
        top_count: [documents, 3], occurrences of the most frequent 2-, 3-, 4-gram that do not overlap.
        top_length: [documents, 3], its characters, the spaces between its words included.
        recurring: [documents, 6], characters of 5- to 10-grams that occurred before.
    """

    letters: Integers
    top_count: Integers
    top_length: Integers
    recurring: Integers


def recurrence(m: Measures) -> Recurrence:
    """Measure repeated n-grams of normalised words; of single characters where most are of scripts without spaces."""
    found, normalized, tables = m.repetition, m.normalized, m.tables
    unspaced = 2 * count_unspaced(m.classes, m.batch.offsets) > found.characters
    top_count, top_length, recurring = found.top_count, found.top_length, found.recurring
    spaces = np.where(unspaced, 0, 1)[:, np.newaxis]
    if unspaced.any():
        size = int(found.characters[unspaced].sum()) + 1
        hashes, lengths = np.empty(size, np.uint64), np.empty(size, np.int32)
        until = cut_unspaced(
            normalized.text,
            normalized.word_starts,
            normalized.words_until,
            unspaced,
            tables.pages,
            tables.flags,
            tables.replacement,
            tables.first_combining,
            hashes,
            lengths,
        )
        pieces = m.repetition_of(hashes, lengths, until)
        chosen = unspaced[:, np.newaxis]
        top_count = np.where(chosen, pieces.top_count, top_count)
        top_length = np.where(chosen, pieces.top_length, top_length)
        recurring = np.where(chosen, pieces.recurring, recurring)
    top_length = top_length + spaces * (np.array(TOP_SIZES) - 1)
    # NFD makes several characters of one, so that those of the words alone may be more than the text has.
    of_words = found.characters + spaces[:, 0] * (m.words - 1)
    letters = np.where(m.words > 0, np.maximum(m.marks.characters, of_words), 0)
    return Recurrence(letters, top_count, top_length, recurring)


def _top(size: int) -> Callable[[Measures], Floats]:
    def share(m: Measures) -> Floats:
        found = m.taken(recurrence)
        return ratio(found.top_count[:, size - 2] * found.top_length[:, size - 2], found.letters)

    return share


def _duplicated(size: int) -> Callable[[Measures], Floats]:
    column = size - SMALLEST_DUPLICATE
    return lambda m: ratio(m.taken(recurrence).recurring[:, column], m.taken(recurrence).letters)


def _line_feeds_per_word(m: Measures) -> Floats:
    return ratio(m.taken(layout).line_feeds, m.word_counts)


DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    "line_count": lambda m: m.taken(layout).lines,
    "paragraph_count": lambda m: m.taken(layout).paragraphs,
    "mean_line_length": _of_lines(lambda found: found.characters),
    "max_line_length": lambda m: m.taken(layout).longest,
    "short_line_fraction": _of_lines(lambda found: found.short),
    "terminal_line_fraction": _of_lines(lambda found: found.terminal),
    "bullet_line_fraction": _of_lines(lambda found: found.bullets),
    "ellipsis_line_fraction": lambda m: ratio(m.lines.ellipses, m.taken(layout).lines),
    "duplicate_line_fraction": _of_lines(lambda found: found.copied_lines),
    "duplicate_line_character_fraction": _of_line_characters(lambda found: found.copied_characters),
    "duplicate_paragraph_fraction": lambda m: ratio(m.taken(layout).copied_paragraphs, m.taken(layout).paragraphs),
    "duplicate_paragraph_character_fraction": _of_line_characters(lambda found: found.copied_paragraph_characters),
    "newline_to_word_ratio": _line_feeds_per_word,
    **{f"top_{size}gram_character_fraction": _top(size) for size in TOP_SIZES},
    **{f"duplicate_{size}gram_character_fraction": _duplicated(size) for size in DUPLICATE_SIZES},
}
LINE_FORMULAS: dict[str, Callable[[Measures], Values]] = {}
