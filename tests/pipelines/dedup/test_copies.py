"""First copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup.copies import first_copies
from pipelines.dedup.kernels.assignment import NOBODY


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=30), st.integers(0, 30), st.booleans())
def test_the_first_of_each_key(keys: list[tuple[int, int]], cut: int, reverse: bool) -> None:
    count = len(keys) + 3  # some documents have no key
    upper = np.array([a for a, _ in keys], np.uint64) << np.uint64(62)
    lower = np.array([b for _, b in keys], np.uint64)
    numbers = np.arange(len(keys), dtype=np.uint32)
    order = np.argsort(-numbers.astype(np.int64)) if reverse else numbers
    parts = [(upper[part], lower[part], numbers[part]) for part in (order[:cut], order[cut:])]
    assert first_copies(parts, count).tolist() == [*map(keys.index, keys), *[int(NOBODY)] * 3]
