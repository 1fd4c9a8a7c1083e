"""Examples that classifiers learn from."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.training.examples import Example, fasttext_line, hold_out, read_examples

ROWS = st.lists(st.tuples(st.sampled_from(["one", "two", "three", "four five"]), st.sampled_from("ab")), max_size=30)


def test_rows_become_lines_and_labels() -> None:
    rows = [("a\nb\r\nc\u2028d ", "x y"), ("e __label__z f", "__label__x"), (None, "x"), (" \n", "x"), ("g", " ")]
    found = read_examples([*rows, ("h", None)])
    assert found.kept == (Example("a b c d", "x_y"), Example("e  f", "x"))
    assert found.left_out == {"no label": 2, "no text": 2}
    assert fasttext_line(found.kept[0]) == "__label__x_y a b c d\n"


def test_scores_become_two_classes() -> None:
    found = read_examples([("a", "3"), ("b", "2.99"), ("c", "5.0"), ("d", "nan"), ("e", "good"), ("f", None)], 3)
    assert [example.label for example in found.kept] == ["high", "low", "high"]
    assert found.left_out == {"no number as label": 3}


@given(rows=ROWS, seed=st.integers(0, 3), order=st.randoms(use_true_random=False))
def test_holding_out_depends_on_texts_alone(rows: list[tuple[str, str]], seed: int, order: random.Random) -> None:
    examples = list(read_examples(rows).kept)
    learnt, tested = hold_out(examples, 0.5, seed)
    assert sorted([*learnt, *tested], key=str) == sorted(examples, key=str)
    assert not {example.text for example in learnt} & {example.text for example in tested}
    order.shuffle(examples)
    assert hold_out(examples, 0.5, seed) == (learnt, tested)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_about_the_share_is_held_out(share: float) -> None:
    examples = [Example(f"text {number}", "a") for number in range(2000)]
    _, tested = hold_out(examples, share, 42)
    assert abs(len(tested) - share * 2000) < 100
