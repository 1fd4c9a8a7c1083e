"""The signals of group `lines`, one value a line."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from signals.characters import NUMERIC
from signals.core.formulas import Integers
from signals.core.measures import Measures
from signals.core.word_lists import hashes_of
from signals.core.words import sentences_between, word_hashes
from signals.kernels import line_characters, line_phrases
from signals.kernels.c4_lines import find_c4_terminals
from signals.kernels.line_phrases import count_phrases
from signals.kernels.line_words import count_words_until

COUNTED = (
    *("like", "likes", "share", "shares", "comment", "comments", "view", "views", "follower", "followers", "following"),
    *("reply", "replies", "reaction", "reactions", "vote", "votes", "upvotes", "downvotes", "point", "points"),
    *("tweets", "retweets", "reposts", "quotes", "bookmarks", "downloads", "subscribers", "posts", "answers"),
)

_WORDS_OF_COUNTER = 2  # a number, and what it counts

Column = npt.NDArray[np.int32]


def phrase_counts(m: Measures) -> Column:
    """Count phrases of web pages by line; see `count_phrases`."""
    found = m.normalized
    return count_phrases(m.batch.data, m.batch.offsets, found.lines_until, found.line_ends)


def words_until(m: Measures) -> Integers:
    """Return the words up to the end of each line of the batch, a zero first; no word stands on two lines."""
    spans, found = m.word_spans, m.normalized
    return count_words_until(spans.starts, int(spans.until[-1]), found.line_ends, int(found.lines_until[-1]))


def _sentences(m: Measures) -> Column:
    return sentences_between(m, m.taken(words_until)).astype(np.int32)


def _counters(m: Measures) -> Column:
    until = m.taken(words_until)
    first = until[:-1]
    counters = np.zeros(len(first), np.int32)
    lines = np.flatnonzero(np.diff(until) == _WORDS_OF_COUNTER)
    is_number = (m.word_spans.seen[first[lines]] & NUMERIC) != 0
    counters[lines] = is_number & np.isin(m.taken(word_hashes)[first[lines] + 1], hashes_of(COUNTED))
    return counters


def _measured(column: int) -> Callable[[Measures], Column]:
    return lambda m: m.line_characters[:, column]


def _phrases(kind: int) -> Callable[[Measures], Column]:
    return lambda m: m.taken(phrase_counts)[kind]


FORMULAS: dict[str, Callable[[Measures], Column]] = {
    "line_length": _measured(line_characters.CHARACTERS),
    "line_word_count": lambda m: np.diff(m.taken(words_until)).astype(np.int32),
    "line_spaced_word_count": _measured(line_characters.WORDS),
    "line_longest_word": _measured(line_characters.LONGEST_WORD),
    "line_sentence_count": _sentences,
    "line_letter_count": _measured(line_characters.LETTERS),
    "line_capital_count": _measured(line_characters.CAPITALS),
    "line_digit_count": _measured(line_characters.NUMBERS),
    "line_terminal_mark": _measured(line_characters.TERMINAL),
    "line_c4_terminal_mark": lambda m: find_c4_terminals(m.batch.data, m.line_characters),
    "line_javascript": _phrases(line_phrases.JAVASCRIPT),
    "line_policy": _phrases(line_phrases.POLICY),
    "line_lorem_ipsum": _phrases(line_phrases.LOREM_IPSUM),
    "line_curly_bracket": _measured(line_characters.CURLY_BRACKETS),
    "line_counter": _counters,
}
