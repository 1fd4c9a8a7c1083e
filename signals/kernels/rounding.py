"""Rounding to decimals, exactly."""

import numpy as np
import numpy.typing as npt

from signals.kernels import kernel

_RELATIVE_ERROR = 2.0**-51  # of value * scale, generously; and from 2**51 on it has no fraction left to round


@kernel
def round_to_scale(
    values: npt.NDArray[np.float64], scale: float, rounded: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Write values rounded to 1 / `scale`; return the places of those so near a tie that this may be wrong."""
    doubtful = np.empty(len(values), np.int64)
    count = 0
    for place in range(len(values)):
        scaled = values[place] * scale
        whole = np.rint(scaled)
        rounded[place] = whole / scale
        error = abs(scaled) * _RELATIVE_ERROR
        doubtful[count] = place
        count += (abs(abs(scaled - whole) - 0.5) <= error) | (error >= 1.0)
    return doubtful[:count].copy()
