"""Lists of words as hash tables that kernels look words up in."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from signals.core.stop_words import abbreviations, stop_words, stop_words_iso
from signals.kernels import PADDING
from signals.kernels.tokens import BUCKET
from signals.kernels.utf8 import hash_words

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class WordLists:
    """Lists of words of languages as hash tables; see `contains`.

    Attributes:
        tables: uint64, the tables one after the other; a language without a list has none.
        starts: int64[languages + 1], where the table of each begins, the end of the last behind.
        longest: Bytes of the longest word.
    """

    tables: Hashes
    starts: npt.NDArray[np.int64]
    longest: int

    def rows(self, language_rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the given rows of languages, -1 in place of those without a list."""
        absent = np.append(np.diff(self.starts) == 0, True)  # the last stands for the row -1
        rows: npt.NDArray[np.int64] = np.where(absent[language_rows], -1, language_rows)
        return rows


@lru_cache(maxsize=1)
def language_rows() -> dict[str, int]:
    """Return the row of each language that has a list, by ISO 639-1 code."""
    return {language: row for row, language in enumerate(sorted(set(stop_words()) | set(stop_words_iso())))}


@lru_cache(maxsize=1)
def redpajama_stop_lists() -> WordLists:
    """Return RedPajama-V2's stop words, as they are."""
    return _word_lists({language: set(words) for language, words in stop_words().items()})


@lru_cache(maxsize=1)
def stop_lists() -> WordLists:
    """Return the stop words of Stopwords ISO, folded."""
    return _word_lists({language: set(map(fold, words)) for language, words in stop_words_iso().items()})


@lru_cache(maxsize=1)
def abbreviation_table() -> Hashes:
    """Return the hash table of abbreviations, folded."""
    return hash_table(hashes_of(set(map(fold, abbreviations()))))


def fold(word: str) -> str:
    """Return a word lower-cased, decomposed (NFD) and with plain apostrophes, as `hash_folded_words` hashes it."""
    return unicodedata.normalize("NFD", word.lower()).replace("\u2019", "'")


def hashes_of(words: Iterable[str]) -> Hashes:
    """Return the hashes of words, in alphabetical order."""
    encoded = [word.encode() for word in sorted(words)]
    data = np.frombuffer(b" ".join(encoded) + b" " * PADDING, np.uint8).copy()
    starts = np.cumsum([0] + [len(word) + 1 for word in encoded], dtype=np.int64)
    hashes = np.empty(len(encoded), np.uint64)
    hash_words(data, starts, len(encoded), hashes)
    return hashes


def hash_table(hashes: Hashes) -> Hashes:
    """Return the smallest hash table no bucket of which overflows, of no slots for no hashes."""
    slots = BUCKET
    while len(hashes) and np.bincount(_buckets(hashes, slots)).max() > BUCKET:
        slots *= 2
    table = np.zeros(slots if len(hashes) else 0, np.uint64)
    order = np.argsort(_buckets(hashes, slots), kind="stable")
    buckets = _buckets(hashes[order], slots)
    table[buckets * BUCKET + np.arange(len(hashes)) - np.searchsorted(buckets, buckets)] = hashes[order]
    return table


def _word_lists(lists: dict[str, set[str]]) -> WordLists:
    tables = [hash_table(hashes_of(lists.get(language, ()))) for language in language_rows()]
    longest = max(len(word.encode()) for words in lists.values() for word in words)
    return WordLists(np.concatenate(tables), np.cumsum([0, *map(len, tables)]), longest)


def _buckets(hashes: Hashes, slots: int) -> npt.NDArray[np.int64]:
    return (hashes % np.uint64(slots)).astype(np.int64) // BUCKET
