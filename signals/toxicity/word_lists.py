"""Word lists: files of one entry a line, by language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from signals.kernels.tries import build_tries
from signals.languages import UNKNOWN, to_flores
from signals.toxicity.folding import fold

REDPAJAMA_LANGUAGES = ("en", "fr", "it", "es", "de")
ANY_LANGUAGE = ""

_SUFFIXES = ("", ".txt")
_TWO_LETTERS = re.compile("[a-z]{2}")
_DOTTED_I_LANGUAGES = ("tur", "azj")  # with and without a dot, i is two letters


class Tries(NamedTuple):
    """Several lists; see `build_tries`."""

    beginnings: npt.NDArray[np.bool_]
    roots: npt.NDArray[np.int32]
    label: npt.NDArray[np.uint8]
    first_child: npt.NDArray[np.int32]
    next_sibling: npt.NDArray[np.int32]
    is_entry: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class WordLists:
    """The entries of all languages of a resource.

    Attributes:
        rows: The list of each language, by ISO 639-3 code as FLORES has it; of all languages under ANY_LANGUAGE.
        tries: The lists.
    """

    rows: Mapping[str, int]
    tries: Tries

    def row(self, language: str | None) -> int:
        """Return the list for documents in a language (any code), -1 if there is none."""
        return self.rows.get(_language_of(language), self.rows.get(ANY_LANGUAGE, -1))


@lru_cache(maxsize=16)
def folded_lists(path: Path, _stamp: str) -> WordLists:
    """Return the lists of a resource for comparison with folded text.

    Args:
        path: A folder of files named for their languages, or a single file.
        _stamp: What `stamp(path)` returned: files that changed are read again.

    Raises:
        ValueError: A file is no UTF-8, or a folder holds no list.
    """
    entries: dict[str, set[str]] = {}
    for code, file in list_files(path).items():
        language = _language_of(code) if code else ANY_LANGUAGE
        found = _entries(file)
        forms = [fold(entry) for entry in found]
        if language in _DOTTED_I_LANGUAGES:
            small = [entry.replace("\u0130", "i").replace("I", "\u0131").lower() for entry in found]
            large = [entry.replace("i", "\u0130").replace("\u0131", "I").upper() for entry in small]
            forms += map(fold, (*small, *large))
        entries.setdefault(language, set()).update(form.strip() for form in forms)
    return _word_lists(entries)


@lru_cache(maxsize=16)
def redpajama_lists(path: Path, _stamp: str) -> WordLists:
    """Return the lists of the five languages of RedPajama-V2, entries as they stand; see `folded_lists`."""
    files = list_files(path)
    return _word_lists({_language_of(code): _entries(files[code]) for code in REDPAJAMA_LANGUAGES if code in files})


def list_files(path: Path) -> dict[str, Path]:
    """Return the files of lists by the code of their language.

    Args:
        path: A folder of files named for their languages (`fr`, `fr.txt`, `fil`); or a single file, for all languages
            unless its name ends with one of two letters (`naughty_words_en.txt`).

    Raises:
        ValueError: A folder holds no list.
    """
    if path.is_file():
        code = path.stem.rpartition("_")[2]
        return {code if _TWO_LETTERS.fullmatch(code) and to_flores(code) != UNKNOWN else ANY_LANGUAGE: path}
    files = {file.stem: file for file in sorted(path.iterdir()) if file.suffix in _SUFFIXES and file.is_file()}
    named = {code: file for code, file in files.items() if to_flores(code) != UNKNOWN}
    if not named:
        raise ValueError(f"{path}: no word list; expected files named for their languages, such as fr or fr.txt")
    return named


def _language_of(code: str | None) -> str:
    return to_flores(code).split("_")[0]


def _entries(file: Path) -> set[str]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: no UTF-8 ({error.reason} at byte {error.start})") from error
    return {line.strip() for line in lines}


def _word_lists(entries: Mapping[str, Iterable[str]]) -> WordLists:
    """Return the lists as tries, empty entries left out."""
    encoded = [sorted(entry.encode() for entry in found if entry) for found in entries.values()]
    data = np.frombuffer(b"".join(entry for found in encoded for entry in found), np.uint8)
    offsets = np.cumsum([0, *(len(entry) for found in encoded for entry in found)], dtype=np.int64)
    lists = np.repeat(np.arange(len(encoded)), [len(found) for found in encoded])
    rows = {language: row for row, language in enumerate(entries)}
    return WordLists(rows, Tries(*build_tries(data.copy(), offsets, lists, len(encoded))))
