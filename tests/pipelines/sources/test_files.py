import hashlib
from pathlib import Path

import fsspec
import pytest

from pipelines.errors import RecipeError
from pipelines.sources.files import check_sha256, find_files
from pipelines.trust import VARIABLE


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def relatives(patterns: list[str], *directories: Path) -> list[str]:
    return [file.relative for file in find_files("docs", patterns, directories)]


def test_names_below_the_globs_root_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "data/b.jsonl", "data/a.jsonl", "data/sub/c.jsonl", "data/readme.txt")
    assert relatives(["data/*.jsonl"], tmp_path) == ["a.jsonl", "b.jsonl"]
    assert relatives(["data/**/*.jsonl"], tmp_path) == ["a.jsonl", "b.jsonl", "sub/c.jsonl"]
    assert relatives(["data/a.jsonl"], tmp_path) == ["a.jsonl"]
    assert relatives([str(tmp_path / "data/*.jsonl")], Path("/nowhere")) == ["a.jsonl", "b.jsonl"]


def test_several_globs_share_a_root(tmp_path: Path) -> None:
    touch(tmp_path, "x/one/a.jsonl", "x/two/a.jsonl")
    assert relatives(["x/one/*.jsonl", "x/two/*.jsonl"], tmp_path) == ["one/a.jsonl", "two/a.jsonl"]
    assert relatives(["x/one/*.jsonl", "x/*/a.jsonl"], tmp_path) == ["one/a.jsonl", "two/a.jsonl"]


def test_names_with_brackets_and_spaces(tmp_path: Path) -> None:
    touch(tmp_path, "a [1].jsonl")
    assert relatives(["a [1].jsonl"], tmp_path) == ["a [1].jsonl"]


def test_first_directory_with_a_match_counts(tmp_path: Path) -> None:
    touch(tmp_path, "here/a.jsonl", "there/a.jsonl", "there/b.jsonl")
    assert relatives(["*.jsonl"], tmp_path / "here", tmp_path / "there") == ["a.jsonl"]
    assert relatives(["b.jsonl"], tmp_path / "here", tmp_path / "there") == ["b.jsonl"]


def test_no_match_is_an_error_unless_optional(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"source docs: no file matches none/\*.jsonl"):
        find_files("docs", ["none/*.jsonl"], [tmp_path])
    assert find_files("docs", ["none/*.jsonl"], [tmp_path], optional=True) == ()


def test_reads_any_file_system_for_who_trusts_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(RecipeError, match="--trust-recipe allows all that fsspec opens"):
        find_files("docs", ["memory://bucket/x/*.jsonl"], [Path("/")])
    monkeypatch.setenv(VARIABLE, "1")
    memory = fsspec.filesystem("memory")
    memory.pipe("/bucket/x/a.jsonl", b"1")
    memory.pipe("/bucket/x/b.jsonl", b"22")
    files = find_files("docs", ["memory://bucket/x/*.jsonl"], [Path("/")])
    assert [(file.relative, file.size) for file in files] == [("a.jsonl", 1), ("b.jsonl", 2)]
    with fsspec.open(files[1].path, "rb") as stored:
        assert stored.read() == b"22"


def test_checksums(tmp_path: Path) -> None:
    touch(tmp_path, "a.jsonl", "b.jsonl")
    files = find_files("docs", ["*.jsonl"], [tmp_path])
    a, b = (hashlib.sha256(name.encode()).hexdigest() for name in ("a.jsonl", "b.jsonl"))
    check_sha256("docs", files, [b.upper(), f"sha256:{a}"])
    with pytest.raises(RecipeError, match=r"b\.jsonl has SHA-256 .* which `sha256` does not list"):
        check_sha256("docs", files, [a])
    with pytest.raises(RecipeError, match="no file has the SHA-256 0000"):
        check_sha256("docs", files, [a, b, "0000"])


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.jsonl")
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "nowhere")
    with pytest.raises(RecipeError, match=r"matches what cannot be read.*b\.jsonl"):
        relatives(["*.jsonl"], tmp_path)
