"""Length: an answer much longer or shorter than translations between these languages are."""

from translate.checks.findings import Answered, Finding

_MOST_BELOW, _MOST_ABOVE = -3.5, 4.0


def length_ratio(answered: Answered) -> Finding:
    """Return by how many standard deviations the answer's length is from what is usual (see `PairBounds`)."""
    deviation = answered.deviation
    return Finding("length_ratio", deviation, _MOST_BELOW <= deviation <= _MOST_ABOVE)
