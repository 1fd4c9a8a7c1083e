"""Signals of lines and paragraphs, and of repetition inside a document."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from signals.core.formulas import Floats, Integers, Values, ratio
from signals.core.measures import Measures
from signals.kernels.layout import measure_layout
from signals.kernels.repetition import SMALLEST_DUPLICATE, numbering_slots
from signals.kernels.unspaced_words import hash_unspaced_words

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
    array = m.workspace.array
    most = int(m.line_counts.max(initial=0)) + 1
    return Layout(
        *measure_layout(
            m.batch.data,
            m.batch.offsets,
            m.normalized.lines_until,
            m.line_characters,
            array("line_keys", most, np.uint64),
            array("line_lengths", most, np.int64),
            array("paragraph_keys", most, np.uint64),
            array("paragraph_lengths", most, np.int64),
            array("distinct_lines", most, np.uint64),
            array("line_numbers", most, np.uint32),
            array("line_copies", most, np.uint32),
            array("slots", numbering_slots(most), np.uint32),
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
    """Measure repeated n-grams of normalised words; of words as they stand where most have no spaces between them."""
    found, spans = m.repetition, m.word_spans
    count = int(spans.until[-1]) + 1
    hashes, lengths = (
        m.workspace.array("unspaced_hashes", count, np.uint64),
        m.workspace.array("unspaced_lengths", count, np.int32),
    )
    unspaced, until = hash_unspaced_words(m.batch.data, *spans, hashes, lengths)
    gaps = np.where(unspaced, 0, 1)
    top_count, top_length, recurring = found.top_count, found.top_length, found.recurring
    if unspaced.any():
        found_there, there = m.repetition_of(hashes, lengths, until), unspaced[:, np.newaxis]
        top_count = np.where(there, found_there.top_count, top_count)
        top_length = np.where(there, found_there.top_length, top_length)
        recurring = np.where(there, found_there.recurring, recurring)
    top_length = top_length + gaps[:, np.newaxis] * (np.array(TOP_SIZES) - 1)
    # NFD makes several characters of one, so that those of normalised words alone may be more than the text has.
    normalized = np.where(unspaced, 0, found.characters + m.words - 1)
    letters = np.where(m.words > 0, np.maximum(m.marks.characters, normalized), 0)
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
