from collections.abc import Callable

import pytest
from fastwarc.warc import WarcRecord, WarcRecordType
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.web.stored_record import long_record, parsed_record, stated_length

ANSWER = b"WARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
HTTP = [
    b"HTTP/1.1 200 OK\r\n",
    b"A: b\r\n",
    b"A: b\n",
    b" folded\r\n",
    b"no colon\r\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"x",
    b"\xe9",
]


def _content(fields: bytes, block: bytes) -> tuple[bytes, int]:
    head = b"WARC/1.0\r\n" + fields + b"\r\n"
    return head + block, len(head)


@given(st.lists(st.sampled_from(HTTP)).map(b"".join))
def test_headers_are_read_as_from_the_whole_record(block: bytes) -> None:
    content, head_size = _content(ANSWER + b"Content-Length: %d\r\n" % len(block), block)
    found = parsed_record(7, content + b"behind", head_size, len(content))
    record = WarcRecord.from_bytes(content)
    record.parse_http()
    assert found.record.http_headers is not None
    assert record.http_headers is not None
    assert list(found.record.http_headers.items()) == list(record.http_headers.items())
    assert found.record.http_headers.status_code == record.http_headers.status_code
    assert (found.offset, found.payload) == (7, record.reader.read())


@pytest.mark.parametrize("name", [b"Content-Length", b"content-length", b"CONTENT-LENGTH "])
def test_a_length_counts_however_its_name_is_spelled(name: bytes) -> None:
    content, head_size = _content(ANSWER + name + b": 26\r\n", b"HTTP/1.1 200 OK\r\n\r\nthe page")
    assert parsed_record(0, content, head_size, len(content)).payload == b"the page"


@pytest.mark.parametrize("spelled", [bytes.lower, bytes.title, bytes.upper])
def test_a_record_is_what_it_says_however_its_names_are_spelled(spelled: Callable[[bytes], bytes]) -> None:
    lines = (line.partition(b":") for line in (ANSWER + b"Content-Length: 26").splitlines())
    fields = b"".join(spelled(name) + b":" + value + b"\r\n" for name, _, value in lines)
    content, head_size = _content(fields, b"HTTP/1.1 200 OK\r\n\r\nthe page")
    found = parsed_record(0, content, head_size, len(content))
    assert (found.record.record_type, found.record.is_http_parsed) == (WarcRecordType.response, True)
    assert found.payload == b"the page"


def test_no_room_is_made_for_a_record_that_is_not_held() -> None:
    found = long_record(3, b"WARC/1.0\r\nWARC-Record-ID: <urn:a>\r\ncontent-length : %d\r\n\r\n" % 10**17)
    assert (found.offset, found.headers["warc-record-id"], found.payload) == (3, "<urn:a>", None)


def test_other_messages_than_answers_keep_their_headers() -> None:
    fields = b"WARC-Type: request\r\nContent-Type: application/http; msgtype=request\r\nContent-Length: 18\r\n"
    content, head_size = _content(fields, b"GET / HTTP/1.1\r\n\r\n")
    assert parsed_record(0, content, head_size, len(content)).payload == b"GET / HTTP/1.1\r\n\r\n"


def test_a_length_is_stated_once() -> None:
    assert stated_length(b"A: b\r\ncontent-length:  12 \r\n\r\n") == 12
    assert stated_length(b"Content-Length: 12\r\nContent-Length: 12\r\n\r\n") == 12
    assert stated_length(b"Content-Length: 12\r\nContent-Length: 13\r\n\r\n") is None
    assert stated_length(b"Content-Length: -12\r\n\r\n") is None
    for another in (b"+9999999999999", b"9" * 19, b""):  # which FastWARC may take for the length
        assert stated_length(b"Content-Length: 12\r\nContent-Length: " + another + b"\r\n\r\n") is None
