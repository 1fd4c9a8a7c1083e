import math
import random
from dataclasses import asdict

import pytest

from translate.checks import PairBounds, learn_bounds
from translate.checks.bounds import letters


def texts(ratio: float, count: int, draw: random.Random) -> list[tuple[str, str]]:
    lengths = [draw.randint(80, 600) for _ in range(count)]
    return [("a" * length, "b" * round(length * ratio * draw.gauss(1, 0.1))) for length in lengths]


def test_what_is_usual_is_learnt() -> None:
    bounds = learn_bounds(texts(1.3, 400, random.Random(1)))  # noqa: S311  reproducible texts
    assert bounds.centre == pytest.approx(math.log(1.3), abs=0.02)
    assert bounds.spread == pytest.approx(0.1, abs=0.03)
    assert bounds.learnt_from == 400


def test_failures_among_what_is_learnt_from_do_no_harm() -> None:
    draw = random.Random(2)  # noqa: S311  reproducible texts
    good = texts(1.3, 400, draw)
    bounds = learn_bounds(good + texts(0.2, 40, draw))
    assert bounds.centre == pytest.approx(learn_bounds(good).centre, abs=0.03)
    assert bounds.deviation("a" * 300, "b" * 60) < -5


def test_of_few_texts_nothing_is_learnt() -> None:
    assert learn_bounds(texts(1.3, 49, random.Random(3))) == PairBounds()  # noqa: S311  reproducible texts
    assert learn_bounds([]) == PairBounds()


def test_order_does_not_matter() -> None:
    pairs = texts(1.1, 100, random.Random(4))  # noqa: S311  reproducible texts
    assert learn_bounds(pairs) == learn_bounds(pairs[::-1])


def test_bounds_are_kept_as_json() -> None:
    bounds = learn_bounds(texts(1.1, 100, random.Random(5)))  # noqa: S311  reproducible texts
    assert PairBounds(**asdict(bounds)) == bounds


def test_a_translation_is_about_as_long_in_letters_in_every_script() -> None:
    for text in (
        "今天天气很好，我们去公园。",
        "今日は天気がいいので公園に行きます。",
        "오늘은 날씨가 좋아서 공원에 갑니다.",
    ):
        assert abs(PairBounds().deviation("The weather is fine today, so we go to the park.", text)) < 2
    assert letters("") == 0
    assert PairBounds().deviation("", "") == pytest.approx(-PairBounds().centre / math.hypot(0.13, math.sqrt(0.1)))
