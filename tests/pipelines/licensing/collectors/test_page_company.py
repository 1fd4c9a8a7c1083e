import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.collectors.page_company import (
    _text_of,
    beside_name,
    beside_phrase,
    beside_under,
    beside_use,
    plain_word,
)
from pipelines.licensing.reservations import phrases

FOUND_BY_PLAIN_WORDS = [phrase for phrase in phrases() if plain_word(phrase)]
GAPS = st.sampled_from(
    [" ", "\n  ", "&nbsp;", "&nbsp", "&#160", "\N{NO-BREAK SPACE}", " <b>", "</i> ", " <!-- 1 > 0 --> "]
)
OTHERS = st.sampled_from(["", "x", "all", "may", "<p>", "reserved", "rights ", "é", "\n"])


def _place(html: bytes, word: str) -> int:
    return html.lower().rindex(word.encode())


@given(st.sampled_from(FOUND_BY_PLAIN_WORDS), st.lists(GAPS, min_size=5, max_size=5), OTHERS, OTHERS, st.booleans())
def test_a_word_of_a_phrase_is_known_by_the_others(
    phrase: str, gaps: list[str], before: str, behind: str, upper: bool
) -> None:
    words = phrase.upper().split() if upper else phrase.split()
    written = "".join(word + gap for word, gap in zip(words, [*gaps[: len(words) - 1], ""], strict=True))
    word = plain_word(phrase)
    assert word is not None
    html = f"{before}{written}".encode()
    assert beside_phrase(html + behind.encode(), _place(html, word))


@pytest.mark.parametrize(
    ("html", "word"),
    [
        (b"smaller amounts reserved for fishing", "reserved"),
        (b"Derechos reservados", "reservados"),
        (b"rights, all of them, reserved", "reserved"),
        (b"It will not distribute its power.", "distribute"),
        (b"wszelkie", "wszelkie"),
    ],
)
def test_a_word_without_the_others_says_nothing(html: bytes, word: str) -> None:
    assert not beside_phrase(html, _place(html, word))


@pytest.mark.parametrize("words", ["ALL RİGHTS RESERVED", "All rıghts reserved"])
def test_an_i_may_be_turkish(words: str) -> None:
    assert beside_phrase(words.encode(), _place(words.encode(), "reserved"))


@pytest.mark.parametrize(
    ("html", "word"),
    [
        ("<span>A</span>ll rights reserved", "reserved"),
        ("A<b class=x>ll ri</b>ghts reserved < 5", "reserved"),
        ("todos los d<i>erechos</i> reservados", "reservados"),
        ("do n<wbr>ot distribute", "distribute"),
        ("n<u>ot</u> for redistribution", "redistribution"),
    ],
)
def test_the_other_words_may_be_cut_by_markup(html: str, word: str) -> None:
    assert beside_phrase(html.encode(), _place(html.encode(), word))


MARKUP = st.lists(st.sampled_from([b"<", b">", b" ", b"\n", b"<b>", b"</b>", b"released", b"x", b"!-- "]), max_size=30)


@given(MARKUP.map(b"".join))
def test_tags_and_white_space_are_a_space(markup: bytes) -> None:
    assert _text_of(markup) == re.sub(rb"<[^>]*>|\s+", b" ", markup)


def test_what_is_forbidden_may_not_be() -> None:
    assert beside_use(b"No part may be\ncopied", 15)
    assert beside_use(b"It may <b>not</b> be reproduced", 21)
    assert beside_use(b"It may not be\n REdistributed", 17)
    assert not beside_use(b"They may have it reproduced", 17)
    assert not beside_use(b"It is to be reproduced", 12)


def test_under_follows_what_is_licensed() -> None:
    assert beside_under(b"It is released under MIT", 12)
    assert not beside_under(b"It is released, understood", 14)
    assert not beside_under(b"They walked under trees", 9)


def test_a_name_goes_on() -> None:
    assert beside_name(b"CC0", 0)
    assert beside_name(b"CC<b> BY", 0)
    assert not beside_name(b"CC to all", 0)
