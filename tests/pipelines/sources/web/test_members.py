import gzip
from io import BytesIO
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.web.gzip_input import STORED_CHUNK
from pipelines.sources.web.members import Member, sound_members

CONTENTS = st.binary(max_size=50) | st.builds(bytes, st.integers(0, 10**5))


def members(stored: bytes, longest: int = 10**6) -> list[Member]:
    return list(sound_members(BytesIO(stored), 0, longest))


@given(st.lists(st.tuples(CONTENTS, st.integers(0, 9)), max_size=5))
def test_each_member_is_decoded_and_told_where_it_stands(contents: list[tuple[bytes, int]]) -> None:
    stored = [gzip.compress(content, level, mtime=0) for content, level in contents]
    bounds = [0, *accumulate(map(len, stored))]
    expected = [Member(*place) for place in zip(bounds, bounds[1:], (content for content, _ in contents), strict=False)]
    assert members(b"".join(stored)) == expected


@given(CONTENTS, st.data())
def test_a_member_in_which_a_byte_is_another_is_sound_only_if_it_holds_the_same_or_nothing(
    content: bytes, data: st.DataObject
) -> None:
    stored = bytearray(gzip.compress(content, mtime=0))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    assert {member.content for member in members(bytes(stored))} <= {content, b""}


@pytest.mark.parametrize("before", [1, 2, 3, 4])
def test_a_member_may_begin_at_the_end_of_a_chunk(before: int) -> None:
    contents = (bytes(size) for size in range(STORED_CHUNK - 60, STORED_CHUNK))
    first = next(
        one for one in (gzip.compress(content, 0) for content in contents) if len(one) == STORED_CHUNK - before
    )
    assert [member.offset for member in members(first + gzip.compress(b"x"))] == [0, len(first)]


@pytest.mark.parametrize(
    "last",
    [
        gzip.compress(b"x" * 9)[:-1],
        gzip.compress(b"x" * 11),
        gzip.compress(bytes(10**7)),
        b"\0" * 30 + gzip.compress(b"x"),
        b"\x1f\x8b\x08\x80" + gzip.compress(b"x")[4:],
        b"\x1f",
    ],
    ids=["clipped", "too_long", "bomb", "padded", "reserved_flag", "begun"],
)
def test_reading_ends_before_what_is_doubtful(last: bytes) -> None:
    first = gzip.compress(b"x" * 10)
    assert members(first + last, 10) == [Member(0, len(first), b"x" * 10)]
