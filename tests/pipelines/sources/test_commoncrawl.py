import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import commoncrawl
from pipelines.sources.record import Part
from pipelines.sources.web import records as web_records
from pipelines.sources.web.cutter import Damage
from pipelines.sources.web.records import stored_records
from tests.pipelines.sources.reading import Read, input_file, read_all

HTML = "<html lang=fr><head><title>Un titre</title></head><body><article><p>{}</p></article></body></html>"
PROSE = "Le chat dort sur le tapis, et le chien le regarde avec patience. " * 8


def record(
    number: int,
    body: bytes,
    *,
    headers: str = "Content-Type: text/html; charset=utf-8\r\n",
    length: object = None,
    kind: str = "response",
    extra: str = "",
    status: str = "200 OK",
) -> bytes:
    block = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body if kind in ("response", "revisit") else body
    media = "application/http; msgtype=response" if kind in ("response", "revisit") else "text/plain"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://example.org/{number}\r\n"
        f"WARC-Date: 2024-05-17T23:31:22Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n{extra}"
        f"Content-Type: {media}\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def page(number: int) -> bytes:
    return record(number, HTML.format(f"{PROSE} {number}").encode())


def read(path: Path, content: bytes, options: Mapping[str, Any] | None = None) -> Read:
    path.write_bytes(content)
    return read_all(commoncrawl.READER, path, options=options)


def keys(found: Read) -> list[str]:
    return [record["key"] for record in found.records]


def test_a_page_and_what_it_says_of_itself(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.warc.gz", gzip.compress(page(1))).records
    assert found["text"].startswith("Le chat dort")
    assert (found["key"], found["url"]) == ("urn:uuid:1", "https://example.org/1")
    assert (found["lang"], found["title"], found["created"]) == ("fra_Latn", "Un titre", "2024-05-17T23:31:22Z")
    assert json.loads(found["meta"])["charset"] == "utf-8"


def test_records_that_are_no_pages_are_counted_by_what_they_are(tmp_path: Path) -> None:
    html = HTML.format(PROSE).encode()
    content = b"".join(
        [
            page(1),
            record(2, html, kind="revisit"),
            record(3, b"\x89PNG", headers="Content-Type: image/png\r\n"),
            record(4, html, status="404 Not Found"),
            record(5, html, extra="WARC-Truncated: length\r\n"),
            record(6, b"<html><body></body></html>"),
        ]
    )
    found = read(tmp_path / "a.warc", content)
    reasons = ("revisit", "type_image", "http_status_404", "truncated_length", "no_text")
    assert found.dropped == Counter(dict.fromkeys(reasons, 1))
    assert keys(read(tmp_path / "a.warc", content, {"keep_truncated": True})) == ["urn:uuid:1", "urn:uuid:5"]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_encodings_by_header_by_meta_and_by_mark(tmp_path: Path, encoding: str) -> None:
    text = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 6
    html = f"<html><head><meta charset={encoding}></head><body><p>{text}</p></body></html>".encode(encoding)
    for headers in ("Content-Type: text/html\r\n", f"Content-Type: text/html; charset={encoding}\r\n"):
        (found,) = read(tmp_path / "a.warc", record(1, html, headers=headers)).records
        assert found["text"].startswith("Съешь же ещё этих")


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/html\r\nContent-Type: text/html; charset=iso-8859-2\r\n",
        'Content-Type: text/html; charset="iso-8859-2"\r\n',
        "Content-Type: text/html charset=iso-8859-2\r\n",
    ],
)
def test_a_media_type_may_be_stated_twice_or_badly(tmp_path: Path, headers: str) -> None:
    html = HTML.format("Zażółć gęślą jaźń. " * 9).encode("iso8859-2")
    (found,) = read(tmp_path / "a.warc", record(1, html, headers=headers)).records
    assert found["text"].startswith("Zażółć gęślą jaźń. ")


