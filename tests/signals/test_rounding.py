"""Columns are rounded as Python rounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signals.rounding import round_exactly


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)))
def test_equals_round(values: list[float]) -> None:
    assert round_exactly(np.array(values, np.float64)).tolist() == [round(value, 8) for value in values]


@given(st.integers(0, 10**10), st.integers(-2, 2))
def test_equals_round_beside_ties(numerator: int, steps: int) -> None:
    value = (numerator + 0.5) / 1e8
    for _ in range(abs(steps)):
        value = float(np.nextafter(value, np.inf * steps))
    assert round_exactly(np.array([value])).tolist() == [round(value, 8)]


def test_nan_stays_nan() -> None:
    assert np.isnan(round_exactly(np.array([np.nan]))).all()
