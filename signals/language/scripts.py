"""The script of a text, as ISO 15924 names it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from signals.batches import Batch
from signals.characters import SCRIPTS, character_tables
from signals.kernels.scripts import count_scripts
from signals.languages import UNKNOWN

NO_SCRIPT = SCRIPTS[0]
_KANA_SHARE = 0.1  # of Han and kana together, from which a text is Japanese: titles alone can be all Han
_ACCIDENTAL_SHARE = 0.02  # a text on programming can be all but this in Latin letters
_SLICES, _SLICE_BYTES = 5, 120  # of a text, in which to look for traditional characters
_NUMBERS = {name: number for number, name in enumerate(SCRIPTS)}
_MIXED_SCRIPTS = {"Jpan": ("Hani", "Hira", "Kana"), "Hans": ("Hani",), "Hant": ("Hani",)}


@dataclass(frozen=True)
class BatchScripts:
    """The scripts of a batch of documents.

    Attributes:
        batch: The documents.
        counts: int64[documents, scripts], characters of each of `SCRIPTS`.
        dominant: Script of each document; see `dominant_scripts`.
        weights: int64[documents], letters; see `letter_weights`.
    """

    batch: Batch
    counts: npt.NDArray[np.int64]
    dominant: list[str]
    weights: npt.NDArray[np.int64]

    def in_script(self, language: str, document: int) -> str:
        """Return the FLORES code of a language in the script of a document, ``und_Zyyy`` where one is unknown.

        Args:
            language: FLORES code in a likely script.
            document: Which document of the batch.
        """
        script = self.dominant[document]
        if language == UNKNOWN or script == NO_SCRIPT:
            return UNKNOWN
        code, likely_script = language.split("_")
        if script == "Latn" != likely_script and has_script(self.counts[document], likely_script):
            script = likely_script  # Latin terms, names and code are in texts of all scripts
        if script in ("Hani", "Hans", "Hant"):
            script = chinese_script(sample(self.batch.text(document), _SLICES, _SLICE_BYTES))
        return f"{code}_{script}"


def batch_scripts(batch: Batch) -> BatchScripts:
    """Count the characters of each script."""
    tables = character_tables()
    counts = count_scripts(batch.data, batch.offsets, tables.pages, tables.script, len(SCRIPTS))
    return BatchScripts(batch, counts, dominant_scripts(counts), letter_weights(counts))


def dominant_scripts(counts: npt.NDArray[np.int64]) -> list[str]:
    """Return the script of most characters of each document.

    Args:
        counts: int64[documents, scripts], characters of each of `SCRIPTS`.

    Returns:
        ISO 15924 codes, Zyyy where no character has a script of its own; Jpan for Han with kana, and for kana.
    """
    own = counts.copy()
    own[:, 0] = 0
    han, kana = SCRIPTS.index("Hani"), [SCRIPTS.index("Hira"), SCRIPTS.index("Kana")]
    kana_counts = own[:, kana].sum(axis=1)
    japanese = kana_counts > _KANA_SHARE * (own[:, han] + kana_counts)
    own[:, han] += np.where(japanese, kana_counts, 0)
    own[:, kana] = 0
    names = [SCRIPTS[number] for number in own.argmax(axis=1)]
    return ["Jpan" if name == "Hani" and kana else name for name, kana in zip(names, japanese, strict=True)]


def letter_weights(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many characters of each document have a script of its own, Han, kana and Hangul weighing thrice."""
    heavy = [SCRIPTS.index(name) for name in ("Hani", "Hira", "Kana", "Hang")]
    weights: npt.NDArray[np.int64] = counts[:, 1:].sum(axis=1) + 2 * counts[:, heavy].sum(axis=1)
    return weights


def has_script(counts: npt.NDArray[np.int64], script: str) -> bool:
    """Tell whether a script has a share of one document's characters that is more than an accident.

    Args:
        counts: int64[scripts], characters of each of `SCRIPTS`.
        script: ISO 15924 code, of a mixed script too (Jpan, Hans, Hant).
    """
    parts = _MIXED_SCRIPTS.get(script, (script,))
    own = sum(int(counts[_NUMBERS[part]]) for part in parts if part in _NUMBERS)
    return own > _ACCIDENTAL_SHARE * int(counts[1:].sum())


def sample(data: memoryview, slices: int, slice_bytes: int) -> str:
    """Return slices spread evenly over UTF-8 text, or all of it if it is no longer than they are, as one line."""
    size = len(data)
    if size <= slices * slice_bytes:
        pieces = [data]
    else:
        starts = [(size - slice_bytes) * k // (slices - 1) for k in range(slices)]
        pieces = [data[start : start + slice_bytes] for start in starts]
    # A slice may cut a character at either end; what remains of it is left out.
    return " ".join(str(piece, "utf-8", "ignore") for piece in pieces).replace("\n", " ")


def chinese_script(text: str) -> str:
    """Return Hant if a Chinese text has more characters that only Big5 has than only GB 2312 has, else Hans.

    The two national character sets of the 1980s hold the common characters of one orthography each.
    """
    traditional, simplified = _characters_of_one_orthography()
    return "Hant" if sum(map(traditional.__contains__, text)) > sum(map(simplified.__contains__, text)) else "Hans"


@lru_cache(maxsize=1)
def _characters_of_one_orthography() -> tuple[frozenset[str], frozenset[str]]:
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    big5 = {character for character in han if character.encode("big5", "ignore")}
    gb2312 = {character for character in han if character.encode("gb2312", "ignore")}
    return frozenset(big5 - gb2312), frozenset(gb2312 - big5)
