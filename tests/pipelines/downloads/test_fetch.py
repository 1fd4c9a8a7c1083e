import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.downloads.addresses import OFF
from pipelines.downloads.fetch import LOCK, fetch
from pipelines.downloads.hub import git_blob
from pipelines.downloads.kept import DownloadError
from pipelines.errors import RecipeError
from pipelines.recipe.sources import FetchSection
from tests.pipelines.downloads.server import Site, serving

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def _section(**keys: Any) -> FetchSection:  # noqa: ANN401 -- keys of a section
    return FetchSection.model_validate({"to": "x", "allow_http": True, "allow_private": True, **keys})


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_recipe_without_anything_to_fetch_is_told_so(tmp_path: Path) -> None:
    recipe = tmp_path / "plain.yaml"
    recipe.write_text("name: plain\nsources: [{name: docs, kind: parquet, path: docs.parquet}]\n")
    result = CliRunner().invoke(app, ["fetch", str(recipe)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{recipe}: nothing to fetch: no source has a `fetch` section\n"


def test_what_came_first_is_what_is_meant(tmp_path: Path) -> None:
    with serving(Site({"/d/a.gz": b"one", "/b.txt": b"two"})) as site:
        section = _section(urls=[f"{site.address}/d/a.gz?x=1", f"{site.address}/b.txt"])
        site.files["/d/a.gz?x=1"] = b"one"
        said: list[str] = []
        assert fetch(section, tmp_path, tmp_path, said.append) == 2
        assert (tmp_path / "a.gz").read_bytes() == b"one"
        assert len(said) == 2
        assert json.loads((tmp_path / LOCK).read_text())[f"{site.address}/b.txt"] == _sha(b"two")
        fetch(section, tmp_path, tmp_path, said.append)
        assert len(site.requests) == len(said) == 2
        (tmp_path / "b.txt").unlink()
        site.files["/b.txt"] = b"other"
        with pytest.raises(DownloadError, match="it changed, or was damaged"):
            fetch(section, tmp_path, tmp_path, said.append)
        with pytest.raises(DownloadError, match="downloads are turned off"):
            fetch(section, tmp_path, tmp_path, said.append, off=True)


def test_lists_of_urls_and_of_paths(tmp_path: Path) -> None:
    with serving(Site({"/crawl/s/1.warc.gz": b"w1", "/crawl/s/2.warc.gz": b"w2", "/x.txt": b"x"})) as site:
        (tmp_path / "warc.paths.gz").write_bytes(gzip.compress(b"s/1.warc.gz\ns/2.warc.gz\ns/3.warc.gz\n"))
        (tmp_path / "urls.txt").write_text(f"# a comment\n\n{_sha(b'x')}  {site.address}/x.txt\n")
        section = _section(lists="warc.paths.gz", base=f"{site.address}/crawl/", first=2)
        assert fetch(section, tmp_path / "to", tmp_path, print) == 2
        assert (tmp_path / "to/s/2.warc.gz").read_bytes() == b"w2"
        assert fetch(_section(lists="urls.txt"), tmp_path / "to", tmp_path, print) == 1


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"urls": ["http://a/x/b", "http://a/y/b"]}, "would both be b"),
        ({"urls": ["http://a/"]}, "ends with the name of a file"),
        ({"urls": ["http://a/%2e%2e%2fb/.."]}, "may not be the name"),
        ({"lists": ["none.txt"]}, "none.txt"),
        ({"lists": ["paths.txt"]}, "paths.txt:1: expected a URL"),
        ({"lists": ["up.txt"], "base": "http://a/"}, "may not be the name"),
    ],
)
def test_names_that_cannot_be_used(tmp_path: Path, keys: dict[str, Any], why: str) -> None:
    (tmp_path / "paths.txt").write_text("s/1.gz\n")
    (tmp_path / "up.txt").write_text("s/../../etc/1.gz\n")
    with pytest.raises(RecipeError, match=why):
        fetch(_section(**keys), tmp_path / "to", tmp_path, print)


def test_a_repository_at_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = b"# card\n", b"PAR1" * 1000
    (tmp_path / "small").write_bytes(small)
    tree = [
        {"type": "directory", "path": "data", "oid": "0"},
        {"type": "file", "path": "data/a b.parquet", "oid": "1", "lfs": {"oid": _sha(large), "size": len(large)}},
        {"type": "file", "path": "README.md", "oid": git_blob(tmp_path / "small"), "size": len(small)},
        {"type": "file", "path": "other.bin", "oid": "2"},
    ]
    base = f"/datasets/org/set/resolve/{COMMIT}"
    files = {
        f"/api/datasets/org/set/tree/{COMMIT}?recursive=true": json.dumps(tree).encode(),
        "/api/datasets/org/set/revision/main": json.dumps({"sha": COMMIT}).encode(),
        f"{base}/data/a%20b.parquet": large,
        f"{base}/README.md": small,
    }
    with serving(Site(files)) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.address)
        hub = {"repository": "org/set", "revision": COMMIT, "files": ["data/*.parquet", "README.md"]}
        section = _section(hub=hub)
        assert fetch(section, tmp_path / "to", tmp_path, print) == 2
        assert (tmp_path / "to/data/a b.parquet").read_bytes() == large
        assert fetch(section, tmp_path / "to", tmp_path, print, off=True) == 2
        with pytest.raises(DownloadError, match=f"revision 'main' may change; write the commit, today {COMMIT}"):
            fetch(_section(hub={**hub, "revision": "main"}), tmp_path / "to", tmp_path, print)
        with pytest.raises(DownloadError, match=r"no file matches \*\.csv"):
            fetch(_section(hub={**hub, "files": ["*.csv"]}), tmp_path / "to", tmp_path, print)
        site.files[f"{base}/README.md"] = b"changed"
        with pytest.raises(DownloadError, match="not the file that the repository lists"):
            fetch(section, tmp_path / "again", tmp_path, print)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with serving(Site({"/a.jsonl": b'{"text": "a"}\n'})) as site:
        recipe = tmp_path / "r.yaml"
        recipe.write_text(f"""name: r
sources:
  - name: a
    kind: jsonl
    path: got/*.jsonl
    fetch: {{to: got, urls: ["{site.address}/a.jsonl"], allow_http: true, allow_private: true}}
""")
        runner = CliRunner()
        missing = runner.invoke(app, ["run", str(recipe), "--corpus", "corpus", "--until", "ingest", "--quiet"])
        assert missing.exit_code == 2
        monkeypatch.setenv(OFF, "1")
        assert "downloads are turned off" in runner.invoke(app, ["fetch", str(recipe)]).output
        monkeypatch.delenv(OFF)
        assert runner.invoke(app, ["fetch", str(recipe)]).output.endswith("a: 1 file in got\n")
        assert runner.invoke(app, ["fetch", str(recipe), "--offline"]).exit_code == 0
        assert "no source b" in runner.invoke(app, ["fetch", str(recipe), "--source", "b"]).output


def test_sections_that_name_nothing() -> None:
    with pytest.raises(ValueError, match="expected urls, lists or hub"):
        _section()
    with pytest.raises(ValueError, match="1 checksums for 0 urls"):
        _section(lists="a", sha256="0" * 64)
