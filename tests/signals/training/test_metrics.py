"""Metrics of predicted labels."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.training.metrics import measure

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcd")), min_size=1, max_size=40)


def test_two_classes_by_hand() -> None:
    found = measure(list("1110000"), list("1010001"))
    assert (found.examples, found.accuracy, found.majority) == (7, 5 / 7, 4 / 7)
    assert found.mcc == pytest.approx((2 * 3 - 1 * 1) / math.sqrt(3 * 3 * 4 * 4))
    one = found.classes["1"]
    assert (one.precision, one.recall, one.f1, one.support) == (2 / 3, 2 / 3, 2 / 3, 3)
    assert found.confusion == {"0": {"0": 3, "1": 1}, "1": {"0": 1, "1": 2}}


def test_a_class_that_is_never_predicted_or_never_occurs() -> None:
    found = measure(["a", "b"], ["a", "c"])
    assert {label: (m.precision, m.recall, m.f1, m.support) for label, m in found.classes.items()} == {
        "a": (1.0, 1.0, 1.0, 1),
        "b": (0.0, 0.0, 0.0, 1),
        "c": (0.0, 0.0, 0.0, 0),
    }
    assert measure(["a", "a"], ["a", "a"]).mcc == 0.0
    with pytest.raises(ValueError, match="no example is held out"):
        measure([], [])


@given(LABELS)
def test_equals_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    sklearn = pytest.importorskip("sklearn.metrics", reason="needs the extra `train`")
    expected, predicted = map(list, zip(*pairs, strict=True))
    found = measure(expected, predicted)
    assert found.accuracy == pytest.approx(sklearn.accuracy_score(expected, predicted))
    if len(found.classes) > 1:
        assert found.mcc == pytest.approx(sklearn.matthews_corrcoef(expected, predicted))
    columns = sklearn.precision_recall_fscore_support(expected, predicted, labels=list(found.classes), zero_division=0)
    rows = [(m.precision, m.recall, m.f1, m.support) for m in found.classes.values()]
    assert [pytest.approx(row) for row in zip(*columns, strict=True)] == rows
