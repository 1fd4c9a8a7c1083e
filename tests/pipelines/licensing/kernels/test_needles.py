import functools
import operator
import re
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.licensing.kernels.needles import (
    CASE_BIT,
    SHORTEST_NEEDLE,
    build_table,
    kinds_in_page,
    next_needle,
)

NEEDLES = (b"license", b"creativecommons.org", "réserv".encode(), b"ed under", b"reserved", b"\nunderx")
KINDS = (1, 1, 2, 2, 4, 2)


def _folded(text: bytes) -> bytes:
    return bytes(byte | CASE_BIT for byte in text)


def _table(most: int) -> tuple[Any, ...]:
    needles = [_folded(needle) for needle in NEEDLES]
    sizes = [len(needle) for needle in needles]
    flat = np.frombuffer(b"".join(needles), np.uint8)
    offsets = np.array([0, *np.cumsum(sizes)], np.int64)
    return flat, offsets, np.array(KINDS, np.int64), *build_table(flat, offsets, most)


def _next(text: bytes, begin: int, wanted: int) -> tuple[int, int]:
    return next_needle(*_views(text), begin, wanted, *_table(99))


def _views(text: bytes) -> tuple[Any, Any]:
    return np.frombuffer(text, np.uint8), np.frombuffer(text, "<u4", len(text) // 4)


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


HTML = (
    *(b"<p>", b"</p>", b"<a href='", b"'>", b"<script>", b"<STYLE media=x>", b"</script>", b"<!-- ", b" -->"),
    *(b"'<script>'", b"1 <2", b" => ", b"x" * 600, b"ab", b"\n", b"-", b">", b"<", b"CC BY", b"CC0"),
)  # fmt: skip
WITHIN_TAGS = 1  # the kind of addresses
NAMES = 8


def _counting(html: bytes, end: int, every: int, within_tags: int) -> int:
    """Return which kinds count at a place of HTML, found without haste."""
    openers = list(re.finditer(rb"<(?=[a-zA-Z/!?])", html[: end + 1]))
    begin = openers[-1].start() if openers and openers[-1].start() < end else -1
    if begin < 0:
        return every
    if b">" not in html[begin:end]:
        return within_tags
    is_raw = re.match(rb"<(?:script|style)", html[begin:], re.IGNORECASE) and html[begin - 1 : begin] not in (
        b"'",
        b'"',
    )
    return 0 if is_raw and b"-->" not in html[begin:end] else every


def _page(html: bytes, in_text: int, room: int = 99) -> tuple[int, list[tuple[int, int]], int]:
    """Return the kinds that stand in a page, the places of those that count in text, and how many there are."""
    places, kinds = np.zeros(room, np.int64), np.zeros(room, np.int64)
    found, count = kinds_in_page(*_views(html), WITHIN_TAGS, in_text, NAMES, places, kinds, *_table(4))
    told = zip(places.tolist(), kinds.tolist(), strict=True)
    return found, sorted(list(told)[:count]), count


@given(st.lists(st.sampled_from([*NEEDLES, *HTML])).map(b"".join), st.sampled_from([2, 6]))
def test_needles_count_where_they_may_say_something(html: bytes, in_text: int) -> None:
    within, places = 0, []
    for needle, kind in zip(NEEDLES, KINDS, strict=True):
        pattern = b"(?=" + re.escape(_folded(needle)) + b")"
        for match in re.finditer(pattern, _folded(html)) if kind & (WITHIN_TAGS | in_text) else ():
            counting = kind & _counting(html, match.start() + len(needle) - 1, WITHIN_TAGS | in_text, WITHIN_TAGS)
            within |= counting & WITHIN_TAGS
            places += [(match.start(), kind)] if counting & in_text else []
    names = [match.start() for match in re.finditer(rb"CC(?=[\x00-\x20\-0<])", html)]
    places += [(at, NAMES) for at in names if _counting(html, at, 1, 0)]
    kinds = functools.reduce(operator.or_, (kind for _, kind in places), within)
    assert _page(html, in_text | NAMES) == (kinds, sorted(places), len(places))


@given(st.lists(st.sampled_from([b"C", b"B ", b"x"]), max_size=70).map(b"".join), st.integers(0, 2100))
def test_names_of_creative_commons_are_found_wherever_they_stand(name: bytes, shift: int) -> None:
    html = b"x" * shift + name + b"CC "
    found = [match.start() for match in re.finditer(rb"CC(?= )", html)]
    assert _page(html, NAMES)[1] == [(place, NAMES) for place in found]


def test_more_places_than_there_is_room_for_are_counted() -> None:
    assert _page(b"reserved CC0 " * 700, 4 | NAMES, room=3)[2] == 1400
