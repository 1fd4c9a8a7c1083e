"""Columns of group `toxicity` that follow from word lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals.arrow import Column, Texts
from signals.batches import Batch, as_large_strings, batches
from signals.core.compute import DOCUMENT_FORMULAS
from signals.core.formulas import ratio
from signals.core.measures import Measures
from signals.group import Columns, Resources
from signals.kernels import PADDING
from signals.kernels.folding import fold_texts, mark_boundaries
from signals.kernels.tries import count_entries
from signals.rounding import round_exactly
from signals.toxicity.declared import WORD_LISTS
from signals.toxicity.files import stamp
from signals.toxicity.folding import GROWTH, folding_tables
from signals.toxicity.word_lists import WordLists, folded_lists, redpajama_lists
from signals.workspace import Workspace

LDNOOBW = "ldnoobw"
REDPAJAMA_WORDS = "rps_doc_ldnoobw_words"
FLAGGED_WORDS = "flagged_words"
FLAGGED_FRACTION = "flagged_word_fraction"

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Comparable:
    """Documents in the form in which entries are looked for; see `count_entries`."""

    text: npt.NDArray[np.uint8]
    starts: Counts
    boundaries: npt.NDArray[np.uint8]
    places: Counts
    places_until: Counts


def word_columns(inputs: Columns, names: Sequence[str], resources: Resources) -> dict[str, Column]:
    """Return the named columns that follow from word lists.

    Raises:
        ValueError: A list cannot be read.
    """
    chunks = as_large_strings(inputs.texts)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    languages = _codes(inputs.languages, len(absent))
    folded = {
        name: _Counted(folded_lists(path, stamp(path)), languages)
        for name, path in _wanted_lists(names, resources).items()
    }
    redpajama = None
    if REDPAJAMA_WORDS in names and LDNOOBW in resources:
        redpajama = _Counted(redpajama_lists(resources[LDNOOBW], stamp(resources[LDNOOBW])), languages)
    word_counts = np.zeros(len(absent), np.int64)
    workspace = Workspace()
    for batch in batches(chunks) if folded or redpajama else ():
        measures = Measures(batch, np.full(len(batch.offsets) - 1, -1, np.int64), workspace, inputs.segmentation)
        if redpajama is not None:
            redpajama.count(batch, _normalized(measures), overlapping=True)
        if folded:
            text = _fold(batch, workspace)
            for counted in folded.values():
                counted.count(batch, text, overlapping=False)
        if FLAGGED_FRACTION in names and LDNOOBW in folded:
            word_counts[batch.first :][: len(batch.offsets) - 1] = DOCUMENT_FORMULAS["word_count"](measures)
    columns = {_column_name(name): counted.column(absent) for name, counted in folded.items()}
    unknown = pa.nulls(len(absent), pa.int64())
    flagged = columns.setdefault(FLAGGED_WORDS, unknown)
    columns[FLAGGED_FRACTION] = _fraction(flagged, word_counts)
    columns[REDPAJAMA_WORDS] = (redpajama.all_counts(absent) if redpajama else unknown).cast(pa.float64())
    return columns


class _Counted:
    """How often entries of the lists of one resource stand in each document."""

    def __init__(self, lists: WordLists, languages: Column) -> None:
        self.lists = lists
        encoded = languages.dictionary_encode()
        rows = np.array([*map(lists.row, encoded.dictionary.to_pylist()), lists.row(None)], np.int64)
        indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        self.rows: Counts = rows[indices]
        self.counts: Counts = np.zeros(len(languages), np.int64)

    def count(self, batch: Batch, folded: _Comparable, *, overlapping: bool) -> None:
        """Count the entries in a batch."""
        documents = slice(batch.first, batch.first + len(batch.offsets) - 1)
        self.counts[documents] = count_entries(
            folded.text,
            folded.starts,
            folded.boundaries,
            folded.places,
            folded.places_until,
            self.rows[documents],
            overlapping,
            *self.lists.tries,
        )

    def column(self, absent: npt.NDArray[np.bool_]) -> Column:
        """Return the counts, null where there is no text or no list for its language."""
        return pa.array(self.counts, pa.int64(), mask=absent | (self.rows < 0))

    def all_counts(self, absent: npt.NDArray[np.bool_]) -> Column:
        """Return the counts, 0 where there is no list, null where there is no text."""
        return pa.array(self.counts, pa.int64(), mask=absent)


def _wanted_lists(names: Sequence[str], resources: Resources) -> dict[str, Path]:
    wanted = {name: path for name, path in resources.items() if name.startswith(WORD_LISTS)}
    wanted = {name: path for name, path in wanted.items() if _column_name(name) in names}
    if LDNOOBW in resources and {FLAGGED_WORDS, FLAGGED_FRACTION} & set(names):
        wanted[LDNOOBW] = resources[LDNOOBW]
    return wanted


def _column_name(resource: str) -> str:
    return FLAGGED_WORDS if resource == LDNOOBW else f"{resource.removeprefix(WORD_LISTS)}_words"


def _codes(languages: "Texts | None", count: int) -> Column:
    if languages is None:
        return pa.nulls(count, pa.string())
    return languages.combine_chunks() if isinstance(languages, pa.ChunkedArray) else languages


def _fold(batch: Batch, workspace: Workspace) -> _Comparable:
    tables = folding_tables()
    text = workspace.array("folded", GROWTH * batch.byte_count + PADDING, np.uint8)
    starts = fold_texts(
        batch.data,
        batch.offsets,
        tables.pages,
        tables.flags,
        tables.replacement,
        tables.replacement_start,
        tables.replacement_bytes,
        tables.first_combining,
        tables.last_combining,
        text,
    )
    boundaries = workspace.array("boundaries", int(starts[-1]) + 1, np.uint8)
    places = workspace.array("places", int(starts[-1]) + 1, np.int64)
    places_until = mark_boundaries(text, starts, tables.pages, tables.flags, boundaries, places)
    return _Comparable(text, starts, boundaries, places, places_until)


def _normalized(measures: Measures) -> _Comparable:
    """Return the normalised words of each document, as RedPajama-V2 compares them: parted by one space."""
    found = measures.normalized
    words = int(found.words_until[-1])
    starts = found.word_starts[: words + 1]
    boundaries = np.zeros(int(starts[-1]) + 1, np.uint8)
    boundaries[starts[1:] - 1] = 1
    return _Comparable(found.text, starts[found.words_until], boundaries, starts, found.words_until)


def _fraction(flagged: Column, word_counts: Counts) -> Column:
    counts = flagged.fill_null(0).to_numpy(zero_copy_only=False)
    shares = round_exactly(np.minimum(ratio(counts, word_counts), 1.0))
    unknown = np.isnan(shares) | flagged.is_null().to_numpy(zero_copy_only=False)
    return pa.array(shares, pa.float64(), mask=unknown)
