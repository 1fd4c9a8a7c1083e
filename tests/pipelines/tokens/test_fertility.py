"""Tokens a word, a character and a byte."""

import pytest

from pipelines.tokens.fertility import beyond_goal, measure_fertility
from pipelines.tokens.sample import Stratum
from pipelines.tokens.tokenizer import parse_tokenizer
from pipelines.tokens.training import TrainingPlan, train_tokenizer

WEB, BOOKS = Stratum("eng_Latn", "web"), Stratum("eng_Latn", "books")
SWAHILI = Stratum("swh_Latn", "web")
TEXTS = {
    WEB: ["The soil grows and the worm digs. "] * 300,
    BOOKS: ["The worm."] * 10,
    SWAHILI: ["udongo wa dunia na mimea "] * 300,
}
LEARNT = parse_tokenizer(train_tokenizer([TEXTS[WEB]], TrainingPlan("bpe", 400)), "learnt")
BYTES = parse_tokenizer(train_tokenizer([], TrainingPlan("bpe", 400)), "bytes")


def test_words_characters_bytes_and_tokens_are_counted() -> None:
    rows = measure_fertility(TEXTS, {"learnt": LEARNT, "bytes": BYTES})
    assert [(row.stratum.lang, row.stratum.source) for row in rows] == [
        ("eng_Latn", "*"),
        ("eng_Latn", "books"),
        ("eng_Latn", "web"),
        ("swh_Latn", "*"),
        ("swh_Latn", "web"),
    ]
    books = rows[1]
    assert (books.documents, books.words, books.characters, books.size) == (10, 20, 90, 90)
    assert books.tokens["bytes"] == 90
    assert rows[0].tokens["bytes"] == rows[1].tokens["bytes"] + rows[2].tokens["bytes"]
    assert rows[2].per_word("learnt") < 2 < rows[2].per_word("bytes")


def test_a_tokenizer_is_held_to_the_best_of_the_others() -> None:
    rows = measure_fertility(TEXTS, {"bytes": BYTES, "learnt": LEARNT, "again": LEARNT})
    failed = beyond_goal(rows, "bytes")
    assert [row.stratum.lang for row in failed][:1] == ["eng_Latn"]
    assert failed[0].points_above("bytes") == pytest.approx(
        100 * (failed[0].tokens["bytes"] / failed[0].tokens["learnt"] - 1)
    )
    assert beyond_goal(rows, "learnt") == []


def test_a_tokenizer_alone_is_held_to_nothing_and_few_words_are_not_judged() -> None:
    rows = measure_fertility(TEXTS, {"bytes": BYTES})
    assert rows[0].points_above("bytes") is None
    assert beyond_goal(rows, "bytes") == []
    few = measure_fertility({BOOKS: TEXTS[BOOKS]}, {"bytes": BYTES, "learnt": LEARNT})
    assert beyond_goal(few, "bytes") == []
