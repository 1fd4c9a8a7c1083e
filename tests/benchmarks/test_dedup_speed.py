from benchmarks.cases import LIBRARY_CASES
from benchmarks.dedup_speed import GOALS, verdict


def test_each_goal_is_of_a_case() -> None:
    assert {goal.case for goal in GOALS} < {case.name for case in LIBRARY_CASES}
    assert all(goal.least > 0 for goal in GOALS)


def test_a_goal_that_is_missed_says_by_how_much() -> None:
    assert verdict(50.0, 50.0) == verdict(99.0, 50.0) == ""
    assert verdict(40.0, 50.0) == "-20%"
