"""Shares, budgets and weights."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipelines.tokens.shares import filled_budgets, flattened_shares, formatted_weight, rounded_weights

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 10**15), min_size=1, max_size=12)
EXPONENTS = st.fractions(0, 3, max_denominator=20)


def test_exponents_flatten() -> None:
    sizes = {"a": 10, "b": 1000}
    assert flattened_shares(sizes, Fraction(1)) == {"a": Fraction(1, 101), "b": Fraction(100, 101)}
    assert flattened_shares(sizes, Fraction(0)) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    halfway = flattened_shares(sizes, Fraction(1, 2))
    assert float(halfway["b"] / halfway["a"]) == 10


@given(SIZES, EXPONENTS)
def test_shares_sum_to_one(sizes: dict[str, int], exponent: Fraction) -> None:
    assert sum(flattened_shares(sizes, exponent).values()) == 1


def test_what_a_small_one_cannot_use_goes_to_the_others() -> None:
    assert filled_budgets({"a": 10, "b": 1000, "c": 1000}, 300, Fraction(0)) == {"a": 10, "b": 145, "c": 145}
    assert filled_budgets({"a": 10, "b": 20}, 300, Fraction(1)) == {"a": 10, "b": 20}


@given(SIZES, st.integers(0, 10**15), EXPONENTS)
def test_budgets_are_kept(sizes: dict[str, int], budget: int, exponent: Fraction) -> None:
    budgets = filled_budgets(sizes, budget, exponent)
    assert budgets.keys() == sizes.keys()
    assert all(0 <= budgets[name] <= size for name, size in sizes.items())
    assert min(budget, sum(sizes.values())) - len(sizes) <= sum(budgets.values()) <= budget


@given(SIZES, EXPONENTS)
def test_rounded_weights_are_never_zero_and_sum_to_one(sizes: dict[str, int], exponent: Fraction) -> None:
    shares = flattened_shares(sizes, exponent)
    weights = rounded_weights(shares)
    assert sum(weights.values()) == 1
    assert all(weight >= Fraction(1, 10**12) for weight in weights.values())
    assert all(abs(weights[name] - share) <= Fraction(len(sizes), 10**12) for name, share in shares.items())
    assert all(Fraction(formatted_weight(weight)) == weight for weight in weights.values())


def test_largest_remainders_are_rounded_up() -> None:
    third = Fraction(1, 3)
    weights = rounded_weights({"b": third, "a": third, "c": third})
    assert [formatted_weight(weights[name]) for name in "abc"] == ["0.333333333334", "0.333333333333", "0.333333333333"]


def test_weights_are_written_without_trailing_zeros() -> None:
    assert formatted_weight(Fraction(1, 4)) == "0.25"
    assert formatted_weight(Fraction(1)) == "1"
    assert formatted_weight(Fraction(1, 10**12)) == "0.000000000001"
