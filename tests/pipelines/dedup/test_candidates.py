"""Pairs of documents that share a band's key."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup.candidates import FEW, GROUP_LIMIT, Hashes, Numbers, pairs_of_band, split_pairs
from pipelines.dedup.kernels.candidates import hash_bands
from pipelines.dedup.profiles import PROFILES, RECALL_AT_THRESHOLD, Banding, banding_for_recall


def _no_next(step: int, some: Numbers) -> Hashes:
    raise AssertionError(f"band {step} was asked for {len(some)} documents")


@given(st.lists(st.integers(0, 5), max_size=GROUP_LIMIT), st.randoms(use_true_random=False))
def test_all_that_share_a_key_are_paired(keys: list[int], generator: object) -> None:
    scattered = np.array(keys, np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    numbers = np.arange(len(keys), dtype=np.uint32)
    expected = [(a, b) for a, b in itertools.combinations(range(len(keys)), 2) if keys[a] == keys[b]]
    shuffled = np.random.default_rng(len(str(generator))).permutation(len(keys))
    for order in (numbers, shuffled):
        later, earlier = split_pairs(pairs_of_band(scattered[order], numbers[order], len(keys), _no_next, 3))
        assert sorted(zip(earlier.tolist(), later.tolist(), strict=True)) == expected


def _crowd(size: int, bands: int, seed: int) -> tuple[Hashes, Numbers]:
    generator = np.random.default_rng(seed)
    keys = generator.integers(1, 20, (bands, size)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    keys[0] = np.uint64(7) << np.uint64(60)
    return keys, np.arange(size, dtype=np.uint32)


def test_a_crowd_is_divided_by_the_next_bands_and_meets_its_first_ones() -> None:
    keys, numbers = _crowd(2000, 4, 1)

    def next_keys(step: int, some: Numbers) -> Hashes:
        following: Hashes = keys[step][some]
        return following

    pairs = pairs_of_band(keys[0], numbers, len(numbers), next_keys, 4)
    later, earlier = split_pairs(pairs)
    assert set(zip(earlier.tolist(), later.tolist(), strict=True)) >= set(
        itertools.product(range(FEW), range(FEW, 2000))
    )
    alike = {(a, b) for a, b in itertools.combinations(range(2000), 2) if (keys[1:3, a] == keys[1:3, b]).all()}
    assert alike <= set(zip(earlier.tolist(), later.tolist(), strict=True))
    assert len(pairs) < 2000 * (GROUP_LIMIT // 2 + 3 * FEW)
    order = np.random.default_rng(2).permutation(len(numbers))
    assert (pairs_of_band(keys[0][order], numbers[order], len(numbers), next_keys, 4) == pairs).all()


def test_a_crowd_that_no_band_divides_costs_no_square() -> None:
    keys, numbers = np.ones(10_000, np.uint64) << np.uint64(63), np.arange(10_000, dtype=np.uint32)
    pairs = pairs_of_band(keys, numbers, 10_000, lambda _, some: keys[some], 21)
    assert len(pairs) == sum(min(FEW, later) for later in range(10_000))


def test_keys_of_bands() -> None:
    signatures = np.random.default_rng(1).integers(0, 2**32, (3, 128), np.uint32)
    signatures[1, 6:12] = signatures[0, 6:12]
    signatures[2, 0:6] = signatures[0, 6:12]  # the same values, in another band
    keys = np.empty((21, 3), np.uint64)
    hash_bands(signatures, 6, keys)
    assert keys[1, 0] == keys[1, 1]
    assert len(np.unique(keys)) == 62


def test_bandings() -> None:
    assert PROFILES["loam"].banding(0.8) == Banding(21, 6)
    assert PROFILES["fineweb"].banding(0.75) == Banding(14, 8)
    expected = {0.7: Banding(14, 9), 0.8: Banding(9, 13), 0.9: Banding(5, 25), 1.0: Banding(1, 128)}
    assert {threshold: PROFILES["redpajama_v2"].banding(threshold) for threshold in expected} == expected
    assert banding_for_recall(1.0) == Banding(1, 128)
    for threshold in (0.3, 0.5, 0.65, 0.95):
        banding = banding_for_recall(threshold)
        assert banding.bands * banding.rows <= 128
        assert banding.recall(threshold) >= RECALL_AT_THRESHOLD
