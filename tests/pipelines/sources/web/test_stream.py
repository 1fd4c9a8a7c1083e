import gzip
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.web.gzip_input import STORED_CHUNK
from pipelines.sources.web.stream import DecodedStream


def test_a_member_that_inflates_far_ends_where_the_next_begins() -> None:
    contents = [bytes(3 * 2**20), b"behind it"]
    stream = DecodedStream(BytesIO(b"".join(map(gzip.compress, contents))), "gzip", 0)
    assert stream.take(4 * 2**20) == b"".join(contents)
    assert stream.damage is None


@given(st.lists(st.binary(max_size=40), max_size=4), st.integers(0, 9), st.integers(0, 200), st.integers(0, 200))
def test_what_is_ahead_is_seen_and_not_taken(contents: list[bytes], taken: int, begin: int, size: int) -> None:
    stream = DecodedStream(BytesIO(b"".join(map(gzip.compress, contents))), "gzip", 0)
    ahead = b"".join(contents)[len(stream.take(taken)) :]
    assert stream.peek(size, begin) == ahead[begin : begin + size]
    pattern = ahead[begin : begin + 3]
    place = ahead.find(pattern, begin, size)
    if pattern:
        assert stream.find(pattern, size, begin) == place
    assert stream.take(len(ahead)) == ahead


@pytest.mark.parametrize("behind", [0, 1, 5_000])
def test_before_damage_in_a_member_the_same_is_read_wherever_reading_began(behind: int) -> None:
    content = bytes(STORED_CHUNK + 60_000)
    first = gzip.compress(content[: STORED_CHUNK - behind], 0)
    member = bytearray(gzip.compress(content, 0))
    member[-8] ^= 1  # of its checksum
    stored = BytesIO(first + member)
    from_file, from_member = DecodedStream(stored, "gzip", 0), DecodedStream(stored, "gzip", len(first))
    from_file.take(STORED_CHUNK - behind)
    assert from_file.take(2**20) == from_member.take(2**20)
    assert from_file.damage == from_member.damage is not None
