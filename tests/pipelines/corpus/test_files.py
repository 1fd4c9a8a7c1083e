import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipelines.corpus.files import is_temporary, own_temporary_of, publish, sha256_of, temporary_of, write_whole


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "file.json"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_publishing_makes_the_folder(tmp_path: Path) -> None:
    finished = {tmp_path / f".{name}.tmp": tmp_path / "folder" / name for name in ("x", "y")}
    for temporary in finished:
        temporary.write_text(temporary.name)
    publish(finished)
    assert [path.read_text() for path in finished.values()] == [".x.tmp", ".y.tmp"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_temporary_names_lie_beside_and_are_known() -> None:
    path = Path("signals/core/x.parquet")
    assert temporary_of(path).parent == path.parent
    assert is_temporary(temporary_of(path))
    assert not is_temporary(path)
    assert not is_temporary(Path("x.tmp"))
    assert not is_temporary(Path(".hidden"))


def test_no_two_processes_write_to_one_temporary_file() -> None:
    path = Path("signals/core/x.parquet")
    here = own_temporary_of(path)
    assert own_temporary_of(path) == here
    assert here.parent == path.parent
    assert is_temporary(here)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        assert other.submit(own_temporary_of, path).result() != here


def test_hashes(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert sha256_of(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
