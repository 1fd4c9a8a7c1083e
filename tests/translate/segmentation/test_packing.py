from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.blocks import Block
from translate.segmentation import Segment, join, pack, segment_document, sentence_splitter

SPLIT = sentence_splitter("eng_Latn")
PIECES = st.sampled_from(
    [
        "One. ",
        "Two words. ",
        "a, b; c: d ",
        "\n",
        "\r\n",
        "\n\n",
        "# ",
        "- ",
        "x" * 30,
        " \u200b",
        "word ",
        "字、",
        "。",
        "\u2028",
    ]
)


def characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def packed(text: str, budget: int) -> list[str]:
    return [segment.text for segment in pack(segment_document(text, None), SPLIT, characters, budget) if segment.text]


def test_what_fits_is_left_whole() -> None:
    text = "First sentence. Second sentence.\n\nAnother paragraph.\n"
    segments = segment_document(text, None)
    assert pack(segments, SPLIT, words, 4) == segments


def test_sentences_are_put_together_up_to_the_budget() -> None:
    text = "One is. Two is. Three is. Four is. Five is."
    assert packed(text, 16) == ["One is. Two is.", "Three is.", "Four is.", "Five is."]
    assert packed(text, 26) == ["One is. Two is. Three is.", "Four is. Five is."]


def test_a_long_sentence_is_cut_at_the_best_place_there_is() -> None:
    assert packed("A short one. The first clause is long; the second one too.", 25) == [
        "A short one.",
        "The first clause is long;",
        "the second one too.",
    ]
    assert packed("no mark but one comma, and then no more of them", 24) == [
        "no mark but one comma,",
        "and then no more of them",
    ]
    assert packed("just words and more words", 12) == ["just words", "and more", "words"]
    assert packed("これは長い文、そして続きます、まだ続く", 8) == ["これは長い文、", "そして続きます、", "まだ続く"]


def test_pieces_of_different_segments_are_never_mixed() -> None:
    text = "- item one is long. It is.\n- item two. Short.\n"
    assert packed(text, 20) == ["item one is long.", "It is.", "item two. Short."]


def test_a_word_above_the_budget_is_kept_for_the_ladder_to_reject() -> None:
    assert packed("see " + "x" * 40 + " there", 10) == ["see", "x" * 40, "there"]


def test_a_joined_piece_is_counted_before_it_is_believed() -> None:
    def with_joints(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 10 * text.count(". ") for text in texts]

    segments = [Segment("", "A b. C d. E f.", Block.PARAGRAPH)]
    assert [part.text for part in pack(segments, SPLIT, with_joints, 6)] == ["A b.", "C d.", "E f."]


def test_texts_are_counted_in_few_calls() -> None:
    calls = []

    def counted(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return characters(texts)

    segments = segment_document("\n\n".join(f"Paragraph {number} is short." for number in range(100)), None)
    pack(segments, SPLIT, counted, 100)
    assert calls == [100]


@pytest.mark.parametrize("count", [characters, words])
@given(text=st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join), budget=st.integers(1, 40))
def test_nothing_is_lost_and_what_is_too_long_is_one_word(count, text: str, budget: int) -> None:  # noqa: ANN001
    segments = pack(segment_document(text, None), SPLIT, count, budget)
    assert join(segments) == text
    for segment in segments:
        if segment.text and count([segment.text])[0] > budget:
            assert len(segment.text.split()) == 1
