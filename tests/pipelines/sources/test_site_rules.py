import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.licensing.preferences import is_reserved
from pipelines.sources import READERS
from pipelines.sources.site_rules import read_site_rules
from tests.pipelines.conftest import loam
from tests.pipelines.sources.reading import read_all
from tests.pipelines.sources.test_site_files import answer

NO_TRAINING = b"User-agent: GPTBot\nDisallow: /\n"


def archive(path: Path) -> Path:
    gone, moved = "503 Service Unavailable", "301 Moved Permanently"
    records = [
        answer("https://no.example/robots.txt", gzip.compress(NO_TRAINING), headers="Content-Encoding: gzip\r\n"),
        answer("https://gone.example/robots.txt", status=gone),
        answer("https://back.example/robots.txt", status=gone),
        answer("https://back.example/robots.txt", b"User-agent: *\nAllow: /"),
        answer("https://NO.example/other"),
        answer("https://tdm.example/.well-known/tdmrep.json", b'[{"location": "/a/", "tdm-reservation": 1}]'),
        answer("https://broken.example/.well-known/tdmrep.json", b"[{"),
        answer("https://moved.example/robots.txt", status=moved, headers="Location: https://no.example/robots.txt\r\n"),
        answer("https://loop.example/robots.txt", status=moved, headers="Location: /robots.txt\r\n"),
        answer("https://plain.example/robots.txt", b"User-agent: *\nAllow: /"),
        answer("https://cut.example/robots.txt")[:-20],
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
    assert sorted(read_site_rules(rules).by_host) == [
        *("broken.example", "cut.example", "file.example", "gone.example", "moved.example", "no.example", "tdm.example")
    ]


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
        # what a file says that cannot be read is not known
        ("https://gone.example/a", None, "n", "unknown"),
        ("https://cut.example/a", None, "n", "unknown"),
        ("https://broken.example/a", None, "unknown", "1"),
        ("https://moved.example/a", None, "n", "unknown"),
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


@pytest.mark.parametrize(
    "url",
    [
        "https://tdm.example/b",
        "https://else.example/",
        "https://back.example/",
        "https://loop.example/",
        "http://[",
        "",
    ],
)
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


def test_what_became_of_each_record_of_the_rules_is_told_once(tmp_path: Path, rules: tuple[str, ...]) -> None:
    (tmp_path / "empty.warc").write_bytes(b"")
    named = json.dumps([*rules, str(tmp_path / "empty.warc")])
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": name, "text": "t", "url": "https://no.example/"}))
    (tmp_path / "r.yaml").write_text(
        f"name: r\nsources: [{{name: web, kind: jsonl, path: '?.jsonl', options: {{site_rules: {named}}}}}]\n"
    )
    result = loam(
        "run",
        str(tmp_path / "r.yaml"),
        "--corpus",
        str(tmp_path / "c"),
        "--until",
        "ingest",
        "--workers",
        "1",
        "--quiet",
    )
    assert result.exit_code == 0, result.output
    receipt = json.loads((tmp_path / "c/ledger/ingest/web/site_rules.json").read_text())
    assert receipt["dropped"] == {
        "empty_file": 1,
        "http_status_301": 2,
        "http_status_503": 2,
        "no_site_file": 1,
        "not_json": 1,
        "site_rules": 6,
        "truncated": 1,
    }
    aside = pq.read_table(tmp_path / "c/quarantine/ingest").to_pylist()
    assert [(row["file"], row["reason"]) for row in aside] == [
        *(("empty.warc", "empty_file"), ("robots.warc.gz", "not_json"), ("robots.warc.gz", "truncated"))
    ]
    for row, address in zip(aside[1:], (b"https://broken.example/", b"https://cut.example/"), strict=True):
        assert address in gzip.decompress(Path(rules[0]).read_bytes()[row["offset"] :])


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
