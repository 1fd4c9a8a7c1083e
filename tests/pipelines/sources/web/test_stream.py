import gzip
from io import BytesIO

from pipelines.sources.web.stream import DecodedStream


def test_a_member_that_inflates_far_ends_where_the_next_begins() -> None:
    contents = [bytes(3 * 2**20), b"behind it"]
    stream = DecodedStream(BytesIO(b"".join(map(gzip.compress, contents))), "gzip", 0)
    assert stream.take(4 * 2**20) == b"".join(contents)
    assert stream.damage is None
