"""Probabilities under Poisson distributions."""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_SMALL = 12  # up to here factorials come from a table: Stirling's series is for larger numbers
_LOG_FACTORIALS = np.array([math.log(math.factorial(number)) for number in range(_SMALL + 1)])
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)  # of x^-1, x^-3, … (Abramowitz and Stegun, 6.1.41)


def probability(numbers: npt.NDArray[np.int64], mean: float) -> Floats:
    """Return the probability of each number, 0 or more, under the Poisson distribution of a mean."""
    if mean == 0:
        return np.where(numbers == 0, 1.0, 0.0)
    logarithms: Floats = numbers * np.log(mean) - log_factorial(numbers) - mean
    return np.exp(logarithms)


def log_factorial(numbers: npt.NDArray[np.int64]) -> Floats:
    """Return ln(n!) of each number, 0 or more."""
    x = np.maximum(numbers, _SMALL) + 1.0
    series = sum(coefficient * x ** -(2 * k + 1) for k, coefficient in enumerate(_STIRLING))
    large = (x - 0.5) * np.log(x) - x + math.log(2 * math.pi) / 2 + series
    return np.where(numbers <= _SMALL, _LOG_FACTORIALS[np.minimum(numbers, _SMALL)], large)
