"""Cases: web pages read from a WARC archive, and by the libraries that read them, alone."""

import gzip
import json
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pyarrow as pa
from fastwarc.warc import ArchiveIterator, WarcRecordType
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from resiliparse.parse.html import HTMLTree

from benchmarks.documents import Material, texts_of
from pipelines.sources import commoncrawl
from pipelines.sources.record import InputFile, Part
from pipelines.sources.web.page import main_text

_REAL_PAGES = Path(__file__).parents[2] / "shared/data/webpages/readability_gold.jsonl.zst"
_GENERATED_BYTES = 8 * 10**6
_SERVED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: bench\r\nContent-Length: %d\r\n\r\n"
_RECORD = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
    "WARC-Target-URI: https://example.org/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
    "Content-Length: {size}\r\n\r\n"
)


def libraries_alone(material: Material) -> Callable[[], int]:
    """Prepare FastWARC and Resiliparse as their documentation joins them: records, encoding, main text."""
    path, page_bytes = _archive(material)

    def work() -> int:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
                body = record.reader.read()
                main_text(HTMLTree.parse(bytes_to_str(body, detect_encoding(body) or "utf-8")))
        return page_bytes

    return work


def read_archive(material: Material, evidence: str) -> Callable[[], int]:
    """Prepare the reader, from the archive to rows: with `evidence` on licences, or `plain`."""
    path, page_bytes = _archive(material)
    part = Part(InputFile(str(path), path.name, path.stat().st_size))
    options = {name: option.default for name, option in commoncrawl.OPTIONS.items()}
    options["evidence"] = evidence == "evidence"

    def work() -> int:
        rows = sum(batch.records.num_rows for batch in commoncrawl.READER.read(part, {}, options))
        if rows == 0:
            raise ValueError("the reader found no page")
        return page_bytes

    return work


def _archive(material: Material) -> tuple[Path, int]:
    """Return an archive of pages, made on first use, and the bytes of its pages."""
    path = material.folder / "pages.warc.gz"
    size = 0
    with path.open("wb") as archive:
        for number, page in enumerate(_pages(material)):
            size += len(page)
            block = _SERVED % len(page) + page
            head = _RECORD.format(number=number, size=len(block)).encode()
            archive.write(gzip.compress(head + block + b"\r\n\r\n", 6, mtime=0))
    return path, size


def _pages(material: Material) -> Iterator[bytes]:
    """Yield real pages where they are at hand, else pages made of the documents."""
    if _REAL_PAGES.exists():
        with pa.OSFile(str(_REAL_PAGES), "r") as stored, pa.CompressedInputStream(stored, "zstd") as lines:
            yield from (json.loads(line)["html"].encode() for line in lines.read().splitlines())
        return
    size = 0
    for number, text in enumerate(texts_of(material)):
        page = _made_page(number, text).encode()
        yield page
        size += len(page)
        if size > _GENERATED_BYTES:
            return


def _made_page(number: int, text: str) -> str:
    """Return a document in the markup of a site: head, script, navigation, paragraphs, footer."""
    links = "".join(f'<li class="item"><a href="/p/{n}">Page {n}</a></li>' for n in range(40))
    body = "".join(f"<p>{escape(line)}</p>\n" for line in text.splitlines() if line)
    script = "window.data = window.data || [];" * 40
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page {number}</title>'
        f'<meta name="robots" content="index"><link rel="canonical" href="/p/{number}"><script>{script}</script></head>'
        f"<body><nav><ul>{links}</ul></nav><main><article><h1>Page {number}</h1>\n{body}</article></main>"
        f"<footer><p>&copy; 2026 Example. {'All rights reserved.' if number % 4 == 0 else 'Contact'}</p></footer>"
        "</body></html>"
    )
