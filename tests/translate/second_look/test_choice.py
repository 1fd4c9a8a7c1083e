import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.checks import Finding
from translate.second_look import is_sampled, is_suspicious


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_holds_what_a_smaller_one_does(text: str, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert is_sampled(text, more) or not is_sampled(text, less)
    assert is_sampled(text, 1.0)
    assert not is_sampled(text, 0.0)


def test_the_sample_is_as_large_as_asked() -> None:
    assert 150 < sum(is_sampled(f"Text {number}.", 0.2) for number in range(1000)) < 250


@pytest.mark.parametrize(
    ("reason", "value", "suspicious"),
    [
        ("length_ratio", -2.1, True),
        ("length_ratio", 2.6, True),
        ("length_ratio", 1.0, False),
        ("omission", 0.5, True),
        ("omission", -1.0, False),
        ("script", 0.7, False),
    ],
)
def test_what_is_near_a_bound_is_suspicious(reason: str, value: float, suspicious: bool) -> None:
    assert is_suspicious([Finding("finish", 0, True), Finding(reason, value, True)]) == suspicious
