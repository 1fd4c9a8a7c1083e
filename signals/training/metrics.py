"""How well predicted labels meet the expected ones."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class ClassMetrics:
    """Metrics of one class; precision is 0 where it was never predicted, recall 0 where it never occurs."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Metrics:
    """Metrics of a classifier on examples it has not seen.

    Attributes:
        examples: How many.
        accuracy: Share of labels predicted right.
        mcc: Matthews' correlation coefficient, -1 to 1; 0 where all are predicted to be, or are, of one class.
        majority: Accuracy of always predicting the commonest class.
        classes: Metrics by class.
        confusion: How often each label was predicted, by expected label.
    """

    examples: int
    accuracy: float
    mcc: float
    majority: float
    classes: dict[str, ClassMetrics]
    confusion: dict[str, dict[str, int]]

    def to_json(self) -> dict[str, object]:
        """Return the metrics as JSON can hold them."""
        return asdict(self)


def measure(expected: Sequence[str], predicted: Sequence[str]) -> Metrics:
    """Compare labels.

    Source of the coefficient for any number of classes: Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006, R_K.

    Raises:
        ValueError: There is nothing to compare.
    """
    if not expected:
        raise ValueError("no example is held out: hold out a larger share, or give a file of examples of its own")
    pairs = Counter(zip(expected, predicted, strict=True))
    is_label, was_predicted = Counter(expected), Counter(predicted)
    labels = sorted(is_label | was_predicted)
    right, count = sum(pairs[label, label] for label in labels), len(expected)
    return Metrics(
        examples=count,
        accuracy=right / count,
        mcc=_correlation(is_label, was_predicted, right),
        majority=max(is_label.values()) / count,
        classes={label: _of_class(pairs[label, label], is_label[label], was_predicted[label]) for label in labels},
        confusion={
            label: {other: pairs[label, other] for other in labels if pairs[label, other]}
            for label in labels
            if is_label[label]
        },
    )


def _correlation(is_label: Counter[str], was_predicted: Counter[str], right: int) -> float:
    count = is_label.total()
    by_chance = sum(is_label[label] * was_predicted[label] for label in is_label)
    spread = (count**2 - sum(n**2 for n in was_predicted.values())) * (count**2 - sum(n**2 for n in is_label.values()))
    return (count * right - by_chance) / math.sqrt(spread) if spread else 0.0


def _of_class(right: int, support: int, predicted: int) -> ClassMetrics:
    return ClassMetrics(
        precision=right / predicted if predicted else 0.0,
        recall=right / support if support else 0.0,
        f1=2 * right / (predicted + support),
        support=support,
    )
