"""Clusters of texts, held to the truth."""

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import signals
from pipelines.dedup.candidates import split_pairs
from pipelines.dedup.clusters import AlikePairs, Assignment, Measure, candidate_pairs, cluster_texts
from pipelines.dedup.kernels.assignment import BY_KEY, EXACT, FUZZY, KEPT, NOBODY
from pipelines.dedup.profiles import PROFILES
from signals.minhash.shinglings import LOAM
from signals.reference.minhash import jaccard, shingles
from tests.pipelines.dedup.near_copies import alike, with_near_copies

LONGEST = 500  # characters: comparing all with all takes its time
DISTINCT = [
    *("東京は日本の首都であり、人口が最も多い都市です。", "猫が窓辺で静かに眠っている。", "明日は雨が降るでしょう。"),
    *("北京是中华人民共和国的首都。", "我喜欢在早晨喝一杯热茶。", "这本书讲述了一个古老的故事。"),
    *("Yes.", "Not today", "See you soon"),
]


def _candidates(texts: list[str], threshold: float) -> set[tuple[int, int]]:
    signatures = signals.compute(pa.array(texts), names=["minhash"])["minhash"]
    numbers = np.arange(len(texts), dtype=np.uint32)
    later, earlier = split_pairs(candidate_pairs(signatures, numbers, PROFILES["loam"], threshold))
    return set(zip(earlier.tolist(), later.tolist(), strict=True))


def _recall(texts: list[str], threshold: float) -> float:
    true = alike(texts, LOAM, threshold)
    assert len(true) > 40
    return len(true.keys() & _candidates(texts, threshold)) / len(true)


@pytest.mark.parametrize("threshold", [0.75, 0.8, 0.95])
def test_planted_edits_are_found(threshold: float) -> None:
    assert _recall(with_near_copies(1, 200), threshold) >= 0.98


def test_real_templates_are_found(shared: Path) -> None:
    column = pq.read_table(shared / "data/debian_docs.parquet", columns=["text"])["text"]
    short = [str(text) for text in column.to_pylist() if len(str(text)) < LONGEST]
    assert _recall(short[:4000], 0.8) >= 0.98


@pytest.mark.parametrize("profile", ["loam", "fineweb", "slimpajama", "redpajama_v2"])
def test_no_pair_below_the_threshold_is_merged(profile: str) -> None:
    texts = with_near_copies(2, 100)
    chosen = PROFILES[profile]
    found = cluster_texts(pa.array(texts), chosen)
    assert (found.match == FUZZY).sum() > 10
    for row, representative in enumerate(found.representative.tolist()):
        assert found.representative[representative] == representative
        similarity = jaccard(*(shingles(texts[place], chosen.shingling) for place in (row, representative)))
        if row != representative:
            assert representative < row
            assert similarity == found.likeness[row] >= chosen.threshold


def test_containment_finds_what_is_part_of_another() -> None:
    whole = " ".join(map(str, range(100)))
    texts = pa.array([whole, " ".join(map(str, range(80)))])
    assert cluster_texts(texts, PROFILES["loam"]).representative.tolist() == [0, 1]
    found = cluster_texts(texts, PROFILES["loam"], Measure(0.7, containment=True))
    assert found.representative.tolist() == [0, 0]
    assert found.likeness.tolist() == [1.0, 1.0]


def test_distinct_short_texts_of_any_script_stay_apart() -> None:
    for profile in PROFILES.values():
        assert cluster_texts(pa.array(DISTINCT), profile).representative.tolist() == list(range(9))


def test_near_copies_without_spaces_are_found() -> None:
    text = "".join(DISTINCT[:6])
    found = cluster_texts(pa.array([text, text.replace("明日", "今日")]), PROFILES["loam"], Measure(0.7))
    assert found.representative.tolist() == [0, 0]


def test_nothing_to_compare() -> None:
    assert cluster_texts(pa.array([], pa.string()), PROFILES["loam"]).representative.tolist() == []
    assert cluster_texts(pa.array(["", "", "?!"]), PROFILES["loam"]).representative.tolist() == [0, 0, 2]


