"""The memory of this process."""

import numpy as np
import pytest

from pipelines.memory import peak_bytes, release_memory, reset_peak, resident_bytes

SIZE = 200_000_000


def test_what_is_held_is_resident_and_what_was_held_is_the_peak() -> None:
    before = resident_bytes()
    if before is None:
        pytest.skip("the system does not tell what is resident")
    reset_peak()
    held = np.ones(SIZE, np.uint8)
    during = resident_bytes()
    del held
    release_memory()
    after = resident_bytes()
    assert during is not None
    assert after is not None
    assert during - before > 0.9 * SIZE
    assert after - before < 0.5 * SIZE
    assert peak_bytes() >= during * 0.99
