import re
from collections.abc import Callable

import pytest
from fastwarc.warc import WarcRecord, WarcRecordType
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.web.stored_record import Span, StoredRecord, long_record, parsed_record, stated_length

ANSWER = b"WARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
HTTP = [b"A: b\r\n", b" folded\r\n", b"no colon\r\n", b"\xe9: \xe9\r\n"]
PAGES = [b"the page", b"\r\nthe\n\npage\r\n\r\n", b""]


def _content(fields: bytes, block: bytes) -> tuple[bytes, Span]:
    head = b"WARC/1.0\r\n" + fields + b"\r\n"
    return head + block, Span(0, len(head), len(head + block))


def _answer(block: bytes) -> StoredRecord:
    content, span = _content(ANSWER + b"Content-Length: %d\r\n" % len(block), block)
    return parsed_record(7, b"before" + content + b"behind", Span(*(place + len(b"before") for place in span)))


def _http(found: StoredRecord) -> tuple[object, ...]:
    headers = found.record.http_headers
    assert headers is not None
    return (headers.status_code, list(headers.items()), found.payload)


@given(st.lists(st.sampled_from(HTTP)).map(b"".join))
def test_headers_are_read_as_from_the_whole_record(lines: bytes) -> None:
    block = b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\nthe page\r\n"
    content, _ = _content(ANSWER + b"Content-Length: %d\r\n" % len(block), block)
    record = WarcRecord.from_bytes(content)
    record.parse_http()
    found = _answer(block)
    assert record.http_headers is not None
    assert found.offset == 7
    assert _http(found) == (200, list(record.http_headers.items()), record.reader.read())


@given(st.lists(st.sampled_from(HTTP)), st.lists(st.booleans(), min_size=20, max_size=20), st.sampled_from(PAGES))
def test_lines_of_headers_may_end_with_a_line_feed_alone(lines: list[bytes], bare: list[bool], page: bytes) -> None:
    headers = b"".join([b"HTTP/1.1 200 OK\r\n", *lines, b"\r\n"])
    ends = iter(bare)
    mixed = re.sub(b"\r\n", lambda end: b"\n" if next(ends, False) else end[0], headers)
    assert _http(_answer(mixed + page)) == _http(_answer(headers + page))


def test_lines_of_a_record_may_end_with_a_line_feed_alone() -> None:
    content, span = _content(ANSWER + b"Content-Length: 27\r\n", b"HTTP/1.1 200 OK\r\n\r\nthe page")
    head = content[: span.block].replace(b"\r\n", b"\n")
    found = parsed_record(0, head + content[span.block :], Span(0, len(head), len(head) + 27))
    assert (found.headers["warc-type"], found.payload) == ("response", b"the page")
    assert long_record(0, head).headers["warc-type"] == "response"


@pytest.mark.parametrize("name", [b"Content-Length", b"content-length", b"CONTENT-LENGTH "])
def test_a_length_counts_however_its_name_is_spelled(name: bytes) -> None:
    content, span = _content(ANSWER + name + b": 27\r\n", b"HTTP/1.1 200 OK\r\n\r\nthe page")
    assert parsed_record(0, content, span).payload == b"the page"


@pytest.mark.parametrize("spelled", [bytes.lower, bytes.title, bytes.upper])
def test_a_record_is_what_it_says_however_its_names_are_spelled(spelled: Callable[[bytes], bytes]) -> None:
    lines = (line.partition(b":") for line in (ANSWER + b"Content-Length: 27").splitlines())
    fields = b"".join(spelled(name) + b":" + value + b"\r\n" for name, _, value in lines)
    content, span = _content(fields, b"HTTP/1.1 200 OK\r\n\r\nthe page")
    found = parsed_record(0, content, span)
    assert (found.record.record_type, found.record.is_http_parsed) == (WarcRecordType.response, True)
    assert found.payload == b"the page"


@pytest.mark.parametrize("kind", [b"response", b"revisit"])
@pytest.mark.parametrize(
    "stated", [b"Content-Type: Application/HTTP ;msgtype=response\r\n", b"", b"Content-Type: text/html\r\n"]
)
@pytest.mark.parametrize("address", [b"http://example.org/", b"<HTTPS://example.org/>"])
def test_what_came_from_a_web_server_is_read_as_a_message(kind: bytes, stated: bytes, address: bytes) -> None:
    block = b"HTTP/1.1 404 Not Found\r\n\r\na page"
    lines = (b"WARC-Type: " + kind, b"WARC-Target-URI: " + address, b"Content-Length: %d" % len(block), stated)
    content, span = _content(b"\r\n".join(lines), block)
    assert _http(parsed_record(0, content, span)) == (404, [], b"a page")


@pytest.mark.parametrize(
    "fields",
    [
        b"WARC-Type: response\r\nWARC-Target-URI: ftp://example.org/log\r\n",
        b"WARC-Type: resource\r\nWARC-Target-URI: http://example.org/log\r\nContent-Type: text/plain\r\n",
        b"WARC-Type: conversion\r\nWARC-Target-URI: http://example.org/log\r\nContent-Type: Application/HTTP\r\n",
    ],
)
def test_what_only_looks_like_a_message_is_held_whole(fields: bytes) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\nis what a log said"
    content, span = _content(fields + b"Content-Length: %d\r\n" % len(block), block)
    assert parsed_record(0, content, span).payload == block


def test_no_room_is_made_for_a_record_that_is_not_held() -> None:
    found = long_record(3, b"WARC/1.0\r\nWARC-Record-ID: <urn:a>\r\ncontent-length : %d\r\n\r\n" % 10**17)
    assert (found.offset, found.headers["warc-record-id"], found.payload) == (3, "<urn:a>", None)


def test_other_messages_than_answers_keep_their_headers() -> None:
    fields = b"WARC-Type: request\r\nContent-Type: application/http; msgtype=request\r\nContent-Length: 18\r\n"
    content, span = _content(fields, b"GET / HTTP/1.1\r\n\r\n")
    assert parsed_record(0, content, span).payload == b"GET / HTTP/1.1\r\n\r\n"


def test_a_length_is_stated_once() -> None:
    assert stated_length(b"A: b\r\ncontent-length:  12 \r\n\r\n") == 12
    assert stated_length(b"Content-Length: 12\r\nContent-Length: 12\r\n\r\n") == 12
    assert stated_length(b"Content-Length: 12\r\nContent-Length: 13\r\n\r\n") is None
    assert stated_length(b"Content-Length: -12\r\n\r\n") is None
    for another in (b"+9999999999999", b"9" * 19, b""):  # which FastWARC may take for the length
        assert stated_length(b"Content-Length: 12\r\nContent-Length: " + another + b"\r\n\r\n") is None
