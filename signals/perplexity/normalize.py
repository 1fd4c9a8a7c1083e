"""Many texts as a language model reads them: by table, and by the reference where characters affect one another."""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from signals.arrow import Texts
from signals.batches import Batch, as_large_strings, batches
from signals.kernels import PADDING
from signals.kernels.replace import CHANGED, CONTEXTUAL, TRIMMED, replace_characters

Normalize = Callable[[str], str]

_CODE_POINTS = 1 << 21  # all that `decode` can give
_NEVER_CHANGED = frozenset({"Cn", "Co", "Cs"})  # unassigned, private, surrogates


@dataclass(frozen=True)
class ReplacementTable:
    """What a normalisation makes of each character; see `replace_characters`.

    Attributes:
        flags: uint8[2**21].
        rows: uint16[2**21].
        starts: int32[rows + 1].
        replacements: uint8[...], UTF-8 of all rows.
        growth: The most bytes that one byte of text can become.
    """

    flags: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.int32]
    replacements: npt.NDArray[np.uint8]
    growth: int


def normalize_texts(texts: Texts, normalize: Normalize) -> Iterator[str]:
    """Yield ``normalize(text)`` of each text, null counting as empty.

    Args:
        texts: Any Arrow string array.
        normalize: A function of `signals.reference.perplexity`: it replaces each character whatever stands around
            it, a Greek capital sigma and what stands among reordered marks apart, and trims.

    Raises:
        TypeError: `texts` holds no strings.
    """
    table = replacement_table(normalize)
    for batch in batches(as_large_strings(texts)):
        yield from _normalize_batch(batch, normalize, table)


@lru_cache(maxsize=4)
def replacement_table(normalize: Normalize) -> ReplacementTable:
    """Return what a function does to each character, found by calling it (about a second)."""
    flags, rows = np.zeros(_CODE_POINTS, np.uint8), np.zeros(_CODE_POINTS, np.uint16)
    numbers: dict[str, int] = {}
    growth = 1
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category in _NEVER_CHANGED:
            continue
        replacement = normalize(f"x{character}x")[1:-1]
        if replacement != character:
            flags[code] |= CHANGED
            rows[code] = numbers.setdefault(replacement, len(numbers))
            growth = max(growth, -(-len(replacement.encode()) // len(character.encode())))
        if normalize(f"{character} x") == "x":
            flags[code] |= TRIMMED
        if character == "Σ" or (unicodedata.combining(character) and category != "Mn"):
            flags[code] |= CONTEXTUAL  # final sigma; and marks that NFD may put in another order
    encoded = [text.encode() for text in numbers]
    starts = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return ReplacementTable(flags, rows, starts, np.array(bytearray(b"".join(encoded)), np.uint8), growth)


def _normalize_batch(batch: Batch, normalize: Normalize, table: ReplacementTable) -> Iterator[str]:
    documents = len(batch.offsets) - 1
    replaced = np.empty(batch.byte_count * table.growth + PADDING, np.uint8)
    contextual = np.empty(documents, np.bool_)
    written = replace_characters(
        batch.data,
        batch.offsets,
        table.flags,
        table.rows,
        table.starts,
        table.replacements,
        replaced,
        contextual,
    )
    content, places = memoryview(replaced.data), written.tolist()
    for document in range(documents):
        if contextual[document]:
            yield normalize(str(batch.text(document), "utf-8", "replace"))
        else:
            yield str(content[places[document] : places[document + 1]], "utf-8", "replace")
