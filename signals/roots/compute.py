"""The signals of group `roots`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals.batches import Batch, as_large_strings, batches
from signals.core.formulas import Floats, Integers, ratio
from signals.group import Columns, Resources
from signals.kernels.ngrams import NgramSpace, met_bytes, table_slots
from signals.kernels.roots import measure_characters, measure_word_repetition
from signals.kernels.word_hashes import count_listed
from signals.reference.roots import listed_word_fraction, word_repetition
from signals.roots.parameters import RootsParameters, roots_parameters
from signals.roots.pieces import find_pieces_model, pieces_of
from signals.roots.special_characters import character_flags
from signals.roots.word_lists import FLAGGED_WORDS, STOP_WORDS, WordLists, pair_keys, read_word_lists
from signals.roots.words import Words, words_of_batch
from signals.workspace import Workspace

if TYPE_CHECKING:
    from signals.arrow import Texts

Flags = npt.NDArray[np.bool_]

WORDS_FOLDER, MODELS_FOLDER = "roots_words", "kenlm"

_LENGTHS = ("character_repetition_length", "word_repetition_length")
_LISTS = {"roots_stop_word_fraction": STOP_WORDS, "roots_flagged_word_fraction": FLAGGED_WORDS}


def compute_roots(inputs: Columns, names: Sequence[str], resources: Resources) -> pa.Table:
    """Compute the named signals of group `roots`; see `signals.compute`.

    Raises:
        ValueError: A list or model cannot be read, or the package that reads the model is not installed.
    """
    chunks = as_large_strings(inputs.texts)
    lists = read_word_lists(resources.get(WORDS_FOLDER))
    languages = _languages(inputs.languages, sum(map(len, chunks)), lists)
    workspace = Workspace()
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    for batch in batches(chunks):
        found = _Values(batch, languages.of(batch), lists, workspace)
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


@dataclass(frozen=True)
class _Languages:
    """The languages of documents: of each code, and which of the codes each document has.

    Attributes:
        codes: Each once.
        parameters: Of each.
        columns: Numbers among them, as arrays: of `_LENGTHS`.
        in_pairs: Whether pairs of words with a space between are looked up too.
        by_pieces: Whether words are pieces.
        rows: By kind of list, the number of its list, -1 for none.
        numbers: int64[documents], the place of each document's code.
    """

    codes: tuple[str | None, ...]
    parameters: tuple[RootsParameters, ...]
    columns: dict[str, Integers]
    in_pairs: Flags
    by_pieces: Flags
    rows: dict[str, Integers]
    numbers: Integers

    def of(self, batch: Batch) -> "_Languages":
        """Return the languages of a batch."""
        return replace(self, numbers=self.numbers[batch.first : batch.first + len(batch.offsets) - 1])


def _languages(languages: "Texts | None", count: int, lists: dict[str, WordLists]) -> _Languages:
    codes: list[str | None] = [None] * count if languages is None else languages.to_pylist()
    numbers = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    parameters = tuple(map(roots_parameters, numbers))
    return _Languages(
        tuple(numbers),
        parameters,
        {name: np.array([getattr(found, name) for found in parameters], np.int64) for name in _LENGTHS},
        np.array([found.pairs == " " for found in parameters], np.bool_),
        np.array([found.pieces for found in parameters], np.bool_),
        {kind: np.array(list(map(of_kind.row, numbers)), np.int64) for kind, of_kind in lists.items()},
        np.array([numbers[code] for code in codes], np.int64),
    )


@dataclass
class _Values:
    """The values of a batch, words taken by white space in all languages."""

    batch: Batch
    languages: _Languages
    lists: dict[str, WordLists]
    workspace: Workspace

    def value(self, name: str) -> Floats:
        """Return a signal of each document, NaN for null."""
        if name in _LISTS:
            return self._listed(_LISTS[name])
        if name == "roots_word_count":
            return self._words.counts_as_they_are.astype(np.float64)
        if name == "roots_word_repetition":
            return self._word_repetition
        characters, special, top, top_ac_dc = self._characters
        if name == "roots_special_character_fraction":
            return ratio(special, characters, empty=0.0)
        sizes = self._lengths("character_repetition_length")
        ngrams = np.maximum(characters - sizes + 1, 0)
        return ratio(top if name == "roots_character_repetition" else top_ac_dc, ngrams, empty=0.0)

    @cached_property
    def _characters(self) -> tuple[Integers, Integers, Integers, Integers]:
        longest = int(np.diff(self.batch.offsets).max(initial=0))
        return measure_characters(
            self.batch.data,
            self.batch.offsets,
            self._lengths("character_repetition_length"),
            character_flags(),
            self.workspace.array("codes", longest, np.int32),
            self._space(longest),
        )

    def _space(self, ngrams: int) -> NgramSpace:
        array = self.workspace.array
        return NgramSpace(
            array("ngrams", ngrams + 1, np.uint64),
            array("met", met_bytes(ngrams), np.uint8),
            array("slots", table_slots(ngrams), np.uint32),
            array("counted", ngrams + 1, np.uint64),
            array("counts", ngrams + 1, np.uint32),
        )

    @cached_property
    def _words(self) -> Words:
        return words_of_batch(self.batch, self.workspace)

    @cached_property
    def _word_repetition(self) -> Floats:
        words, sizes = self._words, self._lengths("word_repetition_length")
        space = self._space(int(words.counts.max(initial=0)))
        repeats = measure_word_repetition(words.hashes, words.until, sizes, space)
        return ratio(repeats, np.maximum(words.counts - sizes + 1, 0), empty=0.0)

    def _listed(self, kind: str) -> Floats:
        words, tables, starts = self._words, self.lists[kind].tables, self.lists[kind].starts
        rows = self.languages.rows[kind][self.languages.numbers]
        counts = count_listed(words.hashes, words.until, rows, tables, starts)
        in_pairs = self.languages.in_pairs[self.languages.numbers] & (rows >= 0)
        if in_pairs.any():
            pairs, until = _pairs_of(words, in_pairs)
            counts += count_listed(pairs, until, np.where(in_pairs, rows, -1), tables, starts)
        fractions = np.minimum(ratio(counts, words.counts, empty=0.0), 1.0)
        fractions[rows < 0] = np.nan
        return fractions

    def _lengths(self, name: str) -> Integers:
        return self.languages.columns[name][self.languages.numbers]


def _pairs_of(words: Words, chosen: Flags) -> tuple[npt.NDArray[np.uint64], Integers]:
    """Return the keys of neighbouring words of chosen documents, and their number up to the end of each document."""
    counts = np.where(chosen, words.counts, 0)
    hashes = words.hashes[: words.until[-1]][np.repeat(chosen, words.counts)]
    last_ones = np.cumsum(counts)[counts > 0] - 1
    pairs = np.delete(pair_keys(hashes, np.roll(hashes, -1)), last_ones)
    return pairs, np.concatenate([[0], np.cumsum(np.maximum(counts - 1, 0))])


def _count_pieces(found: _Values, values: dict[str, Floats], models: Path | None) -> None:
    """Put values by pieces in place of those by white space where ROOTS takes pieces, NaN without a model."""
    languages = found.languages
    by_pieces = languages.by_pieces[languages.numbers]
    by_words = [name for name in values if name in _LISTS or "word_" in name]
    if not by_pieces.any() or not by_words:
        return
    documents = np.flatnonzero(by_pieces).tolist()
    for name in by_words:
        values[name][documents] = np.nan
    model = find_pieces_model(models, languages.parameters[languages.numbers[documents[0]]].language)
    if model is None:
        return
    texts = [str(found.batch.text(document), "utf-8", "replace") for document in documents]
    for document, pieces in zip(documents, pieces_of(texts, model), strict=True):
        number = languages.numbers[document]
        for name in by_words:
            value = _value_of_pieces(name, pieces, languages.parameters[number], languages.codes[number], found.lists)
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
