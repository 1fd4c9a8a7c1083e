"""Rounding whole columns as Python's `round` does."""

import numpy as np
import numpy.typing as npt

from signals.kernels.rounding import find_doubtful, round_in_place


def round_exactly(values: npt.NDArray[np.float64], digits: int = 8) -> npt.NDArray[np.float64]:
    """Round each value in place as ``round(value, digits)`` does, NaN staying NaN, and return the array.

    Python rounds the exact binary value to the nearest decimal; scaling first, as ``numpy.round`` does, can cross a
    tie. So scale where that is certain, and ask Python for the few values near a tie.
    """
    scale = 10.0**digits
    doubtful = find_doubtful(values, scale)
    exact = [round(value, digits) for value in values[doubtful].tolist()]
    round_in_place(values, scale)
    values[doubtful] = exact
    return values
