"""Where the words of a batch of documents begin and end."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from signals.character_breaks import UNSPACED_SCRIPTS
from signals.characters import CharacterTables
from signals.kernels.runs import Runs
from signals.kernels.unspaced import cut_pieces, find_unspaced
from signals.kernels.words import find_words
from signals.segmentation.choice import BUILTIN
from signals.segmentation.icu import word_starts

# Characters of a piece, so chosen that there are about as many pieces as ICU 78's dictionaries find words in technical
# documentation of Debian packages; a piece may be shorter, before punctuation or another script, and longer, by the
# vowels that it cannot be parted from. In Burmese it is a syllable; words in Katakana are not cut.
PIECE_LENGTHS = {
    "Han": 2,
    "Hiragana": 2,
    "Katakana": 1 << 40,
    "Thai": 4,
    "Lao": 4,
    "Khmer": 5,
    "Burmese": 2,
    "other": 4,
}

_LONGEST_BYTES = 128  # of a word by ICU; no word of such a script in documentation of Debian packages is as long

_LENGTHS = np.array([PIECE_LENGTHS[script] for script in UNSPACED_SCRIPTS], np.int64)


class WordSpans(NamedTuple):
    """Words of a batch.

    Attributes:
        until: int64[documents + 1], words up to the end of each document, a zero first.
        starts: int32[words or more], the first byte of each.
        ends: int32[words or more], the first byte behind each.
        seen: uint16[words or more], the flags of their characters, combined.
    """

    until: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    seen: npt.NDArray[np.uint16]


def find_spans(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    runs: Runs,
    tables: CharacterTables,
    segmentation: str,
    array: Callable[[str, int, type[Any]], npt.NDArray[Any]],
) -> WordSpans:
    """Return the words of a batch.

    Args:
        data: UTF-8 of all documents, PADDING bytes behind.
        classes: What `classify` wrote.
        runs: What `find_runs` found.
        tables: What is known of characters.
        segmentation: What `identify` returned.
        array: Gives a buffer of a name, of at least some elements of a type; see `Workspace.array`.
    """
    size = len(data)
    cuts = array("word_cuts", size, np.uint8)
    if segmentation == BUILTIN:
        cut_pieces(data, classes, *runs, tables.pages, tables.word_break, tables.unspaced, _LENGTHS, cuts)
    else:
        _cut_by_icu(data, classes, runs, tables, cuts, array("word_pieces", size, np.uint8))
    starts, ends = array("span_starts", size + 1, np.int32), array("span_ends", size + 1, np.int32)
    seen = array("span_seen", size + 1, np.uint16)
    until = find_words(data, classes, *runs, tables.pages, tables.word_break, cuts, starts, ends, seen)
    return WordSpans(until, starts, ends, seen)


def _cut_by_icu(
    data: npt.NDArray[np.uint8],
    classes: npt.NDArray[np.uint16],
    runs: Runs,
    tables: CharacterTables,
    cuts: npt.NDArray[np.uint8],
    pieces: npt.NDArray[np.uint8],
) -> None:
    """Mark where ICU's words begin, and pieces of what ICU has no dictionary for and takes for one word."""
    cuts[:] = 0
    starts, ends = (np.empty(len(data) // 2 + 1, np.int64) for _ in range(2))
    count = find_unspaced(data, classes, *runs, tables.pages, tables.word_break, starts, ends)
    if count == 0:
        return
    starts, ends = starts[:count], ends[:count]
    begins = word_starts([data[start:end].tobytes() for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])
    joined = np.cumsum(ends - starts + 1) - (ends - starts + 1)  # where each sequence begins among those joined
    owners = np.searchsorted(joined, begins, side="right") - 1
    places = starts[owners] + begins - joined[owners]
    cuts[places[places < ends[owners]]] = 1  # all but those of line feeds
    widths = np.diff(begins, append=joined[-1] + ends[-1] - starts[-1])
    overlong = np.flatnonzero(widths > _LONGEST_BYTES)
    if len(overlong):
        cut_pieces(data, classes, *runs, tables.pages, tables.word_break, tables.unspaced, _LENGTHS, pieces)
    for start, width in zip(places[overlong].tolist(), widths[overlong].tolist(), strict=True):
        cuts[start + 1 : start + width] = pieces[start + 1 : start + width]
