"""Quick looks decide nothing that the close look would decide otherwise."""

import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.checks import copying, findings, languages, latin, loops, marks, remarks
from translate.checks.bounds import letters
from translate.checks.periods import has_period

if TYPE_CHECKING:
    import regex

LATIN = st.text(st.sampled_from(latin._CHARACTERS), max_size=40) | st.text(
    st.sampled_from("aB1Éßµº².,;:!?()-'\"»“—$= \n\xa0"), max_size=40
)
ANY = st.text(max_size=40) | st.text("aÉß1.,:!?(）。、 —»«Жд中の\n", max_size=40)
PAIRS = [
    (findings._WORD, findings._LATIN_WORD),
    (copying._TOKEN, copying._LATIN_TOKEN),
    (loops._WORD, loops._LATIN_WORD),
    (marks._STOP, marks._LATIN_STOP),
    (marks._INNER, marks._LATIN_INNER),
]


@pytest.mark.parametrize(("every_script", "in_latin"), PAIRS)
@given(text=LATIN)
def test_patterns_of_latin_texts_find_what_those_of_every_script_find(
    every_script: "regex.Pattern[str]", in_latin: re.Pattern[str], text: str
) -> None:
    assert latin.is_latin(text)
    assert in_latin.findall(text) == every_script.findall(text)


@given(ANY)
def test_folded_latin_texts_hold_no_letters_of_other_scripts(text: str) -> None:
    others = languages._other_letters("Latn")
    assert others is not None
    assert not (latin.is_latin(text.casefold()) and others.search(text.casefold()))


@given(LATIN)
def test_texts_without_a_capital_or_digit_in_a_word_hold_no_name(text: str) -> None:
    assert marks.names_in(text) == frozenset(marks._NAME.findall(text))


@given(ANY)
def test_ends_are_told_by_their_last_character(text: str) -> None:
    text = text.strip()
    found = marks.marks_of(text)
    tail = max(0, len(text) - marks._END_LENGTH)
    assert found.ends == (marks._ENDS.search(text, tail) is not None)
    assert found.dangles == (marks._DANGLES.search(text, tail) is not None)
    assert found.ends_short == (marks._SHORT_LAST_WORD.search(text, tail) is not None)
    assert found.unbalanced == marks._unbalanced(text)


def test_no_character_that_weighs_more_is_taken_for_a_light_one() -> None:
    heavy = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000 and letters(chr(code)) != 1]
    assert heavy
    assert all(letters(character) > 1 for character in heavy)
    assert "".join(heavy) == "".join(re.findall("[\u0590-\u1fff\u2d80-\U0010ffff]", "".join(heavy)))


@given(st.text(st.sampled_from("ab"), max_size=20), st.text("abc ", min_size=1, max_size=9), st.integers(1, 6))
def test_a_stretch_of_one_period_is_seen(around: str, unit: str, times: int) -> None:
    text = around + unit * times + around[::-1]
    equal = [
        (period, [one == other for one, other in zip(text, text[period:], strict=False)])
        for period in range(1, min(32, len(text) // 4) + 1)
    ]
    expected = any(longest_run(run) >= max(3 * period, 12 - period) for period, run in equal)
    assert has_period(np.frombuffer(text.encode("utf-32-le"), np.uint32), 32, 4, 12) == expected


def longest_run(equal: list[bool]) -> int:
    return max(map(len, "".join("x" if one else " " for one in equal).split()), default=0)


def test_every_phrase_of_regret_is_seen_from_its_first_characters() -> None:
    regret, draw = remarks._phrases("regret"), random.Random(1)  # noqa: S311 -- texts, not secrets
    phrases = ["sorry", "I can't do", "lo siento", "désolé", "leider", "не могу", "申し訳", "抱歉", "आप", "ai model"]
    words = ["por", "que", "não", "é", "2", "²", "(", "—", "\n", "日本", "Ж", "_"]
    for _ in range(2000):
        text = "".join(draw.choice([*phrases, *words]) + draw.choice(["", " ", "-"]) for _ in range(4)).casefold()
        assert remarks._has_regret(text) == (regret.search(remarks._plain(text)) is not None), text
