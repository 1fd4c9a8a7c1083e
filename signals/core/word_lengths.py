"""How long words are in scripts that put no spaces between them."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from signals.characters import SCRIPTS

# Mean code points (letters, marks, digits) to a word, as ICU 78's dictionaries divide technical documentation of
# Debian packages: 328,000 code points of Chinese, 341,000 of Japanese (kana: what the Han in it leaves), 74,000 of
# Thai, 160,000 of Khmer, 16,000 of Burmese. Lao is taken to be as Thai.
WORD_LENGTHS = {"Hani": 1.6, "Hira": 2.2, "Thai": 4.0, "Laoo": 4.0, "Khmr": 4.5, "Mymr": 3.7}
OTHERS = "Hira"  # Katakana and the marks of both kana; Bopomofo, which is rare


@lru_cache(maxsize=1)
def script_groups() -> npt.NDArray[np.int64]:
    """Return the place in WORD_LENGTHS whose length holds for each of SCRIPTS."""
    order = list(WORD_LENGTHS)
    return np.array([order.index(name if name in WORD_LENGTHS else OTHERS) for name in SCRIPTS], np.int64)


def unspaced_words(characters: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the words in [documents, len(WORD_LENGTHS)] characters: each script's share, the sum rounded up."""
    words = characters @ np.array([1 / length for length in WORD_LENGTHS.values()])
    whole: npt.NDArray[np.int64] = np.ceil(words - 1e-9).astype(
        np.int64
    )  # a whole number must not gain a word from rounding errors
    return whole
