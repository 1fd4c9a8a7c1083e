import gzip
from pathlib import Path
from unittest.mock import patch

import pytest

from pipelines.errors import RecipeError
from pipelines.licensing.collectors.robots import MAX_BYTES
from pipelines.sources.site_files import Found, site_files
from pipelines.sources.web import cutter, sound
from tests.pipelines.sources.reading import input_file

REFUSAL = b"User-agent: *\nDisallow: /\n"
ROBOTS = "https://a.example/robots.txt"
TDMREP = "https://a.example/.well-known/tdmrep.json"


def answer(
    url: str = ROBOTS,
    body: bytes = REFUSAL,
    status: str = "200 OK",
    headers: str = "Content-Type: text/plain\r\n",
    kind: str = "response",
    extra: str = "",
) -> bytes:
    """Return a record of a crawl archive."""
    is_http = kind in ("response", "revisit")
    block = (f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() if is_http else b"") + body
    media = "application/http; msgtype=response" if is_http else "text/plain"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-17T23:31:22Z\r\n{extra}"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: {media}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def found_in(path: Path, content: bytes) -> list[Found]:
    path.write_bytes(content)
    return list(site_files(input_file(path)))


@pytest.mark.parametrize(
    "record",
    [
        answer(),
        answer("https://A.example/robots.txt"),
        answer(body=gzip.compress(REFUSAL), headers="Content-Encoding: gzip\r\n"),
        answer(kind="resource"),
        answer(body=b"<pre>\n" + REFUSAL + b"</pre>"),
        answer(body=REFUSAL + b"#" * MAX_BYTES, extra="WARC-Truncated: length\r\n"),
        answer(TDMREP, b'\xef\xbb\xbf[{"location": "/", "tdm-reservation": 1}]'),
    ],
)
def test_a_file_is_read(tmp_path: Path, record: bytes) -> None:
    (found,) = found_in(tmp_path / "a.warc", record)
    assert found.file is not None
    assert (found.file.host, found.file.unread) == ("a.example", None)
    assert found.file.rules is not None


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (answer("https://a.example/other"), "no_site_file"),
        (answer("https://[/robots.txt"), "no_site_file"),
        (answer("/robots.txt"), "no_site_file"),
        (answer(body=b" <!doctype html>", headers=""), "no_site_file"),
        (answer(TDMREP, b"<html>"), "no_site_file"),
        (answer(status="404 Not Found"), "http_status_404"),
        (answer(status="404 Not Found", kind="revisit"), "http_status_404"),
        (answer(status="302 Found", headers="Location: /login\r\n"), "http_status_302"),
        (answer(status="302 Found", headers="Location: http://[\r\n"), "http_status_302"),
        (answer(kind="request"), "record_request"),
    ],
)
def test_what_says_nothing_of_a_site_is_counted(tmp_path: Path, record: bytes, reason: str) -> None:
    assert found_in(tmp_path / "a.warc", record) == [Found(reason)]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (answer(status="503 Service Unavailable"), "http_status_503"),
        (answer(status="429 Too Many Requests"), "http_status_429"),
        (answer(status="304 Not Modified"), "http_status_304"),
        (answer(status="what"), "http_status_none"),
        (answer(kind="revisit"), "revisit"),
        (answer(extra="WARC-Truncated: time\r\n"), "truncated_time"),
        (answer(TDMREP, b"[]", extra="WARC-Truncated: length\r\n"), "truncated_length"),
    ],
)
def test_of_a_sound_record_without_a_file_it_is_not_known_what_that_says(
    tmp_path: Path, record: bytes, reason: str
) -> None:
    (found,) = found_in(tmp_path / "a.warc", record)
    assert (found.reason, found.fault) == (reason, None)
    assert found.file is not None
    assert (found.file.host, found.file.unread, found.file.rules) == ("a.example", reason, None)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (answer(body=gzip.compress(REFUSAL)[:-9], headers="Content-Encoding: gzip\r\n"), "bad_encoding"),
        (answer(body=b"ff\r\nabc", headers="Transfer-Encoding: chunked\r\n"), "bad_chunking"),
        (answer(TDMREP, b"location: /"), "not_json"),
        (answer(TDMREP, b'["\xff"]'), "not_json"),
        (answer(body=b"x" * 300), "too_large"),
        (answer()[:-9], "truncated"),
        (answer().replace(b"WARC/1.0", b"WARC/2.0"), "unknown_version"),
    ],
)
def test_what_is_damaged_is_told_with_its_place_and_its_site(tmp_path: Path, record: bytes, reason: str) -> None:
    before = answer("https://b.example/robots.txt")
    with patch.object(cutter, "MAX_BLOCK_BYTES", 200), patch.object(sound, "MAX_BLOCK_BYTES", 200):
        first, found = found_in(tmp_path / "a.warc", before + record)
    assert first.reason == "site_rules"
    assert found.fault is not None
    assert (found.reason, found.fault.reason, found.fault.offset) == (reason, reason, len(before))
    assert found.file is not None
    assert (found.file.host, found.file.unread) == ("a.example", reason)


def test_damage_of_another_record_tells_of_no_site(tmp_path: Path) -> None:
    for record in (answer(kind="request")[:-9], answer("https://a.example/")[:-9], b"what"):
        (found,) = found_in(tmp_path / "a.warc", record)
        assert found.fault is not None
        assert found.file is None


def test_damage_tells_nothing_of_the_site_of_a_record_behind_it(tmp_path: Path) -> None:
    gone = answer(status="404 Not Found")
    for damage in (b"what\r\n", answer().partition(b"WARC-Target-URI")[0]):
        first, second = found_in(tmp_path / "a.warc", damage + gone)
        assert first.fault is not None
        assert first.file is None
        assert second == Found("http_status_404")


def test_a_long_file_is_read_as_far_as_the_limit_and_told(tmp_path: Path) -> None:
    for content, name in ((answer(body=REFUSAL * 30_000), "a.warc"), (REFUSAL * 30_000, "a.example.robots.txt")):
        (found,) = found_in(tmp_path / name, content)
        assert (found.reason, found.fault is None) == ("rules_cut_off", False)
        assert found.file is not None
        assert found.file.rules is not None


def test_a_redirect_to_another_site_s_file_is_known(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path / "a.warc", answer(status="301 Moved", headers="Location: //B.example/robots.txt\r\n"))
    assert found.file is not None
    assert (found.file.host, found.file.moved_to) == ("a.example", "b.example")


def test_a_file_of_no_known_form_is_refused(tmp_path: Path) -> None:
    message = r"options\.site_rules: .*robots\..*: expected an archive .*HOST\.tdmrep\.json"
    for name in ("robots.html", "robots.txt"):
        with pytest.raises(RecipeError, match=message):
            found_in(tmp_path / name, b"")
