"""Signatures and sets of shingles of batches of documents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.arrow import Texts
from signals.batches import as_large_strings, batches
from signals.core.measures import Measures
from signals.kernels.sha1 import sign_word_ngrams
from signals.kernels.shingles import collect_shingles, sign_shingles, split_characters, split_unspaced
from signals.minhash.shinglings import (
    PERMUTATIONS,
    REDPAJAMA_V2,
    SHINGLINGS,
    Element,
    Shingling,
    permutations,
    redpajama_permutations,
)
from signals.workspace import Workspace

Integers = npt.NDArray[np.int64]
Signatures = npt.NDArray[np.uint32]


class Units(NamedTuple):
    """A hash of each unit of each document, and how many there are up to the end of each document."""

    hashes: npt.NDArray[np.uint64]
    until: Integers


@dataclass(frozen=True)
class ShingleSets:
    """The set of shingles of each document.

    Attributes:
        until: int64[documents + 1], elements up to the end of each document, a zero first.
        hashes: uint64[...], 64-bit hashes of the shingles, in each set sorted and distinct.
    """

    until: Integers
    hashes: npt.NDArray[np.uint64]


def shingle_sets(texts: Texts, shingling: Shingling) -> ShingleSets:
    """Return the set of shingles of each text; null has none.

    Args:
        texts: Any Arrow string array.
        shingling: Which shingles.

    Raises:
        TypeError: `texts` holds no strings.
    """
    workspace = Workspace()
    until, hashes = [np.zeros(1, np.int64)], [np.empty(0, np.uint64)]
    total = 0
    for batch in batches(as_large_strings(texts)):
        no_languages = np.full(len(batch.offsets) - 1, -1, np.int64)
        units = _units(Measures(batch, no_languages, workspace), shingling)
        found = workspace.array("shingle_sets", len(units.hashes), np.uint64)
        ends = collect_shingles(units.hashes, units.until, shingling.size, found)
        if not shingling.short_text:
            ends = _without_short_texts(found, ends, np.diff(units.until) >= shingling.size)
        hashes.append(found[: ends[-1]].copy())
        until.append(ends[1:] + total)
        total += int(ends[-1])
    return ShingleSets(np.concatenate(until), np.concatenate(hashes))


def _without_short_texts(found: npt.NDArray[np.uint64], ends: Integers, long_enough: npt.NDArray[np.bool_]) -> Integers:
    """Close up the sets in their array, those of texts with too few elements left out; return their new ends."""
    sizes = np.diff(ends)
    kept = found[: ends[-1]][np.repeat(long_enough, sizes)]
    found[: len(kept)] = kept
    closed: Integers = np.concatenate([[0], np.cumsum(np.where(long_enough, sizes, 0))]).astype(np.int64)
    return closed


def _signatures(m: Measures, shingling: Shingling) -> Signatures:
    """Return uint32[documents, PERMUTATIONS], all ones for a document without shingles."""
    signatures = np.empty((len(m.batch.offsets) - 1, PERMUTATIONS), np.uint32)
    if shingling == REDPAJAMA_V2:
        found, (multipliers, increments) = m.normalized, redpajama_permutations()
        space = m.workspace.array("ngram_hashes", _longest(found.words_until), np.uint32)
        sign_word_ngrams(
            found.text,
            found.word_starts,
            found.words_until,
            shingling.size,
            multipliers,
            increments,
            space,
            signatures,
        )
        return signatures
    units = _units(m, shingling)
    hashes = m.workspace.array("shingle_hashes", _longest(units.until), np.uint64)
    sign_shingles(units.hashes, units.until, shingling.size, *permutations(), hashes, signatures)
    return signatures


def _units(m: Measures, shingling: Shingling) -> Units:
    found, array = m.normalized, m.workspace.array
    if shingling.element is Element.CHARACTER:
        characters = array("characters", int(found.word_starts[found.words_until[-1]]) + 1, np.uint64)
        return Units(characters, split_characters(found.text, found.word_starts, found.words_until, characters))
    if shingling.element is Element.SPACED_WORD:
        return Units(found.word_hashes, found.words_until)
    units = array("units", m.batch.byte_count + len(m.batch.offsets), np.uint64)
    until = split_unspaced(
        found.text,
        found.word_starts,
        found.word_hashes,
        found.words_until,
        m.runs.until,
        m.runs.seen,
        m.tables.pages,
        m.tables.flags,
        units,
    )
    return Units(units, until)


def _longest(until: Integers) -> int:
    return int(np.diff(until).max(initial=0)) + 1


def _formula(shingling: Shingling) -> Callable[[Measures], Signatures]:
    return lambda m: _signatures(m, shingling)


SIGNATURE_FORMULAS: dict[str, Callable[[Measures], Signatures]] = {
    shingling.signal: _formula(shingling) for shingling in SHINGLINGS
}