def test_a_page_whose_headers_end_with_bare_line_feeds_keeps_its_beginning(tmp_path: Path) -> None:
    body = HTML.format(f"{PROSE}\r\n\r\n{PROSE}").encode()
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Language: fr\n\n" + body
    head = record(1, b"").partition(b"Content-Length")[0] + b"Content-Length: %d\r\n\r\n" % len(block)
    for first in (head, head.replace(b"\r\n", b"\n")):
        (found,) = read(tmp_path / "a.warc", first + block + b"\r\n\r\n").records
        assert (found["title"], found["lang"], found["key"]) == ("Un titre", "fra_Latn", "urn:uuid:1")


def test_encodings_of_transfer_and_content(tmp_path: Path) -> None:
    html = HTML.format(PROSE).encode()
    packed = gzip.compress(html)
    chunked = b"%x\r\n%s\r\n1\n \n0\r\n\r\n" % (len(html), html)
    content = [
        record(1, packed, headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\n"),
        record(2, chunked, headers="Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n"),
        record(3, html, headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\n"),  # stored decoded
        record(4, b"ffff\r\nabc", headers="Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n"),
        record(5, packed[:-20], headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\n"),
        record(6, gzip.compress(bytes(2**26)), headers="Content-Type: text/html\r\nContent-Encoding: gzip\r\n"),
    ]
    found = read(tmp_path / "a.warc", b"".join(content))
    assert keys(found) == ["urn:uuid:1", "urn:uuid:2", "urn:uuid:3"]
    offsets = [sum(map(len, content[:count])) for count in (3, 4, 5)]
    assert [(bad.offset, bad.reason) for bad in found.bad] == list(
        zip(offsets, ("bad_chunking", "bad_encoding", "too_large"), strict=True)
    )


@pytest.mark.parametrize("packed", [True, False])
def test_reading_goes_on_behind_damage(tmp_path: Path, packed: bool) -> None:
    pack = gzip.compress if packed else bytes
    html = HTML.format(PROSE).encode()
    stored = [
        pack(page(1)),
        pack(record(2, html, length=5000)),
        pack(page(3)),
        pack(record(4, html, length=90)),
        pack(page(5)),
    ]
    found = read(tmp_path / "a.warc", b"".join(stored))
    assert keys(found) == ["urn:uuid:1", "urn:uuid:3", "urn:uuid:5"]
    assert [(bad.offset, bad.reason) for bad in found.bad] == [
        (len(stored[0]), "wrong_length"),
        (sum(map(len, stored[:3])), "wrong_length"),
    ]


def test_clipped_and_broken_members(tmp_path: Path) -> None:
    members = [gzip.compress(page(number)) for number in range(4)]
    members[1] = members[1][:-20]
    members[3] = members[3][:-20]
    found = read(tmp_path / "a.warc.gz", b"".join(members))
    assert keys(found) == ["urn:uuid:0", "urn:uuid:2"]
    assert [bad.offset for bad in found.bad] == [len(members[0]), sum(map(len, members[:3]))]
    assert found.bad[1].reason == "truncated"


def test_what_is_no_archive(tmp_path: Path) -> None:
    assert [bad.reason for bad in read(tmp_path / "a.warc", b"some text\n" * 1000).bad] == ["not_a_record"]
    assert [bad.reason for bad in read(tmp_path / "b.warc", b"").bad] == ["empty_file"]


INNER = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:inner>\r\nWARC-Date: 2024-05-17T23:31:22Z\r\n"
    b"Content-Length: 3\r\n\r\nabc\r\n\r\n"
)
BODIES = st.binary(max_size=200) | st.lists(
    st.sampled_from([b"x", b"\r\n\r\n", b"\n\n", b"WARC/1.0\r\n", b"WARC/", INNER])
).map(b"".join)


def _lying(stored: list[bytes], record_: int, blank: int) -> bytes:
    """Return a record with a length that ends at some blank line behind its header, be it in another record."""
    behind = b"".join(stored[record_:])
    head = behind.index(b"\r\n\r\n") + 4
    blanks = [match.start() for match in re.finditer(rb"\r\n\r\n|\n\n", behind) if match.start() >= head]
    length = blanks[blank % len(blanks)] - head
    return re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % length, stored[record_], count=1)


@given(
    pages=st.lists(BODIES, min_size=1, max_size=5),
    packing=st.sampled_from(["member", "plain", "whole"]),
    cuts=st.lists(st.integers(0, 2000), max_size=3),
    lies=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20)), max_size=2),
    damage=st.none() | st.integers(0, 2000),
)
def test_parts_give_what_the_whole_file_gives(
    tmp_path_factory: pytest.TempPathFactory,
    pages: list[bytes],
    packing: str,
    cuts: list[int],
    lies: list[tuple[int, int]],
    damage: int | None,
) -> None:
    path = tmp_path_factory.mktemp("warc") / "a.warc"
    stored = [record(number, body) for number, body in enumerate(pages)]
    for liar, blank in lies:
        stored[liar % len(stored)] = _lying(stored, liar % len(stored), blank)
    content = b"".join(map(gzip.compress, stored)) if packing == "member" else b"".join(stored)
    content = gzip.compress(content) if packing == "whole" else content
    if damage is not None:
        place = damage % len(content)
        content = content[:place] + content[place + 1 :] or b"W"
    path.write_bytes(content)
    file = input_file(path)
    bounds = [0, *sorted({cut for cut in cuts if 0 < cut < len(content)}), None]
    parts = [Part(file, index, start or 0, stop) for index, (start, stop) in enumerate(pairwise(bounds))]
    found = [_shown(record_) for part in parts for record_ in stored_records(part)]
    assert found == [_shown(record_) for record_ in stored_records(Part(file))]
    if damage is None and not lies and not any(INNER in body for body in pages):
        assert len(found) == len(pages)


