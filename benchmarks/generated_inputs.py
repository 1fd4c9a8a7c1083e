"""Inputs of any size, made as they are written: like real ones in form, so repetitive that they take little disk."""

import gzip
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

_SENTENCES = (
    "The harbour was quiet in the morning, and the boats had come in with the bread of the day.",
    "Nobody had asked for the ledger since the winter, so it lay where the clerk had put it.",
    "A second road leads over the hill, which is shorter and, in the rain, not to be recommended.",
    "What the inspector wrote down was read out in the evening and contradicted by everyone present.",
)
_PARAGRAPHS = 10
_PARTS = 10  # of a web page: most of them are longer than a post or a line
_CHUNK = 2**20

Writer = Callable[[Path, int], Path]


def write_lines(folder: Path, size: int) -> Path:
    """Write JSONL, compressed with zstd, of so many bytes before compression; return its path."""
    path = folder / "documents.jsonl.zst"
    with pa.CompressedOutputStream(str(path), "zstd") as stream:
        _write(stream.write, (b'{"id": "%d", "text": "%s"}\n' % (n, _text(n, b"\\n")) for n in _numbers()), size)
    return path


def write_archive(folder: Path, size: int) -> Path:
    """Write a WARC archive of pages, each record a gzip member."""
    path = folder / "pages.warc.gz"
    with path.open("wb") as stream:
        written = 0
        for number in _numbers():
            record = _record(number)
            stream.write(gzip.compress(record, 1, mtime=0))
            written += len(record)
            if written >= size:
                return path
    return path


def write_posts(folder: Path, size: int) -> Path:
    """Write posts of Stack Exchange; the answers to a question stand far behind it."""
    path = folder / "beer.stackexchange.com-Posts.xml.zst"
    with pa.CompressedOutputStream(str(path), "zstd") as stream:
        stream.write(b'<?xml version="1.0" encoding="utf-8"?>\n<posts>\n')
        _write(stream.write, map(_post, _numbers(1)), size)
        stream.write(b"</posts>\n")
    return path


def write_wiki(folder: Path, size: int) -> Path:
    """Write a dump of a wiki."""
    path = folder / "enwiki-20260101-pages-articles.xml.gz"
    with gzip.open(path, "wb", 1) as stream:
        stream.write(b'<mediawiki xml:lang="en"><siteinfo><base>https://en.wikipedia.org/wiki/M</base></siteinfo>\n')
        _write(stream.write, map(_article, _numbers(1)), size)
        stream.write(b"</mediawiki>\n")
    return path


INPUTS: Mapping[str, Writer] = {
    "jsonl": write_lines,
    "commoncrawl": write_archive,
    "stackexchange": write_posts,
    "wikipedia": write_wiki,
}


def _numbers(first: int = 0) -> Iterator[int]:
    number = first
    while True:
        yield number
        number += 1


def _text(number: int, between: bytes) -> bytes:
    lines = (_SENTENCES[(number + line) % len(_SENTENCES)] for line in range(_PARAGRAPHS))
    return between.join([b"Document %d" % number, *(" ".join((line,) * 4).encode() for line in lines)])


def _record(number: int) -> bytes:
    text = b"</p>\n<p>".join(_text(number + part, b"</p>\n<p>") for part in range(_PARTS))
    page = b"<html><head><title>Page %d</title></head><body><p>%s</p></body></html>" % (number, text)
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:%032x>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        b"WARC-Target-URI: https://example.org/%d\r\nContent-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n" % (number, number, len(block))
    )
    return head + block + b"\r\n\r\n"


def _post(number: int) -> bytes:
    kind = b'PostTypeId="1" Title="Question %d"' % number
    if number % 3 == 0:
        kind = b'PostTypeId="2" ParentId="%d"' % (number // 3 * 2 // 3 * 3 + 1)
    body = _text(number, b"&lt;/p&gt;&#xA;&lt;p&gt;")
    return (
        b'  <row Id="%d" %s CreationDate="2020-01-01T00:00:00.000" Score="%d" ContentLicense="CC BY-SA 4.0" '
        b'Body="&lt;p&gt;%s&lt;/p&gt;" />\n' % (number, kind, number % 7, body)
    )


def _article(number: int) -> bytes:
    return (
        b"<page><title>Article %d</title><ns>0</ns><id>%d</id><revision><id>%d</id><model>wikitext</model>"
        b"<text>%s</text></revision></page>\n" % (number, number, number, _text(number, b"\n\n"))
    )


def _write(write: Callable[[bytes], object], records: Iterator[bytes], size: int) -> None:
    """Write records until they are so many bytes, a chunk at a time."""
    held: list[bytes] = []
    written = pending = 0
    for record in records:
        held.append(record)
        pending += len(record)
        if pending >= _CHUNK or written + pending >= size:
            write(b"".join(held))
            written, pending = written + pending, 0
            held.clear()
        if written >= size:
            return
