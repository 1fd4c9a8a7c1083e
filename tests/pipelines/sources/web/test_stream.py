import gzip
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

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
