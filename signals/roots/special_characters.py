"""The characters that ROOTS' filters call special: they are counted, and stripped off both ends of words."""

import string
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from signals.kernels.roots import CHANGED, SPECIAL, SPECIAL_LOWERED

_CODE_POINTS = 1 << 21  # all that `decode` can give
CASED_UNTIL = 0x20000  # from there on, no character has another lower case


@lru_cache(maxsize=1)
def special_characters() -> frozenset[str]:
    """Return all special characters: ASCII's punctuation, digits and white space, and those of the shipped list."""
    content = files("signals.roots").joinpath("data/special_characters.txt").read_text(encoding="utf-8")
    ranges = " ".join(line for line in content.splitlines() if not line.startswith("#")).split()
    listed = "".join(map(_characters, ranges))
    return frozenset(string.punctuation + string.digits + string.whitespace + listed)


@lru_cache(maxsize=1)
def character_flags() -> npt.NDArray[np.uint8]:
    """Return what kernels know of each code point: uint8[2**21] of SPECIAL, SPECIAL_LOWERED and CHANGED."""
    special = special_characters()
    flags = np.zeros(_CODE_POINTS, np.uint8)
    flags[list(map(ord, special))] = SPECIAL | SPECIAL_LOWERED
    for code in range(0x80, CASED_UNTIL):
        character = chr(code)
        lowered = character.lower()
        if lowered != character:
            flags[code] = (flags[code] & SPECIAL) | CHANGED | (SPECIAL_LOWERED if special.issuperset(lowered) else 0)
    return flags


def _characters(code_points: str) -> str:
    first, _, last = code_points.partition("-")
    return "".join(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
