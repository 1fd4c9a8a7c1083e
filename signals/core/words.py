"""Signals of words and sentences that are right in every script."""

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.core.formulas import Floats, Integers, Values, ratio
from signals.core.measures import Measures
from signals.core.word_lists import abbreviation_table, stop_lists
from signals.kernels import PADDING
from signals.kernels.repetition import numbering_slots
from signals.kernels.sentences import count_sentences, find_sentence_ends
from signals.kernels.word_hashes import count_distinct, count_listed, find_short_words, hash_folded_words
from signals.kernels.word_kinds import count_byte, measure_words

GOPHER_STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # leads the eight to different slots of 32
_SLOT_BITS = np.uint64(59)


class WordKinds(NamedTuple):
    """Words by document; see `measure_words`.

    Attributes:
        characters: Code points of all words in NFC.
        alphabetic: Words with a letter.
        cased: Words with a cased letter.
        capitals: Words with at least two capital letters and no other cased ones.
    """

    characters: Integers
    alphabetic: Integers
    cased: Integers
    capitals: Integers


class DistinctWords(NamedTuple):
    """Distinct words by document.

    Attributes:
        distinct: How many there are.
        entropy: Of their distribution, in nats.
    """

    distinct: Integers
    entropy: Floats


def word_hashes(m: Measures) -> npt.NDArray[np.uint64]:
    """Return the hash of each word, folded."""
    spans, tables, count = m.word_spans, m.tables, int(m.word_spans.until[-1])
    hashes = m.workspace.array("span_hashes", count, np.uint64)
    hash_folded_words(
        m.batch.data,
        m.classes,
        count,
        spans.starts,
        spans.ends,
        spans.seen,
        tables.pages,
        tables.flags,
        tables.replacement,
        tables.replacement_start,
        tables.replacement_bytes,
        tables.first_combining,
        tables.last_combining,
        m.workspace.array("folded_word", 3 * m.batch.byte_count + 2 * PADDING, np.uint8),
        hashes,
    )
    return hashes


def word_kinds(m: Measures) -> WordKinds:
    """Measure what words are made of."""
    spans, tables = m.word_spans, m.tables
    composing = m.workspace.array("composing_words", int(spans.until[-1]), np.int64)
    measures, count = measure_words(
        m.batch.data, m.classes, *spans, tables.pages, tables.word_break, tables.compositions, composing
    )
    characters, alphabetic, cased, capitals = measures.T
    if count:
        characters = characters + _composed(m, composing[:count])
    return WordKinds(characters, alphabetic, cased, capitals)


def _composed(m: Measures, words: Integers) -> Integers:
    """Return by how many code points NFC makes the words of each document longer, or shorter, among those given."""
    spans = m.word_spans
    places = zip(spans.starts[words].tolist(), spans.ends[words].tolist(), strict=True)
    encoded = [m.batch.data[start:end].tobytes().replace(b"\n", b" ") for start, end in places]  # in bad UTF-8 alone
    text = b"\n".join(encoded).decode(errors="replace")
    composed = unicodedata.normalize("NFC", text)  # line feeds compose with nothing
    changes = np.array([len(word) for word in composed.split("\n")]) - [len(word) for word in text.split("\n")]
    documents = np.searchsorted(spans.until, words, side="right") - 1
    return np.bincount(documents, changes, len(spans.until) - 1).astype(np.int64)


def distinct_words(m: Measures) -> DistinctWords:
    """Count distinct words and measure their distribution."""
    until, array = m.word_spans.until, m.workspace.array
    longest = int(m.word_counts.max(initial=0))
    distinct, weights = count_distinct(
        m.taken(word_hashes),
        until,
        array("distinct_keys", longest + 1, np.uint64),
        array("numbers", longest + 1, np.uint32),
        array("counts", longest + 1, np.uint32),
        array("slots", numbering_slots(longest), np.uint32),
    )
    words = np.maximum(m.word_counts, 1)
    # The sum of -c/n ln c/n over counts c is ln n - (the sum of c ln c) / n.
    return DistinctWords(distinct, np.log(words) - weights / words)


