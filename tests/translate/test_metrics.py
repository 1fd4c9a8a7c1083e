import math

import pytest

from translate.metrics import bleu, chrf, sentence_chrf


def test_chrf_agrees_with_a_hand_count() -> None:
    assert chrf(["abc"], ["abc"]).value == pytest.approx(100)
    assert chrf([""], ["abc"]).value == 0
    # Of n-grams "ab" shares with "ac": 1 of 2 characters, none of 1 pair; the F of each order is averaged.
    assert chrf(["ab"], ["ac"]).value == pytest.approx(25)
    assert sentence_chrf(["abc", "ab"], ["abc", "ac"]) == pytest.approx([100, 25])


def test_bleu_agrees_with_a_hand_count() -> None:
    # Of 5 words 4 match, of 4 pairs 3, of 3 triples 2, of 2 quadruples 1; as long as the reference.
    expected = 100 * math.prod((4 / 5, 3 / 4, 2 / 3, 1 / 2)) ** (1 / 4)
    assert bleu(["o rio corre devagar hoje"], ["o rio corre devagar ontem"], "por_Latn").value == pytest.approx(
        expected
    )


def test_scripts_without_spaces_are_not_counted_by_spaces() -> None:
    for language, text, tokenizer in (
        ("zho_Hans", "河水缓缓流向大海", "zh"),
        ("jpn_Jpan", "川はゆっくりと海へ流れる", "char"),
        ("por_Latn", "O rio corre para o mar.", "13a"),
    ):
        score = bleu([text], [text], language)
        assert score.value == pytest.approx(100)
        assert f"tok:{tokenizer}|" in score.signature
