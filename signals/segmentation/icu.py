"""Words of scripts written without spaces, by ICU's dictionaries."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_SURROGATES = (0xD800, 0xDBFF, 0xDC00, 0xDFFF)  # first and last of the high ones, of the low ones


def word_starts(sequences: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """Return where words begin in the bytes of some sequences of letters, and of the one line feed between two.

    Args:
        sequences: UTF-8 without line feeds.
    """
    from icu4py.breakers import WordBreaker  # noqa: PLC0415  an extra

    text = b"\n".join(sequences).decode()
    segments = WordBreaker(text, "root").segments()
    units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    begins = np.fromiter((start for start, _ in segments), np.int64)
    return np.concatenate([[0], np.cumsum(_utf8_lengths(units))])[begins]


def _utf8_lengths(units: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
    """Return the bytes in UTF-8 of each UTF-16 unit; the first of a surrogate pair has all four."""
    lengths = 1 + (units >= 0x80).astype(np.int64) + (units >= 0x800)  # noqa: PLR2004  UTF-8's own bounds
    lengths[(units >= _SURROGATES[0]) & (units <= _SURROGATES[1])] = 4
    lengths[(units >= _SURROGATES[2]) & (units <= _SURROGATES[3])] = 0
    return lengths
