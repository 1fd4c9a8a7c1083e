"""What formulas share: from the measures of a batch to one value a document, or one a line."""

from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def ratio(part: Values, whole: Values, *, empty: float = np.nan) -> Floats:
    """Return part / whole; `empty` where the whole is 0. NaN becomes null."""
    if whole.all():  # as mostly: to leave some out takes several times as long
        quotient: Floats = np.divide(part, whole, dtype=np.float64)
        return quotient
    result = np.full(len(whole), empty)
    np.divide(part, whole, out=result, where=whole != 0)
    return result
