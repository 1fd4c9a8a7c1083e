"""Rounding whole columns as Python's `round` does."""

import numpy as np
import numpy.typing as npt


def round_exactly(values: npt.NDArray[np.float64], digits: int = 8) -> npt.NDArray[np.float64]:
    """Return ``round(value, digits)`` of each value, NaN staying NaN.

    Python rounds the exact binary value to the nearest decimal; scaling first, as ``numpy.round`` does, can cross a
    tie. So scale where that is certain, and ask Python for the few values near a tie.
    """
    scale = 10.0**digits
    scaled = np.abs(values) * scale
    whole = np.rint(scaled)
    rounded = np.copysign(whole / scale, values)
    distance_to_tie = np.abs(np.abs(scaled - whole) - 0.5)
    doubtful = np.flatnonzero((distance_to_tie <= scaled * 2.0**-51) | (scaled >= 2.0**51))
    for place in doubtful:
        rounded[place] = round(float(values[place]), digits)
    return rounded
