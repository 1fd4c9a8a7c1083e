"""The characters that ROOTS' filters call special: they are counted, and stripped off both ends of words."""

import string
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

_CODE_POINTS = 1 << 21  # all that `decode` can give


@lru_cache(maxsize=1)
def special_characters() -> frozenset[str]:
    """Return all special characters: ASCII's punctuation, digits and white space, and those of the shipped list."""
    content = files("signals.roots").joinpath("data/special_characters.txt").read_text(encoding="utf-8")
    ranges = " ".join(line for line in content.splitlines() if not line.startswith("#")).split()
    listed = "".join(map(_characters, ranges))
    return frozenset(string.punctuation + string.digits + string.whitespace + listed)


@lru_cache(maxsize=1)
def special_table() -> npt.NDArray[np.bool_]:
    """Return whether each code point is special: bool[2**21]."""
    table = np.zeros(_CODE_POINTS, np.bool_)
    table[list(map(ord, special_characters()))] = True
    return table


def _characters(code_points: str) -> str:
    first, _, last = code_points.partition("-")
    return "".join(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
