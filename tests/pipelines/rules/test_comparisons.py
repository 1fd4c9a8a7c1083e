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


def test_a_rule_that_differs_by_language_has_a_threshold_for_each() -> None:
    sql = "CASE language WHEN 'deu_Latn' THEN (80 <= words) WHEN 'fra_Latn' THEN (words >= 60) ELSE (words >= 50) END"
    (found,) = comparisons(Expression("r", sql, frozenset()))
    assert (found.value, found.operator, found.alone) == ("words", ">=", True)
    assert [number in found.threshold for number in ("80", "60", "50")] == [True] * 3


def test_a_language_of_which_a_rule_is_not_asked_has_no_threshold() -> None:
    (found,) = comparisons(Expression("r", "CASE language WHEN 'tha' THEN (true) ELSE (words >= 50) END", frozenset()))
    assert (found.value, found.operator, found.alone) == ("words", ">=", False)
    assert "NULL" in found.threshold


@pytest.mark.parametrize(
    "sql",
    [
        "CASE language WHEN 'deu_Latn' THEN (lines >= 80) ELSE (words >= 50) END",
        "CASE language WHEN 'deu_Latn' THEN (words <= 80) ELSE (words >= 50) END",
        "CASE language WHEN 'deu_Latn' THEN (words >= 80 AND lines > 3) ELSE (words >= 50) END",
        "CASE language WHEN 'deu_Latn' THEN (words = 80) ELSE (words >= 50) END",
        "CASE WHEN lines > 3 THEN words >= 80 ELSE words >= 50 END",
        "CASE language WHEN 'deu_Latn' THEN (true) ELSE (true) END",
    ],
)
def test_cases_that_ask_other_things_have_no_common_threshold(sql: str) -> None:
    assert comparisons(Expression("r", sql, frozenset())) == ()