def stop_word_counts(m: Measures) -> Floats:
    """Count words on the list of the document's language; NaN where it has none."""
    lists = stop_lists()
    rows = lists.rows(m.language_rows)
    counts = count_listed(m.taken(word_hashes), m.word_spans.until, rows, lists.tables, lists.starts)
    return np.where(rows < 0, np.nan, counts)


def gopher_stop_words(m: Measures) -> Integers:
    """Count which of Gopher's eight stop words a document has."""
    spans = m.word_spans
    return find_short_words(m.batch.data, spans.until, spans.starts, spans.ends, _SPREAD, _GOPHER_SLOTS)


def _slots(words: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    slots = np.zeros(1 << (64 - int(_SLOT_BITS)), np.uint64)
    keys = np.array([int.from_bytes(word.encode(), "little") for word in words], np.uint64)
    slots[(keys * _SPREAD) >> _SLOT_BITS] = keys
    return slots


_GOPHER_SLOTS = _slots(GOPHER_STOP_WORDS)


def sentence_counts(m: Measures) -> Integers:
    """Count the sentences of each document."""
    return sentences_between(m, m.word_spans.until)


def sentences_between(m: Measures, words_until: Integers) -> Integers:
    """Count sentences of stretches of the batch, none of which parts a word.

    Args:
        m: The measures.
        words_until: Words up to the end of each stretch, a zero first.
    """
    spans, tables = m.word_spans, m.tables
    return count_sentences(
        m.batch.data,
        words_until,
        spans.starts,
        spans.ends,
        spans.seen,
        tables.pages,
        tables.word_break,
        m.taken(_sentence_ends),
    )


def _sentence_ends(m: Measures) -> npt.NDArray[np.int32]:
    """Return the words behind which a sentence ends."""
    spans, tables, words = m.word_spans, m.tables, int(m.word_spans.until[-1])
    last_words = m.workspace.array("last_words", words + 1, np.int32)
    count = find_sentence_ends(
        m.batch.data,
        m.classes,
        words,
        spans.starts,
        spans.ends,
        m.taken(word_hashes),
        abbreviation_table(),
        tables.pages,
        tables.sentence_end,
        last_words,
    )
    return last_words[:count]


def _symbols(m: Measures) -> Integers:
    """Return the number signs or the ellipses of each document, whichever are more."""
    signs = count_byte(m.batch.data, m.batch.offsets, np.uint8(ord("#")))
    more: Integers = np.maximum(signs, m.marks.symbols - signs)
    return more


DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    "word_count": lambda m: m.word_counts,
    "mean_word_length": lambda m: ratio(m.taken(word_kinds).characters, m.word_counts),
    "unique_word_fraction": lambda m: ratio(m.taken(distinct_words).distinct, m.word_counts),
    "word_entropy": lambda m: np.where(m.word_counts > 0, m.taken(distinct_words).entropy, np.nan),
    "alphabetic_word_fraction": lambda m: ratio(m.taken(word_kinds).alphabetic, m.word_counts),
    "all_caps_word_fraction": lambda m: np.where(
        m.word_counts > 0, ratio(m.taken(word_kinds).capitals, m.taken(word_kinds).cased, empty=0.0), np.nan
    ),
    "symbol_to_word_ratio": lambda m: ratio(_symbols(m), m.word_counts),
    "stop_word_count": lambda m: m.taken(stop_word_counts),
    "stop_word_fraction": lambda m: ratio(m.taken(stop_word_counts), m.word_counts),
    "gopher_stop_words": gopher_stop_words,
    "sentence_count": lambda m: m.taken(sentence_counts),
    "mean_sentence_length": lambda m: ratio(m.word_counts, m.taken(sentence_counts)),
}
