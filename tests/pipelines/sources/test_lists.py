import gzip
from pathlib import Path

import pytest

from pipelines import trust
from pipelines.downloads import exchange
from pipelines.downloads.kept import DownloadError
from pipelines.errors import RecipeError
from pipelines.sources import lists
from pipelines.sources.files import find_files, identity_of, sha256_of_file
from pipelines.sources.lists import Below, is_list
from pipelines.sources.record import InputFile
from tests.pipelines.storage.servers import Site, serving

FILES = {"/crawl/s/1.warc.gz": b"w1", "/crawl/s/2.warc.gz": b"w2", "/x/1.warc.gz": b"x1"}


@pytest.fixture(autouse=True)
def _own_servers_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(trust.VARIABLE, "1")
    monkeypatch.setattr(exchange, "FIRST_PAUSE", 0.01)


def _relatives(pattern: str, *directories: Path, below: Below | None = None) -> list[str]:
    return [file.relative for file in find_files("crawl", [pattern], directories, below=below)]


def test_a_list_at_its_host() -> None:
    lines = b"crawl/s/1.warc.gz\ncrawl/s/2.warc.gz\n"
    members = gzip.compress(lines[:18]) + gzip.compress(lines[18:])
    with serving(Site({**FILES, "/crawl/warc.paths.gz": members}).answer) as (address, faults):
        faults.busy = 2
        assert _relatives(f"{address}/crawl/warc.paths.gz") == ["crawl/s/1.warc.gz", "crawl/s/2.warc.gz"]
        assert _relatives(f"{address}/crawl/warc.paths.gz", below=Below(first=1)) == ["crawl/s/1.warc.gz"]
        assert _relatives(f"{address}/crawl/warc.paths.gz", below=Below(f"{address}/crawl/../")) != []


def test_a_list_on_disk(tmp_path: Path) -> None:
    with serving(Site(FILES).answer) as (address, _):
        (tmp_path / "warc.paths").write_text("# two\n\ns/1.warc.gz\ns/2.warc.gz\n")
        assert _relatives("warc.paths", tmp_path, below=Below(f"{address}/crawl")) == ["s/1.warc.gz", "s/2.warc.gz"]
        with pytest.raises(RecipeError, match=r"warc\.paths:3: a path; `base` has to say"):
            _relatives("warc.paths", tmp_path)
        (tmp_path / "some.urls").write_text(f"{address}/x/1.warc.gz?Signature=hush\n")
        assert _relatives("some.urls", tmp_path, below=Below(address)) == ["x/1.warc.gz"]
        with pytest.raises(DownloadError, match="expected https") as refused:
            _relatives("some.urls", tmp_path)  # a list leads to no server inside that the recipe does not name
        assert "hush" not in str(refused.value)
        (tmp_path / "bad.urls").write_text("file:///etc/passwd\n")
        with pytest.raises(RecipeError, match=r"bad\.urls:1: expected https://, s3:// or hf://"):
            _relatives("bad.urls", tmp_path)
        (tmp_path / "out.paths").write_text("../secret\n")
        with pytest.raises(RecipeError, match=r"out\.paths:1: '\.\./secret' leads out of"):
            _relatives("out.paths", tmp_path, below=Below(f"{address}/crawl"))
        (tmp_path / "gone.paths").write_text("s/3.warc.gz\n")
        with pytest.raises(RecipeError, match=rf"source crawl: gone\.paths names {address}/crawl/s/3\.warc\.gz: there"):
            _relatives("gone.paths", tmp_path, below=Below(f"{address}/crawl"))
        (tmp_path / "cut.paths.gz").write_bytes(gzip.compress(b"s/1.warc.gz\n" * 1000)[:-20])
        with pytest.raises(RecipeError, match=r"cut\.paths\.gz: cut off"):
            _relatives("cut.paths.gz", tmp_path, below=Below(f"{address}/crawl"))


