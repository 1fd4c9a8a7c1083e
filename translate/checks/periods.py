"""Whether a text has a stretch of a short period: a quick look, compiled by Numba, that leaves few texts to study."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

P = ParamSpec("P")
R = TypeVar("R")


def _compiled(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", numba.njit(nogil=True, cache=True)(function))


@_compiled
def has_period(characters: npt.NDArray[np.uint32], longest: int, repeats: int, least: int) -> bool:
    """Tell whether some stretch of a text is one short string again and again.

    A stretch of period p and length n is a run of n - p characters that each equal the one p further on. Of such a run
    one character in n - p is looked at, and its neighbours where it may be in one.

    Args:
        characters: Code points.
        longest: The longest period, in characters.
        repeats: How often the string must stand there.
        least: How long the stretch must be, in characters.
    """
    for period in range(1, min(longest, len(characters) // repeats) + 1):
        needed = max((repeats - 1) * period, least - period)
        end = len(characters) - period
        place = needed - 1
        while place < end:
            first = place
            while first >= 0 and characters[first] == characters[first + period]:
                first -= 1
            last = place
            while last < end and characters[last] == characters[last + period]:
                last += 1
            if last - first - 1 >= needed:
                return True
            place = last + needed
    return False
