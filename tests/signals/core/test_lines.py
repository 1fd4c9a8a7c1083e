"""Lines, paragraphs and repetition: values worked out by hand, and the kernels held to the reference."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import signals
from signals.core.declared_lines import LINES
from signals.reference.lines import document_signals

NAMES = [signal.name for signal in LINES]
AWKWARD = (
    " \t\n\n\r\x0b\x1c\x85\u2028.!?…。؟।፧\"'”’»)]）】•–-*+·aAéΑΣß19²"
    "\u0301\u0323\u0345\u3099\u0e31\u0e49漢字かなไทยກ한국ー゙、"
)
LINES_OF_TEXT = ("- item", "Same line.", "  Same line. ", "", " ", "one two", "“So.”", "* x...")
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=AWKWARD, max_size=80),
    st.lists(st.sampled_from(LINES_OF_TEXT), max_size=24).map("\n".join),
    st.lists(st.sampled_from(("a", "b", "漢", "字", "ある", "c, d", "\u0e01\u0e49")), max_size=60).map(" ".join),
    st.lists(st.sampled_from(("漢字", "かが", "。", "x1")), max_size=60).map("".join),
)


def values(text: str) -> dict[str, object]:
    """Return the signals of lines of one text."""
    return signals.compute(pa.array([text]), names=NAMES).to_pylist()[0]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
@example(["x" * 30 + "\n" + "é" * 31, "-\n-5\n- 5\n–\u3000x\n•x"])
@example(["a b c d e f g h i j k l " * 3, "spam " * 50, "漢字かな交じり文。" * 4, "\u3099漢\u3099a\u3099"])
@example(["한국어 한국어 " * 9, "\u0390" * 40 + " x " + "\u0390" * 40])
def test_kernels_equal_the_reference(texts: list[str]) -> None:
    rows = signals.compute(pa.array(texts), names=NAMES).to_pylist()
    for text, row in zip(texts, rows, strict=True):
        assert row == document_signals(text)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_no_share_exceeds_one(text: str) -> None:
    shares = {name: value for name, value in values(text).items() if name.endswith("_fraction")}
    assert len(shares) == 17
    assert all(value is None or 0 <= float(str(value)) <= 1 for value in shares.values())


def test_lines_and_paragraphs_by_hand() -> None:
    found = values("First line.\nSecond line…\n \n- “A third one.”)\n\nFirst line.\nSecond line…\n")
    assert found["line_count"] == 5
    assert found["paragraph_count"] == 3
    assert found["max_line_length"] == 17
    assert found["mean_line_length"] == (11 + 12 + 17 + 11 + 12) / 5
    assert found["short_line_fraction"] == 1.0
    assert found["terminal_line_fraction"] == 0.6  # … ends no sentence in Unicode
    assert found["bullet_line_fraction"] == 0.2
    assert found["ellipsis_line_fraction"] == 0.4
    assert found["duplicate_line_fraction"] == 0.4
    assert found["duplicate_line_character_fraction"] == round(23 / 63, 8)
    assert found["duplicate_paragraph_fraction"] == round(1 / 3, 8)
    assert found["duplicate_paragraph_character_fraction"] == round(23 / 63, 8)
    assert found["newline_to_word_ratio"] == round(7 / 11, 8)


def test_repetition_by_hand() -> None:
    found = values("One two, one two; one TWO three!")
    # "one two" stands there three times: 3 * 7 characters of 32.
    assert found["top_2gram_character_fraction"] == round(21 / 32, 8)
    assert found["top_4gram_character_fraction"] == round(15 / 32, 8)  # its two occurrences overlap: one counts
    assert found["duplicate_5gram_character_fraction"] == 0.0
    assert values("a b c d e a b c d e a")["duplicate_5gram_character_fraction"] == round(5 / 21, 8)


def test_the_most_frequent_ngram_may_stand_there_once() -> None:
    assert values("alpha beta gamma")["top_2gram_character_fraction"] == round(10 / 16, 8)
    assert values("alpha beta gamma")["top_4gram_character_fraction"] == 0.0


def test_overlapping_occurrences_count_once() -> None:
    found = values("spam " * 50)
    assert found["top_2gram_character_fraction"] == round(25 * 9 / 250, 8)
    assert found["duplicate_10gram_character_fraction"] == round(4 * 40 / 250, 8)  # those at words 1, 11, 21 and 31


def test_repetition_is_seen_where_words_have_no_spaces_between() -> None:
    found = values("今日は良い天気。" * 5)
    # Its words: 今日 は 良 い 天気 (the built-in segmentation cuts where the script changes).
    assert found["top_2gram_character_fraction"] == 3 * 5 / 40
    assert found["duplicate_5gram_character_fraction"] == 4 * 7 / 40


@pytest.mark.parametrize("text", ["", " \n\t\n", "!!!"])
def test_no_words_and_no_lines_give_nulls(text: str) -> None:
    found = values(text)
    assert found["top_2gram_character_fraction"] is found["duplicate_5gram_character_fraction"] is None
    assert found["newline_to_word_ratio"] is None
    assert (found["terminal_line_fraction"] is None) == (text != "!!!")


@pytest.mark.parametrize("mark", [".", "!", "?", "。", "؟", "।", "፧", "։", "။", "។", "！", "‽"])
def test_terminal_marks_of_every_script(mark: str) -> None:
    assert values(f"x{mark}\nx{mark}”\nx{mark})  \nx")["terminal_line_fraction"] == 0.75
