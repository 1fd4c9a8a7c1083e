"""The signals of group `core`: RedPajama-V2's 27, counts of ours, and the hash of the normalised text."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from signals.arrow import Column, Languages, Texts
from signals.batches import as_large_strings, batches
from signals.core.declared import CORE
from signals.core.measures import Measures, Workspace, stop_lists
from signals.core.word_lengths import unspaced_words
from signals.kernels.repetition import SMALLEST_DUPLICATE
from signals.languages import to_iso639_1
from signals.rounding import round_exactly

Values = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def _ratio(part: Integers, whole: Integers, *, empty: float = np.nan) -> Floats:
    """Return part / whole; `empty` where the whole is 0. NaN becomes null."""
    result = np.full(len(whole), empty)
    np.divide(part, whole, out=result, where=whole != 0)
    return result


def _top(size: int) -> Callable[[Measures], Floats]:
    return lambda m: _ratio(m.repetition.top[:, size - 2], m.repetition.characters, empty=0.0)


def _duplicated(size: int) -> Callable[[Measures], Floats]:
    column = size - SMALLEST_DUPLICATE
    return lambda m: _ratio(m.repetition.duplicated[:, column], m.repetition.characters, empty=0.0)


def _stop_word_fraction(m: Measures) -> Floats:
    fraction = _ratio(m.stop_words, m.tokens.total, empty=0.0)
    fraction[m.words == 0] = 0.0
    fraction[m.stop_rows < 0] = np.nan
    return fraction


def _lorem_ipsum(m: Measures) -> Floats:
    """Occurrences per character of the normalised text, whose words are parted by one space."""
    return _ratio(m.lorem_ipsum, m.repetition.characters + np.maximum(m.words - 1, 0), empty=0.0)


# One value a document. Integer formulas give counts; floating-point ones are rounded to 8 decimals, NaN to null.
_DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    **{f"rps_doc_frac_chars_top_{n}gram": _top(n) for n in (2, 3, 4)},
    **{f"rps_doc_frac_chars_dupe_{n}grams": _duplicated(n) for n in (5, 6, 7, 8, 9, 10)},
    "rps_doc_num_sentences": lambda m: m.tokens.sentences.astype(np.float64),
    "rps_doc_word_count": lambda m: m.words,
    "rps_doc_mean_word_length": lambda m: _ratio(m.repetition.characters, m.words),
    "rps_doc_symbol_to_word_ratio": lambda m: _ratio(m.marks.symbols, m.tokens.total),
    "rps_doc_frac_lines_end_with_ellipsis": lambda m: _ratio(m.lines.ellipses, m.line_counts),
    "rps_doc_frac_no_alph_words": lambda m: 1.0 - _ratio(m.tokens.alphabetic, m.tokens.total),
    "rps_doc_frac_unique_words": lambda m: _ratio(m.repetition.distinct_words, m.words),
    "rps_doc_unigram_entropy": lambda m: np.where(m.words > 0, m.repetition.entropy, np.nan),
    "rps_doc_frac_all_caps_words": lambda m: _ratio(m.tokens.capitals, m.tokens.total),
    "rps_doc_curly_bracket": lambda m: _ratio(m.marks.brackets, m.marks.characters, empty=0.0),
    "rps_doc_lorem_ipsum": _lorem_ipsum,
    "rps_doc_stop_word_fraction": _stop_word_fraction,
    "word_count": lambda m: m.unicode_words.spaced + unspaced_words(m.unicode_words.unspaced),
    "char_count": lambda m: m.marks.characters,
    "byte_count": lambda m: m.byte_counts,
    "text_hash": lambda m: m.text_hashes,
}

# One value a line.
_LINE_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    "line_start": lambda m: m.lines.starts,
    "line_end": lambda m: m.lines.ends,
    "rps_lines_ending_with_terminal_punctution_mark": lambda m: m.lines.terminal,
    "rps_lines_javascript_counts": lambda m: m.lines.javascripts,
    "rps_lines_num_words": lambda m: m.lines.words,
    "rps_lines_numerical_chars_fraction": lambda m: m.lines.numeric,
    "rps_lines_start_with_bulletpoint": lambda m: m.lines.bullets,
    "rps_lines_uppercase_letter_fraction": lambda m: m.lines.upper,
}
_BULLETS = "rps_lines_start_with_bulletpoint"


def compute_core(
    texts: Texts,
    languages: Languages,
    names: Sequence[str],
) -> pa.Table:
    """Compute the named signals of group `core`; see `signals.compute`."""
    chunks = as_large_strings(texts)
    stop_rows = _stop_rows(languages, sum(map(len, chunks)))
    by_line = any(name in _LINE_FORMULAS for name in names)
    formulas = {name: (_DOCUMENT_FORMULAS | _LINE_FORMULAS)[name] for name in names}
    parts: dict[str, list[Values]] = {name: [] for name in names}
    line_counts: list[Values] = []
    workspace = Workspace()
    for batch in batches(chunks):
        rows = stop_rows[batch.first : batch.first + len(batch.offsets) - 1]
        measures = Measures(batch, rows, workspace)
        for name, formula in formulas.items():
            parts[name].append(formula(measures))
        if by_line:
            line_counts.append(measures.line_counts)
    absent = np.concatenate([np.empty(0, np.bool_), *(chunk.is_null().to_numpy(False) for chunk in chunks)])
    line_offsets = np.cumsum(np.concatenate([[0], *line_counts]), dtype=np.int64)
    types = {signal.name: signal.type for signal in CORE}
    columns = {}
    for name in names:
        values = np.concatenate(parts.pop(name) or [np.empty(0)])
        if name in _LINE_FORMULAS:
            columns[name] = _line_column(name, values, line_offsets, absent, types[name])
        else:
            columns[name] = _document_column(values, absent, types[name])
    return pa.table(columns)


def _stop_rows(languages: Languages, count: int) -> Integers:
    """Return the row of each document's stop words, -1 for none."""
    if languages is None:
        return np.full(count, -1, np.int64)
    codes = languages if isinstance(languages, pa.Array | pa.ChunkedArray) else pa.array(languages, pa.string())
    if len(codes) != count:
        raise ValueError(f"{len(codes)} languages were given for {count} texts")
    known = stop_lists().rows
    distinct = codes.unique()
    rows = np.array([known.get(to_iso639_1(code) or "", -1) for code in distinct.to_pylist()], np.int64)
    by_document: Integers = rows[np.asarray(pc.index_in(codes, distinct))]
    return by_document


