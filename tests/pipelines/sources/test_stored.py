"""Every kind of file, read out of a store: as from a disk, and a failing line is never taken for a damaged file."""

import bz2
import gzip
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from io import BufferedReader, BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.downloads.exchange import TryAgainError
from pipelines.downloads.kept import DownloadError
from pipelines.sources import READERS, stored
from pipelines.sources.options import resolved_options
from pipelines.sources.record import InputFile
from pipelines.storage import stream
from pipelines.storage.stream import open_stream
from tests.pipelines.sources.reading import Read, read_all

ROWS = [{"id": str(number), "text": f"A document, number {number}, of some length."} for number in range(2000)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
PAGE = b"<html><head><title>t</title></head><body><p>" + b"Some words of a page, and some more of them. " * 40 + b"</p>"


def _parquet() -> bytes:
    sink = BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), sink, row_group_size=200, compression="none")
    return sink.getvalue()


def _zstd() -> bytes:
    return pa.compress(LINES, codec="zstd", asbytes=True)


def _warc() -> bytes:
    return b"".join(gzip.compress(_response(number)) for number in range(30))


def _response(number: int) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def _wheel() -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w") as wheel:
        wheel.writestr("counting-1.0.dist-info/METADATA", "Metadata-Version: 2.4\nName: counting\nVersion: 1.0\n")
        for number in range(50):
            wheel.writestr(f"counting/part_{number}.py", f'"""Part {number}."""\n\nVALUE = {number}\n' * 20)
    return sink.getvalue()


def _papers() -> bytes:
    sink = BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        for number in range(20):
            paper = gzip.compress(
                b"\\documentclass{article}\\begin{document}\\section{One}"
                + b"Words of a paper. " * 99
                + b"\\end{document}"
            )
            member = tarfile.TarInfo(f"2601/2601.{number:05d}.gz")
            member.size = len(paper)
            tar.addfile(member, BytesIO(paper))
    return sink.getvalue()


def _dump() -> bytes:
    pages = "".join(
        f"<page><title>Page {n}</title><ns>0</ns><id>{n}</id><revision><id>{n}</id><timestamp>2026-01-01T00:00:00Z"
        f"</timestamp><text>{'Words of an article. ' * 30}</text></revision></page>\n"
        for n in range(1, 40)
    )
    head = (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/" xml:lang="en"><siteinfo><dbname>enwiki</dbname>'
    )
    return f"{head}<base>https://en.wikipedia.org/wiki/A</base></siteinfo>\n{pages}</mediawiki>".encode()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a.jsonl": ("jsonl", lambda: LINES),
    "a.jsonl.gz": ("jsonl", lambda: gzip.compress(LINES)),
    "a.jsonl.zst": ("jsonl", _zstd),
    "a.jsonl.bz2": ("jsonl", lambda: bz2.compress(LINES)),
    "a.parquet": ("parquet", _parquet),
    "a.txt": ("text", lambda: LINES),
    "a.warc.gz": ("commoncrawl", _warc),
    "counting-1.0-py3-none-any.whl": ("code", _wheel),
    "arXiv_src_2601_001.tar": ("arxiv", _papers),
    "enwiki-pages-articles.xml": ("wikipedia", _dump),
    "enwiki-pages-articles.xml.bz2": ("wikipedia", lambda: bz2.compress(_dump())),
    "enwiki-pages-articles.xml.gz": ("wikipedia", lambda: gzip.compress(_dump())),
}


class Store:
    """A store of one file, whose line breaks for good after some bytes."""

    def __init__(self, content: bytes) -> None:
        self.content, self.left = content, len(content) * 1000

    def chunks(self, start: int) -> Iterator[bytes]:
        for place in range(start, len(self.content), 64):
            if self.left <= 0:
                raise TryAgainError("the server answers 503")
            chunk = self.content[place : place + 64]
            self.left -= len(chunk)
            yield chunk

    def open(self, url: str, size: int, _version: str | None) -> BufferedReader:
        return open_stream(url, size, self.chunks, lambda _seconds: None)  # type: ignore[arg-type]


@pytest.fixture(params=list(FILES))
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path, Store]:
    kind, content = FILES[request.param]
    path = tmp_path / request.param
    path.write_bytes(content())
    store = Store(path.read_bytes())
    monkeypatch.setattr(stream, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(stored, "open_stored", store.open)
    return kind, path, store


def _read(kind: str, path: Path) -> Read:
    reader = READERS[kind]
    file = InputFile(f"s3://soil/{path.name}", path.name, path.stat().st_size, "etag:1")
    found = Read()
    for part in reader.parts(file):
        for batch in reader.read(part, {}, resolved_options("test", kind, reader.options, {})):
            found.records += batch.records.to_pylist()
            found.bad += batch.bad
    return found


def test_is_read_as_from_a_disk(case: tuple[str, Path, Store]) -> None:
    kind, path, _ = case
    local = read_all(READERS[kind], path)
    found = _read(kind, path)
    assert local.records
    assert found.bad == local.bad == []
    assert [{**record, "row": None} for record in found.records] == [
        {**record, "row": None} for record in local.records
    ]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_failing_line_is_no_damaged_file(case: tuple[str, Path, Store], share: float) -> None:
    kind, path, store = case
    store.left = int(len(store.content) * share)
    with pytest.raises(DownloadError, match=rf"s3://soil/{path.name}: failed 6 times at byte .*503"):
        _read(kind, path)
