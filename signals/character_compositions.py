"""Which characters canonical composition (NFC) makes one of two of, or several of one."""

import unicodedata

import numpy as np
import numpy.typing as npt

SCATTER = np.uint64(0x9E3779B97F4A7C15)
CODE_BITS = np.uint64(21)
SLOT_SHIFT = np.uint64(64 - 13)
# These stand before a character that NFC takes apart, which no character can: into two, or into more, or into marks
# that may compose with what is before them (U+0344).
TO_TWO, TO_MORE = np.uint64(0), np.uint64(1)

_SLOTS = 1 << 13  # a sixth of them is filled
_LAST = 0x30000  # no character beyond decomposes


def compositions() -> npt.NDArray[np.uint64]:
    """Return a hash table of pairs of characters that compose, and of TO_TWO or TO_MORE and one that NFC takes apart.

    Hangul, which composes by a rule, is not in it.

    Returns:
        uint64[8192]. The pair of code points a and b is ``a << 21 | b``. It stands in the slot that the highest 13 bits
        of its product with SCATTER name, or the next behind it that was free; free slots are 0.
    """
    table = np.zeros(_SLOTS, np.uint64)
    for code in range(_LAST):
        decomposition = unicodedata.decomposition(chr(code))
        if not decomposition or decomposition.startswith("<"):  # none, or only of a compatibility character
            continue
        composed = unicodedata.normalize("NFC", chr(code))
        if composed == chr(code):
            first, second = (int(part, 16) for part in decomposition.split())
            _insert(table, first, second)
        elif len(composed) > 1:
            alone = len(composed) == 2 and not unicodedata.combining(composed[0])  # noqa: PLR2004
            _insert(table, int(TO_TWO if alone else TO_MORE), code)
    return table


def _insert(table: npt.NDArray[np.uint64], first: int, second: int) -> None:
    pair = first << int(CODE_BITS) | second
    slot = pair * int(SCATTER) % 2**64 >> int(SLOT_SHIFT)
    while table[slot]:
        slot = (slot + 1) % len(table)
    table[slot] = pair
