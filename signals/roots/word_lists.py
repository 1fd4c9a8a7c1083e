"""Stop words and flagged words by language: files of one word a line, and the stop words that are shipped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signals.core.stop_words import stop_words_iso
from signals.kernels import PADDING
from signals.kernels.hash_tables import slots_for
from signals.kernels.roots import fill_table
from signals.languages import to_flores
from signals.toxicity.files import stamp
from signals.toxicity.word_lists import list_files

STOP_WORDS, FLAGGED_WORDS = "stop_words", "flagged_words"


@dataclass(frozen=True)
class WordLists:
    """Lists of words of languages.

    Attributes:
        words: The list of each language, by its ISO 639-3 code.
        rows: The number of each list, by the same.
        tables: uint64, the keys of all lists in hash tables, one behind the other; see `count_listed_words`.
        starts: int64[lists + 1], where each table begins, the end of the last behind.
    """

    words: Mapping[str, frozenset[str]]
    rows: Mapping[str, int]
    tables: npt.NDArray[np.uint64]
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


def _table(words: Iterable[str]) -> npt.NDArray[np.uint64]:
    encoded = [word.encode() for word in sorted(words)]
    text = np.frombuffer(b" ".join(encoded) + b" " * PADDING, np.uint8).copy()
    starts = np.cumsum([0, *(len(word) + 1 for word in encoded)], dtype=np.int64)
    table = np.zeros(slots_for(len(encoded)), np.uint64)
    fill_table(text, starts, table)
    return table