def test_a_list_as_others_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Site(FILES).answer) as (address, _):
        below = Below(f"{address}/crawl")
        (tmp_path / "marked.paths").write_bytes(b"\xef\xbb\xbfs/1.warc.gz\r\n\r\ns/2.warc.gz\r\n")
        assert _relatives("marked.paths", tmp_path, below=below) == ["s/1.warc.gz", "s/2.warc.gz"]
        (tmp_path / "padded.paths.gz").write_bytes(gzip.compress(b"s/1.warc.gz\n") + bytes(512))
        assert _relatives("padded.paths.gz", tmp_path, below=below) == ["s/1.warc.gz"]
        monkeypatch.setattr(lists, "MOST_BYTES", 9)
        (tmp_path / "bomb.paths.gz").write_bytes(gzip.compress(b"\n" * 10) + gzip.compress(b"\n" * 2**20))
        (tmp_path / "long.paths").write_bytes(b"\n" * 10)
        for name in ("bomb.paths.gz", "long.paths"):
            with pytest.raises(RecipeError, match=rf"{name}: more than 9 bytes"):
                _relatives(name, tmp_path, below=below)


def test_a_list_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}")
    with serving(Site(FILES).answer) as (address, _):
        (tmp_path / "some.urls").write_text(f"{address}/x/1.warc.gz\n")
        patterns = [f"{address}/crawl/s/1.warc.gz", "some.urls", "a.jsonl"]
        found = find_files("crawl", patterns, [tmp_path], below=Below(f"{address}/x"))
        assert [file.relative for file in found] == ["a.jsonl", "crawl/s/1.warc.gz", "x/1.warc.gz"]
    assert [file.relative for file in find_files("crawl", ["none.urls", "a.jsonl"], [tmp_path], optional=True)] == [
        "a.jsonl"
    ]


def test_what_is_no_list() -> None:
    assert not any(map(is_list, ("a.jsonl", "https://h/a.gz?x=.paths", "paths", "curls.txt")))


def test_files_by_their_address() -> None:
    with serving(Site({**FILES, "/d/a%20b.jsonl": b"1"}).answer) as (address, _):
        assert _relatives(f"{address}/d/a%20b.jsonl?download=1") == ["a b.jsonl"]
        with pytest.raises(RecipeError, match=rf"source crawl: no file matches {address}/d/none\.jsonl$"):
            _relatives(f"{address}/d/none.jsonl")
        assert find_files("crawl", [f"{address}/d/none.jsonl"], [], optional=True) == ()
        with pytest.raises(RecipeError, match="both named 1"):
            find_files("crawl", [f"{address}/x/1.warc.gz?v=1", f"{address}/x/1.warc.gz?v=2"], [])
        with pytest.raises(RecipeError, match="with a key in it would be published") as refused:
            _relatives(f"{address}/d/a%20b.jsonl?X-Amz-Signature=hush")
        assert "hush" not in str(refused.value)


def test_what_tells_versions_apart() -> None:
    assert identity_of(InputFile("https://h/a", "a", 1, "etag:1")) == ("version", "etag:1")
    assert identity_of(InputFile("hf://datasets/o/n@c/a", "a", 1, "sha256:00")) == ("sha256", "00")
    with serving(Site(FILES, tags=False).answer) as (address, faults):
        (file,) = find_files("crawl", [f"{address}/x/1.warc.gz"], [])
        assert identity_of(file) == ("sha256", sha256_of_file(file))
        assert len(faults.requests) == 2  # what tells no version is read for it, once


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("https://[1/a.jsonl", r"^source crawl: https://\[1/a\.jsonl: no URL"),
        ("https://[1/a.paths?token=hush", "an address with a key in it"),
        ("s3://so[il]/a.jsonl", r"s3://so\[il\]/a\.jsonl: expected s3://BUCKET/KEY"),
    ],
)
def test_what_is_no_address_is_told(pattern: str, why: str) -> None:
    with pytest.raises((DownloadError, RecipeError), match=why):
        find_files("crawl", [pattern], [])