def _document_column(values: Values, absent: npt.NDArray[np.bool_], kind: pa.DataType) -> Column:
    if pa.types.is_fixed_size_binary(kind):
        hashes = values.astype(np.uint8).tobytes()
        column = pa.FixedSizeBinaryArray.from_buffers(kind, len(absent), [None, pa.py_buffer(hashes)])
        with_nulls: Column = pc.if_else(pa.array(absent), pa.scalar(None, kind), column)
        return with_nulls
    if values.dtype == np.float64:
        values = round_exactly(values)
        absent = absent | np.isnan(values)
    return pa.array(values, kind, mask=absent)


def _line_column(
    name: str, values: Values, offsets: Integers, absent: npt.NDArray[np.bool_], kind: pa.DataType
) -> Column:
    """Return one list a document; RedPajama-V2 gives empty text one null bullet."""
    if values.dtype == np.float64:
        values = round_exactly(values)  # the other columns hold whole numbers
    element = pa.float64() if kind == pa.list_(pa.float64()) else pa.int32()
    if element == pa.float64():
        values = values.astype(np.float64, copy=False)
    elements = np.diff(offsets)
    mask = None
    if name == _BULLETS:
        empty = np.flatnonzero((elements == 0) & ~absent)
        elements[empty] = 1
        values = np.insert(values, offsets[empty], np.nan)
        mask = np.isnan(values)
        offsets = np.concatenate([[0], np.cumsum(elements)])
    if offsets[-1] > np.iinfo(np.int32).max:
        raise ValueError("the texts have more than 2**31 lines together: pass fewer at once")
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()),
        pa.array(values, element, mask=mask),
        type=kind,
        mask=pa.array(absent),
    )
