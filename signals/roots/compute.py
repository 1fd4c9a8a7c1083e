"""The signals of group `roots`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals.arrow import Languages
from signals.batches import Batch, as_large_strings, batches
from signals.core.formulas import Floats, Integers, ratio
from signals.group import Inputs, Resources
from signals.kernels import PADDING
from signals.kernels.roots import (
    NgramSpace,
    count_listed_words,
    measure_characters,
    measure_word_repetition,
    met_bytes,
    split_words,
    table_slots,
)
from signals.kernels.utf8 import hash_words
from signals.reference.roots import listed_word_fraction, word_repetition
from signals.roots.parameters import RootsParameters, roots_parameters
from signals.roots.pieces import find_pieces_model, pieces_of
from signals.roots.special_characters import special_table
from signals.roots.word_lists import FLAGGED_WORDS, STOP_WORDS, WordLists, read_word_lists
from signals.workspace import Workspace

WORDS_FOLDER, MODELS_FOLDER = "roots_words", "kenlm"

_LISTS = {"roots_stop_word_fraction": STOP_WORDS, "roots_flagged_word_fraction": FLAGGED_WORDS}


def compute_roots(inputs: Inputs, names: Sequence[str], resources: Resources) -> pa.Table:
    """Compute the named signals of group `roots`; see `signals.compute`.

    Raises:
        ValueError: There are not as many languages as texts, a list or model cannot be read, or the package that
            reads the model is not installed.
    """
    chunks = as_large_strings(inputs.texts)
    languages = _languages(inputs.languages, sum(map(len, chunks)))
    lists = read_word_lists(resources.get(WORDS_FOLDER))
    workspace = Workspace()
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    for batch in batches(chunks):
        codes = languages[batch.first : batch.first + len(batch.offsets) - 1]
        found = _Values(batch, codes, [roots_parameters(code) for code in codes], lists, workspace)
        values = {name: found.value(name) for name in names}
        _count_pieces(found, values, resources.get(MODELS_FOLDER))
        for name in names:
            parts[name].append(values[name])
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    columns = {}
    for name in names:
        column = np.concatenate([np.empty(0), *parts[name]])
        kind = pa.int64() if name == "roots_word_count" else pa.float64()
        columns[name] = pa.array(column, pa.float64(), mask=absent | np.isnan(column)).cast(kind)
    return pa.table(columns)


def _languages(languages: Languages, count: int) -> list[str | None]:
    if languages is None:
        return [None] * count
    codes: list[str | None] = list(languages) if isinstance(languages, Sequence) else languages.to_pylist()
    if len(codes) != count:
        raise ValueError(f"{len(codes)} languages were given for {count} texts")
    return codes


@dataclass(frozen=True)
class _Words:
    """Words of a batch; see `split_words`."""

    text: npt.NDArray[np.uint8]
    starts: Integers
    until: Integers

    @property
    def counts(self) -> Integers:
        return np.diff(self.until)


@dataclass
class _Values:
    """The values of a batch, words taken by white space in all languages."""

    batch: Batch
    languages: Sequence[str | None]
    parameters: Sequence[RootsParameters]
    lists: dict[str, WordLists]
    workspace: Workspace

    def value(self, name: str) -> Floats:
        """Return a signal of each document, NaN for null."""
        if name in _LISTS:
            return self._listed(self.lists[_LISTS[name]])
        if name == "roots_word_count":
            return self._split(self.batch, "as_is").counts.astype(np.float64)
        if name == "roots_word_repetition":
            return self._word_repetition
        characters, special, top, top_ac_dc = self._characters
        if name == "roots_special_character_fraction":
            return ratio(special, characters, empty=0.0)
        sizes = self._sizes("character_repetition_length")
        ngrams = np.maximum(characters - sizes + 1, 0)
        return ratio(top if name == "roots_character_repetition" else top_ac_dc, ngrams, empty=0.0)

    @cached_property
    def _characters(self) -> tuple[Integers, Integers, Integers, Integers]:
        longest = int(np.diff(self.batch.offsets).max(initial=0))
        return measure_characters(
            self.batch.data,
            self.batch.offsets,
            self._sizes("character_repetition_length"),
            special_table(),
            self.workspace.array("codes", longest, np.int32),
            self._space(longest),
        )

    def _space(self, ngrams: int) -> NgramSpace:
        array, slots = self.workspace.array, table_slots(ngrams)
        return NgramSpace(
            array("ngrams", ngrams, np.uint64),
            array("met", met_bytes(ngrams), np.uint8),
            array("table", slots, np.uint64),
            array("counts", slots, np.uint32),
        )

    @cached_property
    def _words(self) -> _Words:
        """Words of the texts in lower case. No character between two spaces changes how those beyond are lowered."""
        ends = self.batch.offsets.tolist()
        lowered = [
            str(self.batch.text(document), "utf-8", "replace").lower().encode() for document in range(len(ends) - 1)
        ]
        data = np.frombuffer(b"".join(lowered) + bytes(PADDING), np.uint8)
        offsets = np.cumsum([0, *map(len, lowered)], dtype=np.int64)
        return self._split(Batch(self.batch.first, data.copy(), offsets), "lowered")

    def _split(self, batch: Batch, name: str) -> _Words:
        documents = len(batch.offsets) - 1
        text = self.workspace.array(f"{name}_text", batch.byte_count + documents + PADDING, np.uint8)
        starts = self.workspace.array(f"{name}_starts", batch.byte_count // 2 + documents + 2, np.int64)
        return _Words(text, starts, split_words(batch.data, batch.offsets, special_table(), text, starts))

    @cached_property
    def _word_repetition(self) -> Floats:
        words, sizes = self._words, self._sizes("word_repetition_length")
        count = int(words.until[-1])
        hashes = self.workspace.array("hashes", count, np.uint64)
        hash_words(words.text, words.starts, count, hashes)
        space = self._space(int(words.counts.max(initial=0)))
        repeats = measure_word_repetition(hashes, words.until, sizes, space)
        return ratio(repeats, np.maximum(words.counts - sizes + 1, 0), empty=0.0)

    def _listed(self, lists: WordLists) -> Floats:
        rows = np.array([lists.row(language) for language in self.languages], np.int64)
        pairs = np.array([parameters.pairs == " " for parameters in self.parameters], np.bool_)
        words = self._words
        counts = count_listed_words(words.text, words.starts, words.until, rows, pairs, lists.tables, lists.starts)
        fractions = np.minimum(ratio(counts, words.counts, empty=0.0), 1.0)
        fractions[rows < 0] = np.nan
        return fractions

    def _sizes(self, parameter: str) -> Integers:
        return np.array([getattr(parameters, parameter) for parameters in self.parameters], np.int64)


def _count_pieces(found: _Values, values: dict[str, Floats], models: Path | None) -> None:
    """Put values by pieces in place of those by white space where ROOTS takes pieces, NaN without a model."""
    documents = [document for document, parameters in enumerate(found.parameters) if parameters.pieces]
    by_words = [name for name in values if name in _LISTS or "word_" in name]
    if not documents or not by_words:
        return
    for name in by_words:
        values[name][documents] = np.nan
    model = find_pieces_model(models, found.parameters[documents[0]].language)
    if model is None:
        return
    texts = [str(found.batch.text(document), "utf-8", "replace") for document in documents]
    for document, pieces in zip(documents, pieces_of(texts, model), strict=True):
        for name in by_words:
            value = _value_of_pieces(name, pieces, found.parameters[document], found.languages[document], found.lists)
            values[name][document] = np.nan if value is None else value


def _value_of_pieces(
    name: str, pieces: list[str], parameters: RootsParameters, language: str | None, lists: dict[str, WordLists]
) -> float | None:
    if name == "roots_word_count":
        return len(pieces)
    if name == "roots_word_repetition":
        return word_repetition(pieces, parameters.word_repetition_length)
    words = lists[_LISTS[name]].list_of(language)
    return None if words is None else listed_word_fraction(pieces, words, parameters.pairs)
