import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources import commoncrawl
from tests.pipelines.sources.reading import Read, read_all
from tests.pipelines.sources.test_commoncrawl import PROSE

LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def described(**response: Any) -> bytes:  # noqa: ANN401
    html = {
        "Head": {
            "Title": "Un titre",
            "Metas": [
                {"name": "description", "content": "De quoi il s'agit."},
                {"name": "robots", "content": "noai"},
                {"name": "dcterms.license", "content": LICENSE},
            ],
            "Link": [{"path": "LINK@/href", "url": "https://example.org/a", "rel": "canonical"}],
        },
        "Links": [
            {"path": "A@/href", "url": "/b", "text": "Une autre page"},
            {"path": "IMG@/src", "url": "/c.png", "text": "une image"},
        ],
    }
    message = {"Response-Message": {"Status": "200"}, "Headers": {"Content-Language": "fr"}, "HTML-Metadata": html}
    header = {"WARC-Type": "response", "WARC-Target-URI": "https://example.org/a", "WARC-Record-ID": "<urn:uuid:7>"}
    payload = {"HTTP-Response-Metadata": {**message, **response}}
    return json.dumps({"Envelope": {"WARC-Header-Metadata": header, "Payload-Metadata": payload}}).encode()


def stored(kind: str, media_type: str, block: bytes, extra: str = "") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://example.org/a\r\n"
        "WARC-Date: 2024-05-31T01:17:49Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: {media_type}\r\n{extra}Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def read(path: Path, content: bytes) -> Read:
    path.write_bytes(content)
    return read_all(commoncrawl.READER, path)


def test_what_a_crawler_noted_of_a_page(tmp_path: Path) -> None:
    (found,) = read(tmp_path / "a.warc.wat.gz", stored("metadata", "application/json", described())).records
    assert found["text"] == "Un titre\nDe quoi il s'agit.\nUne autre page"
    assert (found["title"], found["lang"], found["license_declared"]) == ("Un titre", "fra_Latn", LICENSE)
    assert json.loads(found["preferences"])["train_ai"] == "n"
    meta = json.loads(found["meta"])
    assert (meta["canonical"], meta["links"], meta["record"]) == ("https://example.org/a", 1, "urn:uuid:7")


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (described(**{"Response-Message": {"Status": "404"}}), "http_status_404"),
        (json.dumps({"Envelope": {"WARC-Header-Metadata": {"WARC-Type": "request"}, "Payload-Metadata": {}}}).encode(),
         "described_request"),
    ],
)  # fmt: skip
def test_notes_on_what_is_no_page(tmp_path: Path, block: bytes, reason: str) -> None:
    assert read(tmp_path / "a.warc.wat.gz", stored("metadata", "application/json", block)).dropped == {reason: 1}


def test_broken_notes(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc.wat.gz", stored("metadata", "application/json", b'{"Envelope": 1}'))
    assert [(bad.offset, bad.reason) for bad in found.bad] == [(0, "bad_metadata")]


def test_the_crawlers_own_text(tmp_path: Path) -> None:
    extra = "WARC-Identified-Content-Language: fra,eng\r\n"
    content = stored("conversion", "text/plain", PROSE.encode(), extra) + stored("conversion", "text/plain", b"caf\xe9")
    found = read(tmp_path / "a.warc.wet.gz", content)
    (record,) = found.records
    assert (record["text"], record["lang"]) == (PROSE, "fra_Latn")
    assert [bad.reason for bad in found.bad] == ["bad_utf8"]
