import gzip
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.web.heads import begins_record, find_record, head_size
from pipelines.sources.web.stream import DecodedStream

FIELDS = [b"WARC-Type: a\r\n", b"warc-record-id : b\n", b"WARC-Date: c\r\n", b"Content-Length: 3 \r\n"]
VERSION_LINE = b"WARC/1.0\r\n"
HEAD = VERSION_LINE + b"".join(FIELDS) + b"\r\n"
CONTENTS = st.lists(
    st.sampled_from([*FIELDS, VERSION_LINE, HEAD, b"WARC/", b"\r\n", b"\n\n", b"x" * 70, b"y" * 70_000]), max_size=9
).map(b"".join)


def _begins(content: bytes) -> bool:
    """Tell the same of whole bytes, line by line."""
    first, _, rest = content.partition(b"\n")
    if first.rstrip(b"\r") != b"WARC/1.0" or not content.startswith(first + b"\n"):
        return False
    names, size = set(), len(first) + 1
    for line in rest.splitlines(keepends=True):
        size += len(line)
        if not line.endswith(b"\n") or b"WARC/1.0" in line or size > 2**16:
            return False
        if not line.strip(b"\r\n"):
            return len(names) == 4
        name = line.partition(b":")[0].strip().lower()
        names |= {name} & {b"warc-type", b"warc-record-id", b"warc-date", b"content-length"}
    return False


def _stream(content: bytes, *, packed: bool) -> DecodedStream:
    stored = gzip.compress(content, 1) if packed else content
    return DecodedStream(BytesIO(stored), "gzip" if packed else "plain", 0)


@given(CONTENTS, st.booleans())
def test_a_record_begins_at_a_whole_header(content: bytes, packed: bool) -> None:
    stream = _stream(content, packed=packed)
    assert begins_record(stream) == _begins(content)
    assert stream.position == 0


@given(CONTENTS, st.none() | st.integers(0, 100_000))
def test_the_next_record_is_found(content: bytes, stop: int | None) -> None:
    stream = _stream(content, packed=False)
    places = [
        place for place in range(len(content)) if content.startswith(b"WARC/", place) and _begins(content[place:])
    ]
    before = [place for place in places if stop is None or place < stop]
    assert find_record(stream, stop) is bool(before)
    if before:
        assert stream.position == before[0]


def test_a_header_ends_with_the_first_blank_line() -> None:
    for head in (HEAD, HEAD.replace(b"\r\n", b"\n"), VERSION_LINE + b"\r\n"):
        assert head_size(_stream(head + b"a\n\nb\r\n\r\n", packed=False)) == len(head)
    assert head_size(_stream(VERSION_LINE + b"x" * 70_000 + b"\r\n\r\n", packed=False)) == 0
