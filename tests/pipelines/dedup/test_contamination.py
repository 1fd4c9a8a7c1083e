from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.dedup import contamination
from pipelines.dedup.contamination import find_overlaps, index_benchmarks, sought_sizes
from pipelines.dedup.span_index import Windows, window_hashes
from pipelines.dedup.span_rules import token_rule
from tests.pipelines.dedup.span_reference import tokens_of

WORDS = st.lists(st.sampled_from(("a", "B", "b,", "c c", "東", "京。", "ก", "é", "\n", "--")), max_size=40).map(
    " ".join
)
NGRAM = 9


def expected(documents: Sequence[str], texts: Sequence[str]) -> list[tuple[int, int, int, float]]:
    """Return document, text, shared n-grams and the share of the text that they cover, by brute force."""
    words = [
        [[token.folded for token in tokens_of(text, token_rule(NGRAM))] for text in side] for side in (documents, texts)
    ]
    found = []
    for document, held in enumerate(words[0]):
        for text, sought in enumerate(words[1]):
            size = min(len(sought), NGRAM)
            if size < 8:
                continue
            grams = {tuple(held[k : k + size]) for k in range(len(held) - size + 1)}
            places = [k for k in range(len(sought) - size + 1) if tuple(sought[k : k + size]) in grams]
            if places:
                covered = {place + k for place in places for k in range(size)}
                found.append((document, text, len(places), len(covered) / len(sought)))
    return found


def overlaps(documents: Sequence[str], texts: Sequence[str]) -> list[tuple[int, int, int, float]]:
    found = find_overlaps(pa.array(documents, pa.string()), index_benchmarks(pa.array(texts, pa.string()), NGRAM))
    columns = (found.documents, found.texts, found.ngrams, found.fractions)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@settings(deadline=None, max_examples=150)
@given(documents=st.lists(WORDS, max_size=4), texts=st.lists(WORDS, max_size=4))
@example(documents=["a " * 20], texts=["a " * 8, "a " * 12, "a " * 7])
@example(documents=[], texts=[])
def test_overlaps_are_those_of_brute_force(documents: list[str], texts: list[str]) -> None:
    assert overlaps(documents, texts) == expected(documents, texts)


def test_hashes_that_collide_find_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*arguments: Any) -> Windows:  # noqa: ANN401 -- whatever the function takes
        windows = window_hashes(*arguments)
        return Windows(np.zeros_like(windows.hashes), windows.places)

    documents, texts = ["a b c d e f g h i j k", "x " * 30], ["b c d e f g h i j", "k " * 10]
    assert overlaps(documents, texts) == [(0, 0, 1, 1.0)]
    monkeypatch.setattr(contamination, "window_hashes", none)
    assert overlaps(documents, texts) == [(0, 0, 1, 1.0)]


def test_what_is_sought_of_short_texts() -> None:
    assert sought_sizes(np.array([0, 7, 8, 12, 13, 50]), 13).tolist() == [0, 0, 8, 12, 13, 13]
    assert sought_sizes(np.array([4, 5, 6]), 5).tolist() == [0, 5, 5]


def test_what_all_questions_begin_with_does_not_make_all_pairs() -> None:
    prompt = "Answer the following question with one of the four choices below it"
    texts = [f"{prompt} q{number} r{number}" for number in range(300)]
    found = overlaps([f"{prompt} q250 r250", "nothing"], texts)
    assert {document for document, *_ in found} == {0}
    assert [text for _, text, *_ in found] == [*range(100), 250]
    assert found[-1] == pytest.approx((0, 250, 2, 10 / 14))
