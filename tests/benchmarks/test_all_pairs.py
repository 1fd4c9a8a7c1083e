import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.all_pairs import alike
from signals.minhash.shinglings import LOAM, SHINGLINGS
from signals.reference.minhash import jaccard, shingles


@settings(max_examples=10)
@given(st.lists(st.lists(st.sampled_from("abc"), max_size=20).map(" ".join), min_size=4, max_size=8))
def test_every_pair_that_reaches_the_threshold_is_there_with_its_similarity(texts: list[str]) -> None:
    for shingling in SHINGLINGS:
        sets = [shingles(text, shingling) for text in texts]
        pairs = itertools.combinations(range(len(texts)), 2)
        similarities = {pair: jaccard(sets[pair[0]], sets[pair[1]]) for pair in pairs}
        expected = {pair: pytest.approx(value) for pair, value in similarities.items() if value >= 0.4}
        assert alike(texts, shingling, 0.4) == expected


def test_no_texts_have_no_pairs() -> None:
    assert alike([], LOAM, 0.5) == {}
