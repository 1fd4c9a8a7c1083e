import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.kernels.needles import (
    CASE_BIT,
    SHORTEST_NEEDLE,
    build_table,
    holds_creative_commons,
    next_needle,
)

NEEDLES = (b"license", b"creativecommons.org", "réserv".encode(), b"ed under", b"reserved", b"\nunderx")
KINDS = (1, 1, 2, 2, 4, 2)


def _folded(text: bytes) -> bytes:
    return bytes(byte | CASE_BIT for byte in text)


def _next(text: bytes, begin: int, wanted: int) -> tuple[int, int]:
    needles = [_folded(needle) for needle in NEEDLES]
    sizes = [len(needle) for needle in needles]
    flat = np.frombuffer(b"".join(needles), np.uint8)
    offsets = np.array([0, *np.cumsum(sizes)], np.int64)
    needle_at = np.repeat(np.arange(len(needles), dtype=np.int32), sizes)
    data, words = np.frombuffer(text, np.uint8), np.frombuffer(text, "<u4", len(text) // 4)
    kinds = np.array(KINDS, np.int64)
    return next_needle(data, words, begin, wanted, flat, offsets, needle_at, kinds, *build_table(flat, offsets))


def _places(text: bytes, begin: int, wanted: int) -> dict[int, int]:
    """Return where each wanted needle begins, and its kind, found without haste."""
    found = {}
    for needle, kind in zip(NEEDLES, KINDS, strict=True):
        if kind & wanted:
            pattern = b"(?=" + re.escape(_folded(needle)) + b")"
            found |= {match.start(): kind for match in re.finditer(pattern, _folded(text)) if match.start() >= begin}
    return found


def test_needles_are_long_enough() -> None:
    assert all(len(needle) >= SHORTEST_NEEDLE for needle in NEEDLES)


@given(
    st.lists(st.sampled_from([*NEEDLES, b"LICENSE", b"Licens", b"a", b"xy", b" ", b"\n", b"\xc3", b"res"])).map(
        b"".join
    ),
    st.integers(0, 40),
    st.integers(0, 7),
)
def test_the_first_needle_is_found_wherever_it_stands(text: bytes, begin: int, wanted: int) -> None:
    expected = _places(text, begin, wanted)
    place, kind = _next(text, begin, wanted)
    if not expected:
        assert (place, kind) == (-1, 0)
    else:
        assert expected[place] == kind
        assert -(-place // 4) == -(-min(expected) // 4)  # found by the same word as the first


@given(st.lists(st.sampled_from([b"CC", b"C", b"c", b" BY", b"0", b"-", b"<b>", b"\n", b"x"])).map(b"".join))
def test_names_of_creative_commons_are_seen(text: bytes) -> None:
    assert holds_creative_commons(np.frombuffer(text, np.uint8)) == bool(re.search(rb"CC[\x00-\x20\-0<]", text))
