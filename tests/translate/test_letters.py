from hypothesis import given
from hypothesis import strategies as st

from translate.letters import count_letters


@given(st.text(max_size=30) | st.text(st.characters(codec="ascii"), max_size=30) | st.text("aÉж中1. ", max_size=30))
def test_letters_are_what_python_calls_so(text: str) -> None:
    assert count_letters(text) == sum(map(str.isalpha, text))
