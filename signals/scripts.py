"""The script of a text, as ISO 15924 names it."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from signals.characters import SCRIPTS

NO_SCRIPT = SCRIPTS[0]
_KANA_SHARE = 0.1  # of Han and kana together, from which a text is Japanese: titles alone can be all Han


def dominant_scripts(counts: npt.NDArray[np.int64]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the script of most characters of each document, and how many characters have one.

    Args:
        counts: int64[documents, scripts], characters of each of `SCRIPTS`.

    Returns:
        ISO 15924 codes, Zyyy where no character has a script of its own; Jpan for Han with kana, and for kana.
        int64[documents], letters and marks of all scripts.
    """
    own = counts.copy()
    own[:, 0] = 0
    han, kana = SCRIPTS.index("Hani"), [SCRIPTS.index("Hira"), SCRIPTS.index("Kana")]
    kana_counts = own[:, kana].sum(axis=1)
    japanese = kana_counts > _KANA_SHARE * (own[:, han] + kana_counts)
    own[:, han] += np.where(japanese, kana_counts, 0)
    own[:, kana] = 0
    names = [SCRIPTS[number] for number in own.argmax(axis=1)]
    dominant = ["Jpan" if name == "Hani" and kana else name for name, kana in zip(names, japanese, strict=True)]
    return dominant, counts[:, 1:].sum(axis=1)


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