@pytest.mark.parametrize("packed", [True, False])
def test_a_length_that_reaches_over_another_record_loses_neither_that_one_nor_those_behind(
    tmp_path: Path, packed: bool
) -> None:
    pages = [page(number) for number in range(4)]
    liar = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % (len(pages[1] + pages[2]) - 300), pages[1], count=1)
    stored = [pages[0], liar, *pages[2:]]
    found = read(tmp_path / "a.warc", b"".join(map(gzip.compress, stored) if packed else stored))
    assert keys(found) == ["urn:uuid:0", "urn:uuid:2", "urn:uuid:3"]
    assert [bad.reason for bad in found.bad] == ["wrong_length"]


def test_a_record_may_begin_where_the_block_of_another_should(tmp_path: Path) -> None:
    head = record(1, b"").partition(b"Content-Length")[0] + b"Content-Length: 900\r\n\r\n"
    found = read(tmp_path / "a.warc", head + page(2) + page(3))
    assert keys(found) == ["urn:uuid:2", "urn:uuid:3"]
    assert [(bad.offset, bad.reason) for bad in found.bad] == [(0, "wrong_length")]


def test_a_page_that_shows_the_beginnings_of_many_records_is_one(tmp_path: Path) -> None:
    shown = HTML.format(PROSE + "WARC/1.0\r\n" * 50_000).encode()
    content = record(1, shown) + page(2)
    assert keys(read(tmp_path / "a.warc", content)) == ["urn:uuid:1", "urn:uuid:2"]
    assert keys(read(tmp_path / "a.warc", content[200:])) == ["urn:uuid:2"]


def _shown(found: object) -> tuple[object, ...]:
    if isinstance(found, Damage):
        return (found.offset, found.reason)
    assert isinstance(found, web_records.StoredRecord)
    return (found.offset, found.record.record_id, found.payload)


def test_real_archives(shared: Path) -> None:
    counts = {}
    for path in sorted((shared / "data/warc").iterdir()):
        found = read_all(commoncrawl.READER, path)
        assert found.bad == []
        counts[path.name.split("__")[1]] = (len(found.records), found.dropped["revisit"])
    assert counts == {
        "iana.warc.gz": (16, 123),
        "sample-0000.warc.gz": (22, 0),
        "warcfile.warc.gz": (16, 0),
        "whirlwind.warc.gz": (1, 0),
        "whirlwind.warc.wat.gz": (0, 0),
        "whirlwind.warc.wet.gz": (1, 0),
    }
