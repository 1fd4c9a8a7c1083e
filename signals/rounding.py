"""Rounding whole columns as Python's `round` does."""

import numpy as np
import numpy.typing as npt

from signals.kernels.rounding import round_to_scale


def round_exactly(values: npt.NDArray[np.float64], digits: int = 8) -> npt.NDArray[np.float64]:
    """Return ``round(value, digits)`` of each value, NaN staying NaN.

    Python rounds the exact binary value to the nearest decimal; scaling first, as ``numpy.round`` does, can cross a
    tie. So scale where that is certain, and ask Python for the few values near a tie.
    """
    rounded = np.empty_like(values)
    for place in round_to_scale(values, 10.0**digits, rounded):
        rounded[place] = round(float(values[place]), digits)
    return rounded
