"""Words of a batch as ROOTS takes them, in lower case."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.batches import Batch
from signals.core.formulas import Integers
from signals.kernels import PADDING
from signals.kernels.roots_words import find_tokens, hash_tokens
from signals.kernels.words import copy_words
from signals.roots.special_characters import character_flags
from signals.workspace import Workspace


class Words(NamedTuple):
    """Words of a batch.

    Attributes:
        hashes: uint64[words or more], of each in lower case, as `hash_bytes` gives them.
        until: Words up to the end of each document, a zero first.
        counts_as_they_are: Words of each document if it is not put in lower case: a character may be special, and
            its lower case not.
    """

    hashes: npt.NDArray[np.uint64]
    until: Integers
    counts_as_they_are: Integers

    @property
    def counts(self) -> Integers:
        """Words of each document."""
        return np.diff(self.until)


class _Changed(NamedTuple):
    """Words of which lower case makes other characters beyond ASCII; see `hash_tokens`."""

    words: Integers
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]


def words_of_batch(batch: Batch, workspace: Workspace) -> Words:
    """Return the words of a batch.

    Python puts those in lower case of which the kernel does not know how; no character between two spaces changes
    how those beyond are.
    """
    words, changed = _hash(batch, workspace, "word")
    if len(changed.words):
        hashes = _hashes_in_lower_case(batch, changed, workspace)
        if len(hashes) == len(changed.words):  # always but in bad UTF-8
            words.hashes[changed.words] = hashes
    return words


def _hash(batch: Batch, workspace: Workspace, name: str) -> tuple[Words, _Changed]:
    array, flags = workspace.array, character_flags()
    size = batch.byte_count + len(batch.offsets)
    ends, seen = array(f"{name}_token_ends", size, np.int32), array(f"{name}_token_bits", size, np.uint8)
    tokens_until = find_tokens(batch.data, batch.offsets, ends, seen)
    count = int(tokens_until[-1])
    hashes = array(f"{name}_hashes", count, np.uint64)
    changed = _Changed(
        array(f"{name}_changed", count, np.int64),
        array(f"{name}_changed_starts", count, np.int32),
        array(f"{name}_changed_ends", count, np.int32),
    )
    until, as_they_are, changes = hash_tokens(
        batch.data, batch.offsets, tokens_until, ends, seen, flags, hashes, *changed
    )
    words, starts, behind = changed
    return Words(hashes, until, as_they_are), _Changed(words[:changes], starts[:changes], behind[:changes])


def _hashes_in_lower_case(batch: Batch, changed: _Changed, workspace: Workspace) -> npt.NDArray[np.uint64]:
    # With the byte behind each, in whose place a line feed parts it from the next.
    offsets, copied = copy_words(batch.data, changed.starts, changed.ends + np.int32(1), len(changed.words))
    copied[offsets[1:] - 1] = ord("\n")
    lowered = str(copied.data, "utf-8", "replace").lower().encode()
    data = np.frombuffer(lowered + bytes(PADDING), np.uint8).copy()
    words, _ = _hash(Batch(0, data, np.array([0, len(lowered)])), workspace, "lowered")
    return words.hashes[: words.until[-1]]
