"""Thresholds are found where they decide, and only there."""

import pytest

from pipelines.rules.comparisons import Comparison, comparisons
from pipelines.rules.expressions import Expression

BY_LANGUAGE = "CASE language WHEN 'eng_Latn' THEN 0.2 ELSE 0.1 END"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("word_count >= 50", [("word_count", ">=", "50", True)]),
        ("50 < word_count", [("word_count", ">", "50", True)]),
        ("x BETWEEN 3 AND 10", [("x", ">=", "3", False), ("x", "<=", "10", False)]),
        ("a < 0.5 AND b > -1", [("a", "<", "0.5", False), ("b", ">", "-1", False)]),
        ("a > b", []),
        ("1 < 2", []),
        ("a < 1 OR b < 2", []),
        ("NOT (a < 1)", []),
        ("a = 3", []),
        ("coalesce(a, 0) <= 0.1", [("COALESCE(a, 0)", "<=", "0.1", True)]),
    ],
)
def test_comparisons(sql: str, expected: list[tuple[str, str, str, bool]]) -> None:
    assert list(comparisons(Expression("r", sql, frozenset()))) == [Comparison(*parts) for parts in expected]


def test_a_threshold_may_differ_by_language() -> None:
    (found,) = comparisons(Expression("r", f"stop_word_fraction >= {BY_LANGUAGE}", frozenset()))
    assert (found.value, found.operator) == ("stop_word_fraction", ">=")
    assert "eng_Latn" in found.threshold
    assert found.is_minimum
