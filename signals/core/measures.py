"""What the kernels measure of a batch of documents, each measure taken when it is first asked for."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from signals.batches import Batch
from signals.characters import CharacterTables, character_tables
from signals.core.line_marks import line_marks
from signals.core.text_hash import hash_texts
from signals.core.word_lists import hashes_of, redpajama_stop_lists
from signals.kernels import PADDING
from signals.kernels.classify import classify
from signals.kernels.line_characters import COUNTS_OF_CLASSES, measure_line_characters
from signals.kernels.lines import count_lorem_ipsum, measure_lines
from signals.kernels.normalize import normalize
from signals.kernels.repetition import measure_repetition, numbering_slots
from signals.kernels.runs import Runs, find_runs
from signals.kernels.tokens import count_marks, count_stop_words, count_tokens
from signals.kernels.utf8 import hash_words
from signals.kernels.word_kinds import count_byte
from signals.segmentation.choice import BUILTIN
from signals.segmentation.spans import WordSpans, find_spans
from signals.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Measured = TypeVar("Measured")

_NEWLINE = np.uint8(ord("\n"))


class Tokens(NamedTuple):
    """Tokens of the text as it is, by document; see `count_tokens`."""

    total: Integers
    alphabetic: Integers
    capitals: Integers
    sentences: Integers


class Marks(NamedTuple):
    """Characters and some of their kinds, by document; see `count_marks`."""

    characters: Integers
    symbols: Integers
    brackets: Integers


class Normalized(NamedTuple):
    """Normalised texts and their words and lines; see `normalize`."""

    text: npt.NDArray[np.uint8]
    word_starts: Integers
    word_lengths: npt.NDArray[np.int32]
    word_hashes: npt.NDArray[np.uint64]
    words_until: Integers
    line_ends: Integers
    line_words: Integers
    lines_until: Integers


class Lines(NamedTuple):
    """Values by line, and by document the lines that end with an ellipsis; see `measure_lines`."""

    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    terminal: npt.NDArray[np.uint8]
    bullets: npt.NDArray[np.uint8]
    javascripts: npt.NDArray[np.int32]
    words: npt.NDArray[np.int32]
    numeric: Floats
    upper: Floats
    ellipses: Integers


class Repetition(NamedTuple):
    """Distinct words and repeated n-grams by document; see `measure_repetition`."""

    characters: Integers
    distinct_words: Integers
    entropy: Floats
    top: Integers
    duplicated: Integers
    top_count: Integers
    top_length: Integers
    recurring: Integers


class Measures:
    """The measures of one batch. They share a workspace with those of the next: copy what is to be kept."""

    def __init__(
        self, batch: Batch, language_rows: Integers, workspace: Workspace, segmentation: str = BUILTIN
    ) -> None:
        self.batch = batch
        self.language_rows = language_rows
        self.workspace = workspace
        self.segmentation = segmentation
        self._taken: dict[Callable[[Measures], Any], Any] = {}
        self.tables: CharacterTables = character_tables()

    def taken(self, measure: "Callable[[Measures], Measured]") -> Measured:
        """Return what a function measures of this batch, measured once however many signals follow from it."""
        if measure not in self._taken:
            self._taken[measure] = measure(self)
        found: Measured = self._taken[measure]
        return found

    @cached_property
    def byte_counts(self) -> Integers:
        """Bytes of each document."""
        return np.diff(self.batch.offsets)

    @cached_property
    def words(self) -> Integers:
        """Normalised words of each document."""
        return np.diff(self.normalized.words_until)

    @cached_property
    def line_counts(self) -> Integers:
        """Lines of each document."""
        return np.diff(self.normalized.lines_until)

    @cached_property
    def classes(self) -> npt.NDArray[np.uint16]:
        """The flags of each character at its first byte."""
        size = self.batch.byte_count
        classes = self.workspace.array("classes", size + PADDING, np.uint16)
        classify(self.batch.data, size, self.tables.pages, self.tables.flags, classes)
        return classes

    @cached_property
    def runs(self) -> Runs:
        """Runs of characters of one kind."""
        size = self.batch.byte_count
        starts = self.workspace.array("run_starts", size + 1, np.int32)
        seen = self.workspace.array("run_seen", size + 1, np.uint16)
        return Runs(find_runs(self.classes, self.batch.offsets, starts, seen), starts, seen)

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens of the text as it is."""
        return Tokens(*count_tokens(self.classes, *self.runs))

    @cached_property
    def marks(self) -> Marks:
        """Characters and some of their kinds."""
        return Marks(*count_marks(self.batch.data, self.batch.offsets))

    @property
    def stop_words(self) -> Integers:
        """Tokens that are stop words of the document's language."""
        words = self.workspace.array("words", len(self.runs.seen), np.int32)
        lists = redpajama_stop_lists()
        rows = lists.rows(self.language_rows)
        return count_stop_words(self.batch.data, *self.runs, words, rows, lists.tables, lists.starts, lists.longest)

    @cached_property
    def normalized(self) -> Normalized:
        """Normalised texts."""
        size, array, tables = self.batch.byte_count, self.workspace.array, self.tables
        lines = int(count_byte(self.batch.data, self.batch.offsets, _NEWLINE).sum()) + len(self.batch.offsets)
        # NFD makes at most three bytes of one, and the last word of each document has a space behind it too.
        text = array("text", 3 * size + len(self.batch.offsets) + PADDING, np.uint8)
        word_starts = array("word_starts", size // 2 + len(self.batch.offsets) + 1, np.int64)
        word_lengths = array("word_lengths", len(word_starts), np.int32)
        line_ends = array("line_ends", lines + 1, np.int64)
        line_words = array("line_words", lines + 1, np.int64)
        words_until, lines_until = normalize(
            self.batch.data,
            self.classes,
            self.batch.offsets,
            *self.runs,
            tables.pages,
            tables.flags,
            tables.replacement,
            tables.replacement_start,
            tables.replacement_bytes,
            tables.replacement_length,
            tables.first_combining,
            tables.last_combining,
            text,
            word_starts,
            word_lengths,
            line_ends,
            line_words,
        )
        hashes = array("word_hashes", len(word_starts), np.uint64)
        hash_words(text, word_starts, int(words_until[-1]), hashes)
        return Normalized(text, word_starts, word_lengths, hashes, words_until, line_ends, line_words, lines_until)

    @cached_property
    def repetition(self) -> Repetition:
        """Distinct words and repeated n-grams."""
        found = self.normalized
        return self.repetition_of(found.word_hashes, found.word_lengths, found.words_until)

    def repetition_of(
        self, hashes: npt.NDArray[np.uint64], lengths: npt.NDArray[np.int32], words_until: Integers
    ) -> Repetition:
        """Return the distinct words and repeated n-grams of documents whose words are given."""
        array, longest = self.workspace.array, int(np.diff(words_until).max(initial=0))
        return Repetition(
            *measure_repetition(
                hashes,
                lengths,
                words_until,
                array("keys", longest + 1, np.uint64),
                array("distinct_keys", longest + 1, np.uint64),
                array("numbers", longest + 1, np.uint32),
                array("counts", longest + 1, np.uint32),
                array("places", longest + 1, np.uint32),
                array("characters_until", longest + 1, np.int64),
                array("slots", numbering_slots(longest), np.uint32),
            )
        )

    @cached_property
    def lorem_ipsum(self) -> Integers:
        """Occurrences of "lorem ipsum" in the normalised text."""
        found = self.normalized
        return count_lorem_ipsum(found.text, found.word_starts, found.words_until)

    @cached_property
    def line_characters(self) -> npt.NDArray[np.int32]:
        """What the characters of each line are; see `measure_line_characters`."""
        return measure_line_characters(
            self.batch.data,
            self.classes,
            self.batch.offsets,
            self.normalized.lines_until,
            self.normalized.line_ends,
            line_marks(),
            COUNTS_OF_CLASSES,
        )

    @cached_property
    def lines(self) -> Lines:
        """Values by line."""
        found = self.normalized
        count = int(found.lines_until[-1])
        starts, ends, words, javascripts = (np.empty(count, np.int32) for _ in range(4))
        terminal, bullets = (np.empty(count, np.uint8) for _ in range(2))
        numeric, upper = (np.empty(count, np.float64) for _ in range(2))
        ellipses = measure_lines(
            self.batch.data,
            found.lines_until,
            self.line_characters,
            found.line_words,
            found.word_hashes,
            found.word_lengths,
            hashes_of(["javascript"])[0],
            starts,
            ends,
            terminal,
            bullets,
            javascripts,
            words,
            numeric,
            upper,
        )
        return Lines(starts, ends, terminal, bullets, javascripts, words, numeric, upper, ellipses)

    @cached_property
    def word_spans(self) -> WordSpans:
        """Words of any script."""
        return find_spans(
            self.batch.data, self.classes, self.runs, self.tables, self.segmentation, self.workspace.array
        )

    @cached_property
    def word_counts(self) -> Integers:
        """Words of any script of each document."""
        return np.diff(self.word_spans.until)

    @property
    def text_hashes(self) -> npt.NDArray[np.uint8]:
        """Hash of the normalised text of each document."""
        found = self.normalized
        starts = found.word_starts[found.words_until]
        return hash_texts(found.text, starts, self.batch.data, self.batch.offsets)
