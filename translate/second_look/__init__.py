"""A second look: what is too dear to measure in every answer is measured in a sample, and in what is suspicious.

Each look is a file here. It is given masked sources and the answers that passed every check, and measures each pair by
one number; a number below the look's floor is a failure like any check's.
"""

from translate.second_look.choice import is_sampled, is_suspicious
from translate.second_look.doubts import Doubts
from translate.second_look.judged import Judged
from translate.second_look.look import Look, Measure, SecondLook, look_counts
from translate.second_look.round_trip import RoundTrip

__all__ = [
    "SECOND_LOOK_VERSION",
    "Doubts",
    "Judged",
    "Look",
    "Measure",
    "RoundTrip",
    "SecondLook",
    "is_sampled",
    "is_suspicious",
    "look_counts",
]

# Raised when the same answers are chosen or measured otherwise.
SECOND_LOOK_VERSION = 1
