import random

import pytest

from benchmarks.dedup_truth import LEAST_RECALL, held_to_truth, with_edits
from benchmarks.planted_edits import EDITS, edited, words_of
from pipelines.dedup.profiles import PROFILES
from signals.minhash.shinglings import LOAM
from signals.reference.minhash import jaccard, shingles


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("similarity", [0.75, 0.85, 0.95])
def test_a_copy_is_about_as_similar_as_asked(kind: str, similarity: float) -> None:
    draw = random.Random(3)  # noqa: S311
    text = " ".join(f"w{draw.randrange(5000)}" for _ in range(200))
    found = []
    for _ in range(20):
        copy = edited(text, kind, similarity, draw)
        assert copy != text
        found.append(jaccard(shingles(text, LOAM), shingles(copy, LOAM)))
    assert sum(found) / len(found) == pytest.approx(similarity, abs=0.03)


def test_a_text_without_spaces_is_edited_by_characters() -> None:
    assert words_of("東京は日本の首都であり、人口が最も多い都市です。\nはい。") == (
        list("東京は日本の首都であり、人口が最も多い都市です。はい。"),
        "",
    )
    assert words_of("one two\nthree") == (["one", "two", "three"], " ")
    assert words_of("") == ([], " ")


def test_edits_are_the_same_each_time() -> None:
    texts = [" ".join(f"{letter}{place}" for place in range(60)) for letter in "abc"]
    mixed = with_edits(texts, "truncated", 0.8)
    assert mixed == with_edits(texts, "truncated", 0.8)
    assert set(texts) < set(mixed)
    assert len(mixed) == 6


def test_planted_edits_are_found_and_nothing_else_is_merged() -> None:
    draw = random.Random(4)  # noqa: S311
    texts = [" ".join(f"w{draw.randrange(5000)}" for _ in range(100)) for _ in range(60)]
    found = held_to_truth("texts", with_edits(texts, "boilerplate", 0.8), PROFILES["loam"], 0.8)
    assert found.pairs > 10
    assert found.recall >= LEAST_RECALL
    assert found.merged == found.right > 10
    assert found.holds
    assert str(found).startswith("texts, from 0.8 on: recall 1.0000 of")
