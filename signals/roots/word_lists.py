"""Stop words and flagged words by language: files of one word a line, and the stop words that are shipped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signals.core.stop_words import stop_words_iso
from signals.core.word_lists import hash_table, hashes_of
from signals.kernels.tokens import BUCKET
from signals.languages import to_flores
from signals.toxicity.files import stamp
from signals.toxicity.word_lists import list_files

STOP_WORDS, FLAGGED_WORDS = "stop_words", "flagged_words"

Hashes = npt.NDArray[np.uint64]

_FACTOR, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


@dataclass(frozen=True)
class WordLists:
    """Lists of words of languages.

    Attributes:
        words: The list of each language, by its ISO 639-3 code.
        rows: The number of each list, by the same.
        tables: uint64, the hashes of all words and the keys of all pairs in hash tables, one behind the other; see
            `signals.kernels.tokens.contains`.
        starts: int64[lists + 1], where each table begins, the end of the last behind.
    """

    words: Mapping[str, frozenset[str]]
    rows: Mapping[str, int]
    tables: Hashes
    starts: npt.NDArray[np.int64]

    def row(self, language: str | None) -> int:
        """Return the number of a language's list (any code), -1 if it has none."""
        return self.rows.get(_alpha3(language), -1)

    def list_of(self, language: str | None) -> frozenset[str] | None:
        """Return a language's list (any code), None if it has none."""
        return self.words.get(_alpha3(language))


def read_word_lists(folder: Path | None) -> dict[str, WordLists]:
    """Return both kinds of lists, under STOP_WORDS and FLAGGED_WORDS.

    Args:
        folder: A folder with a folder `stop_words`, `flagged_words` or both, of files named for their languages (`fr`,
            `fr.txt`). None, or a folder without `stop_words`, gives the stop words of Stopwords ISO; flagged words
            there are none without a file.

    Raises:
        ValueError: The folder has neither, or a file is no UTF-8.
    """
    kinds = [kind for kind in (STOP_WORDS, FLAGGED_WORDS) if folder is not None and (folder / kind).is_dir()]
    if folder is not None and not kinds:
        raise ValueError(f"{folder}: expected folders {STOP_WORDS} or {FLAGGED_WORDS}, of files such as fr.txt")
    found = {kind: _read_folder(folder / kind, stamp(folder / kind)) for kind in kinds if folder is not None}
    return {STOP_WORDS: shipped_stop_words(), FLAGGED_WORDS: _no_lists()} | found


@lru_cache(maxsize=1)
def shipped_stop_words() -> WordLists:
    """Return the stop words of Stopwords ISO."""
    return _word_lists({_alpha3(language): words for language, words in stop_words_iso().items()})


@lru_cache(maxsize=1)
def _no_lists() -> WordLists:
    return _word_lists({})


@lru_cache(maxsize=8)
def _read_folder(folder: Path, _stamp: str) -> WordLists:
    return _word_lists({_alpha3(language): _read(file) for language, file in list_files(folder).items()})


def _read(file: Path) -> frozenset[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: no UTF-8 ({error.reason} at byte {error.start})") from error
    return frozenset(line.strip() for line in lines if line.strip())


def _alpha3(language: str | None) -> str:
    return to_flores(language).split("_")[0]


def _word_lists(lists: dict[str, frozenset[str]]) -> WordLists:
    tables = [_table(words) for words in lists.values()]
    return WordLists(
        lists,
        {language: row for row, language in enumerate(lists)},
        np.concatenate([np.empty(0, np.uint64), *tables]),
        np.cumsum([0, *map(len, tables)], dtype=np.int64),
    )


def pair_keys(first: Hashes, second: Hashes) -> Hashes:
    """Return the key of each pair of neighbouring words, from the hashes of both."""
    keys: Hashes = (first ^ (first >> _HALF)) * _FACTOR + second
    return keys


def _table(words: Iterable[str]) -> Hashes:
    """Return the hash table of words, and of the pairs of them with a space between."""
    split = [word.split(" ") for word in words]
    pairs = [parts for parts in split if len(parts) == 2 and all(parts)]  # noqa: PLR2004  a pair has two
    single = hashes_of(" ".join(parts) for parts in split if len(parts) == 1)
    keys = [pair_keys(hashes_of([first]), hashes_of([second])) for first, second in pairs]
    table = hash_table(np.concatenate([single, *keys]))
    return table if len(table) else np.zeros(BUCKET, np.uint64)
