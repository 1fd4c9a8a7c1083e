import random

from benchmarks.second_look import other_line, other_words, passing
from benchmarks.translation_pairs import HumanTranslation

LINES = [
    ("The cat sleeps on the chair in the kitchen.", "O gato dorme na cadeira da cozinha."),
    ("The river flows slowly to the distant sea.", "O rio corre devagar para o mar distante."),
    ("Nobody knows how old the stone bridge is.", "Ninguém sabe a idade da ponte de pedra."),
]
PAIRS = [
    HumanTranslation(("eng_Latn", "por_Latn"), *LINES[number % 3], f"page{number}", number) for number in range(30)
]


def test_fluent_failures_are_other_texts_of_the_same_length() -> None:
    draw = random.Random(0)  # noqa: S311
    line = other_line(PAIRS[0], PAIRS[1:3], draw)
    assert line in (PAIRS[1].target, PAIRS[2].target)
    assert other_words(PAIRS[0], PAIRS[:3], draw) is not None  # fewer lines than words are drawn from
    words = other_words(PAIRS[0], PAIRS, draw)
    assert words is not None
    assert words != PAIRS[0].target
    assert len(words.split()) == len(PAIRS[0].target.split())
    assert other_words(HumanTranslation(PAIRS[0].languages, "Go on.", "Continue.", "p", 0), PAIRS, draw) is None


def test_only_what_passes_all_checks_goes_on() -> None:
    found, numbers = passing(PAIRS)
    kinds = {one.kind for one in found}
    assert {"human", "other words"} <= kinds
    assert not kinds & {"refusal", "looped"}
    assert numbers["human"] == len(PAIRS)
    assert numbers["refusal"] > 0
