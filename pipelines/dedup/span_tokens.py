"""What is compared inside documents: words, sentences and lines, each with its place and its folded form."""

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipelines.dedup.kernels.lines import fold_lines
from pipelines.dedup.kernels.words import fold_words, join_sentences
from signals.batches import Batch
from signals.characters import SPACE, character_tables
from signals.kernels import PADDING
from signals.kernels.classify import classify
from signals.kernels.runs import find_runs
from signals.workspace import Workspace

Integers = npt.NDArray[np.int64]

_CODE_POINTS = 1 << 21  # all that 21 bits can express: bad UTF-8 then decodes to nothing out of bounds

# What cc_net's text_normalizer.py (UNICODE_PUNCT; facebookresearch/cc_net, MIT) counts as Unicode punctuation, less the
# full-width digit one, which has become a 0 by then.
_CCNET_PUNCTUATION = (
    "\uff0c\u3002\u3001\u201e\u201d\u201c\u00ab\u00bb\u300d\u300c\u300a\u300b\u00b4\u2236\uff1a\uff1f"
    "\uff01\uff08\uff09\uff1b\u2013\u2014\uff0e\uff5e\u2019\u2026\u2501\u3008\u3009\u3010\u3011\uff05\u25ba"
)


class Comparison(StrEnum):
    """How texts are cut and folded before they are compared."""

    WORDS = "words"
    SENTENCES = "sentences"
    LINES = "lines"
    CCNET_LINES = "ccnet_lines"


@dataclass(frozen=True)
class Tokens:
    """What is compared of a batch of documents.

    Attributes:
        until: int64[documents + 1], tokens up to the end of each document, a zero first.
        starts: int64[tokens], the first byte of each in the batch.
        ends: int64[tokens], the first byte behind it; of lines, behind the newline.
        folded: uint8, the tokens as they are compared, one byte behind each that no token holds.
        folded_starts: int64[tokens + 1], where each begins in `folded`, the end of the last behind.
        hashes: uint64[tokens], of the folded form.
        classes: uint16, what `classify` wrote of the batch; of lines, nothing.
    """

    until: Integers
    starts: Integers
    ends: Integers
    folded: npt.NDArray[np.uint8]
    folded_starts: Integers
    hashes: npt.NDArray[np.uint64]
    classes: npt.NDArray[np.uint16]

    def folded_text(self, document: int) -> memoryview:
        """Return the folded text of one document."""
        start, end = self.folded_starts[self.until[document]], self.folded_starts[self.until[document + 1]]
        return memoryview(self.folded.data)[start:end]


def fold(batch: Batch, comparison: Comparison, workspace: Workspace, at_least: int = 0) -> Tokens:
    """Return what is compared of a batch; the next call with this workspace overwrites it.

    Words are those of every script with spaces, and the characters of every script without; they are lower-cased and
    decomposed, and what stands between them counts for nothing. Sentences are these words up to a mark that ends a
    sentence. Lines are compared as they stand, NUL and white space at both ends aside; `CCNET_LINES` as cc_net does:
    lower-cased, digits as 0, without Unicode punctuation and control characters.

    Args:
        batch: The documents.
        comparison: How they are cut and folded.
        workspace: Space that is used again.
        at_least: Lines with fewer characters are left out, and so are those of which nothing is left to compare.
    """
    array, tables, size = workspace.array, character_tables(), batch.byte_count
    starts, ends = array("starts", size, np.int64), array("ends", size, np.int64)
    folded = array("folded", 4 * size + PADDING, np.uint8)
    folded_starts, hashes = array("folded_starts", size + 1, np.int64), array("hashes", size, np.uint64)
    written = (starts, ends, folded, folded_starts, hashes)
    classes = array("classes", size + PADDING, np.uint16)
    if comparison in (Comparison.LINES, Comparison.CCNET_LINES):
        table = _replacements("ccnet" if comparison == Comparison.CCNET_LINES else "none")
        until = fold_lines(
            batch.data,
            batch.offsets,
            tables.pages,
            tables.flags,
            SPACE,
            table.ascii_,
            table.rows,
            table.row_starts,
            table.row_bytes,
            at_least,
            *written,
        )
    else:
        classify(batch.data, size, tables.pages, tables.flags, classes)
        run_starts, seen = array("run_starts", size + 1, np.int32), array("run_seen", size + 1, np.uint16)
        runs_until = find_runs(classes, batch.offsets, run_starts, seen)
        until = fold_words(
            batch.data,
            classes,
            runs_until,
            run_starts,
            seen,
            tables.pages,
            tables.replacement,
            tables.replacement_start,
            tables.replacement_bytes,
            *written,
        )
        if comparison == Comparison.SENTENCES:
            until = join_sentences(batch.data, batch.offsets, classes, SPACE, until, *written)
    count = int(until[-1])
    return Tokens(until, starts[:count], ends[:count], folded, folded_starts[: count + 1], hashes[:count], classes)


@dataclass(frozen=True)
class Replacements:
    """What characters become in the folded form of a line.

    Attributes:
        ascii_: uint8[128], of ASCII characters, 0 where one goes.
        rows: uint16[2**21], for each other code point the row of what replaces it, 0 where it stays.
        row_starts: int32[rows + 1] into `row_bytes`.
        row_bytes: UTF-8 of all replacements.
    """

    ascii_: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.uint16]
    row_starts: npt.NDArray[np.int32]
    row_bytes: npt.NDArray[np.uint8]


@functools.cache
def _replacements(kind: Literal["none", "ccnet"]) -> Replacements:
    changed = ccnet_replacements() if kind == "ccnet" else {"\0": ""}
    ascii_ = np.frombuffer(bytes(ord(changed.get(chr(code), chr(code)) or "\0") for code in range(128)), np.uint8)
    numbers: dict[str, int] = {}
    rows = np.zeros(_CODE_POINTS, np.uint16)
    for character, replacement in changed.items():
        rows[ord(character)] = numbers.setdefault(replacement, len(numbers) + 1)
    encoded = [b"", *(replacement.encode() for replacement in numbers)]
    begins = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return Replacements(ascii_.copy(), rows, begins, np.frombuffer(b"".join(encoded) + bytes(PADDING), np.uint8).copy())


def ccnet_replacements() -> Mapping[str, str]:
    """Return what each character becomes in cc_net's key of a line, where it does not stay.

    Letters are lower-cased one by one, and every sigma is the same; digits become 0; Unicode punctuation and control
    characters go (cc_net/text_normalizer.py, `normalize_for_dedup`).
    """
    changed = {}
    for character in map(chr, (*range(0xD800), *range(0xE000, 0x110000))):
        lowered = character.lower().replace("\u03c2", "\u03c3")
        if character in _CCNET_PUNCTUATION or unicodedata.category(character) == "Cc":
            changed[character] = ""
        elif unicodedata.category(character) == "Nd":
            changed[character] = "0"
        elif lowered != character:
            changed[character] = lowered
    return changed
