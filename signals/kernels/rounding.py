"""Rounding to decimals, exactly."""

import numpy as np
import numpy.typing as npt

from signals.kernels import inlined, kernel

_RELATIVE_ERROR = 2.0**-51  # of value * scale, generously; and from 2**51 on it has no fraction left to round
_NO_FRACTION = 1.5 * 2.0**52


@kernel
def find_doubtful(values: npt.NDArray[np.float64], scale: float) -> npt.NDArray[np.int64]:
    """Return the places of the values so near a tie between multiples of 1 / `scale` that scaling may cross it."""
    doubts = 0
    for place in range(len(values)):  # without a branch: LLVM takes eight at once, and there is seldom any
        doubts += _is_doubtful(values[place] * scale)
    doubtful = np.empty(doubts + 1, np.int64)
    if doubts:
        count = 0
        for place in range(len(values)):
            doubtful[count] = place
            count += _is_doubtful(values[place] * scale)
    return doubtful[:doubts]


@kernel
def round_in_place(values: npt.NDArray[np.float64], scale: float) -> None:
    """Round values to the nearest multiple of 1 / `scale`, but for those that `find_doubtful` tells of."""
    for place in range(len(values)):
        values[place] = _to_whole(values[place] * scale) / scale


@inlined
def _to_whole(scaled: float) -> float:
    """Round half to even below 2**51: such a sum has no bits left for a fraction. `np.rint` would be a call each."""
    return (scaled + _NO_FRACTION) - _NO_FRACTION


@inlined
def _is_doubtful(scaled: float) -> bool:
    error = abs(scaled) * _RELATIVE_ERROR
    return (abs(abs(scaled - _to_whole(scaled)) - 0.5) <= error) | (error >= 1.0)
