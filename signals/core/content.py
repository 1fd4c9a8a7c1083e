"""Signals of what a text is made of: kinds of characters, scripts, markup, links, code, and how well it compresses."""

from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signals import character_kinds as kinds
from signals.arrow import Column
from signals.characters import SCRIPTS as SCRIPT_NAMES
from signals.core.formulas import Floats, Integers, Values, ratio
from signals.core.measures import Measures
from signals.kernels.compression import measure_compressed
from signals.kernels.content import count_kinds
from signals.kernels.content_lines import measure_content_lines
from signals.kernels.content_spans import measure_spans
from signals.rounding import round_exactly

SCRIPTS = "scripts"


class Kinds(NamedTuple):
    """Characters of each kind by document, and the scripts of its letters; see `count_kinds`."""

    counts: Integers
    characters: Integers
    letters: Integers
    scripts_until: Integers
    scripts: npt.NDArray[np.uint8]
    script_letters: Integers


class Spans(NamedTuple):
    """What is no prose, by document; see `measure_spans`."""

    urls: Integers
    url_characters: Integers
    markup: Integers
    misread: Integers


class ContentLines(NamedTuple):
    """Lines by document; see `measure_content_lines`."""

    lines: Integers
    code: Integers
    items: Integers


def _kinds(m: Measures) -> Kinds:
    size = min(m.batch.byte_count, (len(m.batch.offsets) - 1) * len(SCRIPT_NAMES))
    scripts = m.workspace.array("scripts", size, np.uint8)
    letters = m.workspace.array("script_letters", size, np.int64)
    tables = m.tables
    counts, until = count_kinds(
        m.batch.data, m.batch.offsets, tables.pages, tables.kind, tables.script, scripts, letters
    )
    cased_or_not = counts[:, kinds.CAPITAL] + counts[:, kinds.LETTER]
    return Kinds(counts, counts.sum(axis=1), cased_or_not, until, scripts[: until[-1]], letters[: until[-1]])


def _spans(m: Measures) -> Spans:
    return Spans(*measure_spans(m.batch.data, m.classes, m.batch.offsets))


def _lines(m: Measures) -> ContentLines:
    tables, lines_until = m.tables, m.normalized.lines_until
    return ContentLines(
        *measure_content_lines(m.batch.data, m.classes, lines_until, m.line_characters, tables.pages, tables.kind)
    )


def _of_characters(part: Callable[[Measures], Integers]) -> Callable[[Measures], Floats]:
    """Return a formula: so much of the characters, null for empty text."""
    return lambda m: ratio(part(m), m.taken(_kinds).characters)


def _kind_fraction(*wanted: int) -> Callable[[Measures], Floats]:
    return _of_characters(lambda m: m.taken(_kinds).counts[:, wanted].sum(axis=1))


def _misread(m: Measures) -> Integers:
    return m.taken(_kinds).counts[:, kinds.REPLACEMENT] + m.taken(_spans).misread


def _uppercase_fraction(m: Measures) -> Floats:
    fraction = ratio(m.taken(_kinds).counts[:, kinds.CAPITAL], m.taken(_kinds).letters, empty=0.0)
    fraction[m.byte_counts == 0] = np.nan
    return fraction


def _compression_ratio(m: Measures) -> Floats:
    sizes = measure_compressed(m.batch.data, m.batch.offsets)
    return np.where(m.byte_counts > 0, m.byte_counts / sizes, np.nan)


def _scripts(m: Measures) -> Column:
    """Return the share of each script in the letters that have one, in the order of their names."""
    found = m.taken(_kinds)
    documents = np.repeat(np.arange(len(found.counts)), np.diff(found.scripts_until))
    whole = np.bincount(documents, found.script_letters, len(found.counts))
    shares = round_exactly(found.script_letters / whole[documents])
    names = pa.array(SCRIPT_NAMES, pa.string()).take(pa.array(found.scripts, pa.uint8()))
    return map_array(pa.array(found.scripts_until, pa.int32()), names, pa.array(shares, pa.float64()))


def map_array(offsets: Column, keys: Column, values: Column, absent: "Column | None" = None) -> Column:
    """Return one map an element: its keys and values lie between two offsets; null where `absent` is true."""
    make = cast("Callable[..., Column]", pa.MapArray.from_arrays)  # the stubs take other arguments than it does
    return make(offsets, keys, values, mask=absent)


DOCUMENT_FORMULAS: dict[str, Callable[[Measures], Values]] = {
    "digit_fraction": _kind_fraction(kinds.DIGIT),
    "letter_fraction": _kind_fraction(kinds.CAPITAL, kinds.LETTER, kinds.MARK),
    "uppercase_fraction": _uppercase_fraction,
    "whitespace_fraction": _kind_fraction(kinds.WHITE_SPACE),
    "punctuation_fraction": _kind_fraction(kinds.PUNCTUATION),
    "symbol_fraction": _kind_fraction(kinds.SYMBOL, kinds.PICTOGRAPH),
    "emoji_fraction": _kind_fraction(kinds.EMOJI),
    "invisible_fraction": _kind_fraction(kinds.INVISIBLE),
    "mojibake_fraction": _of_characters(_misread),
    "url_count": lambda m: m.taken(_spans).urls,
    "url_fraction": _of_characters(lambda m: m.taken(_spans).url_characters),
    "markup_fraction": _of_characters(lambda m: m.taken(_spans).markup),
    "code_line_fraction": lambda m: ratio(m.taken(_lines).code, m.taken(_lines).lines),
    "list_line_fraction": lambda m: ratio(m.taken(_lines).items, m.taken(_lines).lines),
    "compression_ratio": _compression_ratio,
}

# One map a document, from names to numbers.
MAP_FORMULAS: dict[str, Callable[[Measures], Column]] = {SCRIPTS: _scripts}
