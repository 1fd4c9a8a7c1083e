"""How personal data may begin: tables for the kernel that looks for it."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.kernels.pii import (
    ANYWHERE,
    NOT_IN_WORD,
    PHONE_WORD,
    SECRET_WORD,
    TOKEN,
    TRIPLE_BITS,
    TRIPLE_FACTOR,
    WORDS_ALONE,
)
from signals.kernels.pii_forms import DIGIT, KINDS, PHONE, WORD
from signals.pii.accounts import iban_countries
from signals.pii.cues import PHONE_WORDS, SECRET_WORDS, TOKEN_BEGINNINGS

_EIGHT = 8


class Beginnings(NamedTuple):
    """What the kernel looks for, by the first two or three bytes; see `find_candidates`."""

    pairs: npt.NDArray[np.uint8]
    triples: npt.NDArray[np.bool_]
    rows: npt.NDArray[np.int32]
    values: npt.NDArray[np.uint64]
    masks: npt.NDArray[np.uint64]
    anchors: npt.NDArray[np.uint8]


@lru_cache(maxsize=1)
def beginnings() -> Beginnings:
    """Return the tables."""
    listed = {
        (word.encode()[:_EIGHT], anchor)
        for anchor, words in ((PHONE_WORD, PHONE_WORDS), (SECRET_WORD, SECRET_WORDS), (TOKEN, TOKEN_BEGINNINGS))
        for word in words
    }
    # A word that begins with another one adds nothing.
    words = sorted(
        (int.from_bytes(word[:2], "little"), word, anchor)
        for word, anchor in listed
        if not any((word[:size], anchor) in listed for size in range(1, len(word)))
    )
    return Beginnings(
        _pairs({pair for pair, _, _ in words}),
        _triples([word for _, word, _ in words]),
        np.searchsorted([pair for pair, _, _ in words], np.arange((1 << 16) + 1)).astype(np.int32),
        np.array([int.from_bytes(word, "little") for _, word, _ in words], np.uint64),
        np.array([(1 << 8 * len(word)) - 1 for _, word, _ in words], np.uint64),
        np.array([anchor for _, _, anchor in words], np.uint8),
    )


def _pairs(of_words: set[int]) -> npt.NDArray[np.uint8]:
    """Return where something may begin with each two bytes, read as a little-endian number."""
    pairs = np.zeros((256, 256), np.uint8)  # by the second byte, and the first
    digits = np.flatnonzero(KINDS & DIGIT)
    in_names = np.union1d(np.flatnonzero(KINDS & WORD), [ord("_"), *range(0x80, 0x100)])
    for first, second, places in (
        (digits, np.flatnonzero(KINDS & (DIGIT | PHONE)), NOT_IN_WORD),
        (list(b"23"), list(b"abcdefABCDEF"), NOT_IN_WORD),  # IPv6
        ([ord("@")], in_names, ANYWHERE),
        ([ord("+")], digits, ANYWHERE),
        ([ord("(")], digits, ANYWHERE),
        ([ord("-")], [ord("-")], ANYWHERE),
        ([ord(":")], [ord("/")], ANYWHERE),
    ):
        pairs[np.ix_(np.array(second), np.array(first))] |= places
    by_number = pairs.ravel()
    by_number[[int.from_bytes(country.encode(), "little") for country in iban_countries()]] |= NOT_IN_WORD
    words = np.array(sorted(of_words))
    by_number[words[by_number[words] == 0]] = WORDS_ALONE
    by_number[words] |= np.where(KINDS[words & 0xFF] & WORD, NOT_IN_WORD, ANYWHERE)
    return by_number


def _triples(words: list[bytes]) -> npt.NDArray[np.bool_]:
    """Return whether a word may begin with three bytes, by where they lead."""
    numbers = np.array([int.from_bytes(word[:3], "little") for word in words], np.uint64)  # none is shorter
    triples = np.zeros(1 << TRIPLE_BITS, np.bool_)
    triples[(numbers * np.uint64(TRIPLE_FACTOR)) >> np.uint64(64 - TRIPLE_BITS)] = True
    return triples