def _assigned(count: int, pairs: Mapping[tuple[int, int], float], **given: object) -> Assignment:
    same_text = np.array(given.get("same_text", range(count)), np.uint32)
    same_key = np.array(given.get("same_key", np.empty((0, count))), np.uint32).reshape(-1, count)
    ordered = sorted((later, earlier, value) for (earlier, later), value in pairs.items())
    later, earlier, values = zip(*ordered, strict=True) if ordered else ((), (), ())
    found = Assignment(same_text, same_key, int(str(given.get("frozen_until", 0))))
    alike_pairs = AlikePairs(np.array(later, np.uint32), np.array(earlier, np.uint32), np.array(values, np.float64))
    found.decide(0, count, alike_pairs)
    return found


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.dictionaries(
                st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1]),
                st.sampled_from([0.8, 0.85, 0.9, 1.0]),
            ),
        )
    )
)
def test_each_joins_the_most_similar_one_kept_so_far(given_pairs: tuple[int, dict[tuple[int, int], float]]) -> None:
    count, pairs = given_pairs
    expected: list[int] = []
    for document in range(count):
        kept = [other for other in range(document) if expected[other] == other and (other, document) in pairs]
        expected.append(max(kept, key=lambda other: (pairs[other, document], -other), default=document))
    assert _assigned(count, pairs).representative.tolist() == expected


def test_a_chain_is_no_reason() -> None:
    found = _assigned(3, {(0, 1): 0.85, (1, 2): 0.85})
    assert found.representative.tolist() == [0, 0, 2]


def test_a_copy_goes_where_its_first_copy_went() -> None:
    found = _assigned(4, {(0, 1): 0.85, (2, 3): 0.9}, same_text=[0, 1, 1, 3])
    assert found.representative.tolist() == [0, 0, 0, 3]
    assert found.likeness.tolist() == [1.0, 0.85, 0.85, 1.0]
    assert found.match.tolist() == [KEPT, FUZZY, FUZZY, KEPT]
    found = _assigned(3, {}, same_text=[0, 0, 0])
    assert found.match.tolist() == [KEPT, EXACT, EXACT]


def test_a_key_joins_what_is_not_alike_and_leads_no_further() -> None:
    # 1 has the address of 0; 2 has the text of 1 at another address, and 3 is like that text.
    nobody = int(NOBODY)
    found = _assigned(4, {(1, 3): 0.9}, same_text=[0, 1, 1, 3], same_key=[[0, 0, 2, nobody]])
    assert found.representative.tolist() == [0, 0, 2, 2]
    assert found.match.tolist() == [KEPT, BY_KEY, KEPT, FUZZY]
    assert np.isnan(found.likeness[1])
    # 1 has the address of 0; 2 is like 1 and is kept; 3 is a copy of 1 and joins 2.
    found = _assigned(4, {(1, 2): 0.9}, same_text=[0, 1, 2, 1], same_key=[[0, 0, nobody, nobody]])
    assert found.representative.tolist() == [0, 0, 2, 2]
    assert found.likeness[3] == 0.9


def test_frozen_documents_stay() -> None:
    found = _assigned(4, {(0, 1): 0.9, (0, 2): 0.8, (1, 2): 0.9, (2, 3): 1.0}, frozen_until=2)
    assert found.representative.tolist() == [0, 1, 1, 3]


@given(st.randoms(use_true_random=False))
def test_the_set_does_not_depend_on_rows_that_are_not_preferred(generator: random.Random) -> None:
    texts = with_near_copies(3, 6)
    order = list(range(len(texts)))
    generator.shuffle(order)
    found = cluster_texts(pa.array([texts[row] for row in order]), PROFILES["loam"])
    truth = alike([texts[row] for row in order], LOAM, 0.8)
    for row, representative in enumerate(found.representative.tolist()):
        assert row == representative or (representative, row) in truth
