import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.errors import RecipeError
from pipelines.licensing.preferences import is_reserved
from pipelines.sources import READERS
from pipelines.sources.site_rules import read_site_rules
from tests.pipelines.conftest import loam
from tests.pipelines.sources.reading import read_all

NO_TRAINING = b"User-agent: GPTBot\nDisallow: /\n"


def answer(url: str, body: bytes, status: str = "200 OK", headers: str = "Content-Type: text/plain\r\n") -> bytes:
    block = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-17T23:31:22Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{abs(hash(url))}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def archive(path: Path) -> Path:
    records = [
        answer("https://no.example/robots.txt", gzip.compress(NO_TRAINING), headers="Content-Encoding: gzip\r\n"),
        answer("https://gone.example/robots.txt", b"User-agent: *\nDisallow: /", "503 Service Unavailable"),
        answer("https://NO.example/other", b"User-agent: *\nDisallow: /"),
        answer("https://tdm.example/.well-known/tdmrep.json", b'[{"location": "/a/", "tdm-reservation": 1}]'),
        answer("https://[/robots.txt", NO_TRAINING),
        answer("https://plain.example/robots.txt", b"User-agent: *\nAllow: /"),
    ]
    path.write_bytes(b"".join(map(gzip.compress, records)))
    return path


@pytest.fixture
def rules(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "file.example.robots.txt").write_text("User-agent: *\nContent-Signal: ai-train=no\n", encoding="utf-8")
    (tmp_path / "file.example.tdmrep.json").write_text('{"location": "/", "tdm-reservation": 0}', encoding="utf-8")
    return (
        str(archive(tmp_path / "robots.warc.gz")),
        str(tmp_path / "file.example.robots.txt"),
        str(tmp_path / "file.example.tdmrep.json"),
    )


def test_of_each_site_what_can_concern_a_page_is_kept(rules: tuple[str, ...]) -> None:
    assert sorted(read_site_rules(rules).by_host) == ["file.example", "no.example", "tdm.example"]


@pytest.mark.parametrize(
    ("url", "own", "train_ai", "tdm_reserved"),
    [
        ("https://no.example/a", None, "n", "unknown"),
        ("http://user@NO.example:8080/a?b", None, "n", "unknown"),
        ("https://no.example/a", {"train_ai": "y", "tdm_reserved": "unknown", "raw": []}, "n", "unknown"),
        ("https://tdm.example/a/b", None, "unknown", "1"),
        # what the page itself says of mining outweighs the file
        ("https://tdm.example/a/b", {"train_ai": "unknown", "tdm_reserved": "0", "raw": [{}]}, "unknown", "0"),
        ("https://file.example/", None, "n", "0"),
        ("https://file.example/", {"train_ai": "n", "tdm_reserved": "1", "raw": [{}]}, "n", "1"),
    ],
)
def test_a_page_has_the_preferences_of_its_site(
    rules: tuple[str, ...], url: str, own: dict[str, Any] | None, train_ai: str, tdm_reserved: str
) -> None:
    joined = read_site_rules(rules).joined(url, None if own is None else json.dumps(own))
    assert joined is not None
    found = json.loads(joined)
    assert (found["train_ai"], found["tdm_reserved"]) == (train_ai, tdm_reserved)
    assert len(found["raw"]) > len((own or {}).get("raw", []))
    assert is_reserved(joined) is (train_ai == "n" or tdm_reserved == "1")


@pytest.mark.parametrize("url", ["https://tdm.example/b", "https://else.example/", "http://[", ""])
def test_where_a_site_says_nothing_preferences_stay(rules: tuple[str, ...], url: str) -> None:
    assert read_site_rules(rules).joined(url, None) is None


def test_records_are_joined_by_address(tmp_path: Path, rules: tuple[str, ...]) -> None:
    urls = ["https://no.example/a", None, "https://else.example/", "https://tdm.example/a/"]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(json.dumps({"id": str(n), "text": "t", "url": u}) for n, u in enumerate(urls)))
    found = read_all(READERS["jsonl"], path, options={"site_rules": rules}).records
    assert [record["preferences"] is not None for record in found] == [True, False, False, True]
    plain = read_all(READERS["jsonl"], path).records
    assert {record["preferences"] for record in plain} == {None}


def test_a_file_of_no_known_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "robots.html").write_text("")
    with pytest.raises(RecipeError, match=r"options\.site_rules: .*robots\.html: expected an archive"):
        read_site_rules((str(tmp_path / "robots.html"),))


def test_a_corpus_of_open_access_leaves_out_what_sites_reserve(tmp_path: Path, rules: tuple[str, ...]) -> None:
    rows = [{"id": name, "text": "Some text.", "url": f"https://{name}.example/a/"} for name in ("no", "tdm", "else")]
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "rules").mkdir()
    for rule in rules:
        Path(rule).rename(tmp_path / "rules" / Path(rule).name)
    (tmp_path / "r.yaml").write_text(
        "name: r\nlicensing: {profile: web-open-access}\n"
        "sources: [{name: web, kind: jsonl, path: pages.jsonl, options: {site_rules: rules}}]\n"
    )
    result = loam("run", str(tmp_path / "r.yaml"), "--corpus", str(tmp_path / "c"), "--until", "license", "--quiet")
    assert result.exit_code == 0, result.output
    documents, licences = (
        pq.read_table(next((tmp_path / "c" / name).rglob("*.parquet"))) for name in ("documents", "licences")
    )
    reasons = dict(zip(licences["id"].to_pylist(), licences["reason"].to_pylist(), strict=True))
    names = zip(documents["source_id"].to_pylist(), documents["id"].to_pylist(), strict=True)
    assert {name: reasons[id_] for name, id_ in names} == {"no": "opted_out", "tdm": "opted_out", "else": "no_license"}
