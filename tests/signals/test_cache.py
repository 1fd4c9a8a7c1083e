"""The cache is private, written whole, and dispensable."""

import os
import tempfile
from pathlib import Path

import pytest

from signals import characters
from signals.cache import cache_directory, store_atomically


@pytest.fixture(autouse=True)
def forget() -> None:
    cache_directory.cache_clear()


def test_follows_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "loam"
    cache_directory.cache_clear()


def test_falls_back_to_a_private_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # no folder can be made in a file
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert cache_directory() == tmp_path / f"loam-{os.getuid()}"
    cache_directory.cache_clear()
    (tmp_path / f"loam-{os.getuid()}").chmod(0o777)  # others could leave code there
    assert cache_directory().parent == tmp_path
    assert cache_directory().name != f"loam-{os.getuid()}"
    cache_directory.cache_clear()


def test_stores_whole_files(tmp_path: Path) -> None:
    store_atomically(tmp_path / "new" / "file", b"one")
    store_atomically(tmp_path / "new" / "file", b"two")
    assert [path.read_bytes() for path in (tmp_path / "new").iterdir()] == [b"two"]


def test_damaged_tables_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    characters.character_tables.cache_clear()
    characters.character_tables()
    (path,) = (tmp_path / "loam").glob("characters-*")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    characters.character_tables.cache_clear()
    tables = characters.character_tables()
    assert tables.flags[tables.pages[0] * 128 + ord("A")] & characters.UPPER
    assert path.read_bytes() == whole
    cache_directory.cache_clear()
