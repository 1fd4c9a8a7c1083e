"""Releases in a folder and on a hub, and corpora that cannot be published."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.corpus.files import sha256_of
from pipelines.errors import CorpusError, LoamError
from pipelines.releasing import folder, hub
from pipelines.releasing.contents import ReleasedFile, contents
from tests.pipelines.conftest import SmallCorpus, loam


def _paths(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_card_and_tables_stand_side_by_side(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    target = tmp_path / "release"
    first = loam("publish", str(small_corpus.root), "--to", str(target))
    assert first.exit_code == 0, first.output
    files = contents(small_corpus.root)
    assert _paths(target) == [file.path for file in files]
    assert all(sha256_of(target / file.path) == file.sha256 for file in files)
    assert {"README.md", "manifest.json", "LICENSE.md"} <= set(_paths(target))
    again = loam("publish", str(small_corpus.root), "--to", str(target))
    assert f"0 of {len(files)} files to send" in again.output


def test_what_changed_is_sent_again_and_what_went_is_deleted(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    files, target = contents(small_corpus.root), tmp_path / "release"
    folder.write(files, target)
    inodes = {file.path: (target / file.path).stat().st_ino for file in files}
    (target / "README.md").write_text("other", encoding="utf-8")
    (target / "old.parquet").write_bytes(b"x")
    new, gone = folder.changes(files, target)
    assert ([file.path for file in new], gone) == (["README.md"], ["old.parquet"])
    folder.write(files, target)
    assert folder.changes(files, target) == ([], [])
    copied = {file.path for file in files if (target / file.path).stat().st_ino != inodes[file.path]}
    assert copied == {"README.md"}
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def _small_files(folder_: Path, names: str) -> list[ReleasedFile]:
    folder_.mkdir()
    for name in names:
        (folder_ / name).write_text(f"{folder_.name} {name}", encoding="utf-8")
    places = [folder_ / name for name in names]
    return [ReleasedFile(f"in/{one.name}", one, one.stat().st_size, sha256_of(one)) for one in places]


@pytest.mark.parametrize("moment", range(5))
@pytest.mark.parametrize("has_earlier", [False, True])
def test_whoever_looks_sees_one_release_or_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int, has_earlier: bool
) -> None:
    earlier, files = _small_files(tmp_path / "1", "ab"), _small_files(tmp_path / "2", "bcd")
    target = tmp_path / "place" / "release"
    if has_earlier:
        folder.write(earlier, target)
    before = {path: (target / path).read_bytes() for path in _paths(target)}
    left, rename = iter(range(moment)), Path.rename

    def dying(self: Path, to: Path) -> Path:
        """Move a file or a folder, until the run is killed."""
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dying)
        patch.setattr(Path, "rename", dying)
        with contextlib.suppress(KeyboardInterrupt):
            folder.write(files, target)
    seen = {path: (target / path).read_bytes() for path in _paths(target)}
    after = {file.path: file.source.read_bytes() for file in files}
    between_moves = has_earlier and moment == len(files) + 1
    assert seen == ({} if between_moves else after if moment > len(files) else before)
    folder.write(files, target)
    assert {path: (target / path).read_bytes() for path in _paths(target)} == after
    assert [path.name for path in target.parent.iterdir()] == ["release"]


def test_a_dry_run_sends_nothing(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    result = loam("publish", str(small_corpus.root), "--to", str(tmp_path / "release"), "--dry-run")
    assert result.exit_code == 0
    assert "+ README.md" in result.output
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize("option", [["--private"], ["--revision", "next"]])
def test_a_folder_has_no_branches_and_is_not_private(
    small_corpus: SmallCorpus, tmp_path: Path, option: list[str]
) -> None:
    result = loam("publish", str(small_corpus.root), "--to", str(tmp_path / "release"), *option)
    assert result.exit_code != 0
    assert "are of repositories" in result.output
    assert not (tmp_path / "release").exists()


def test_a_folder_of_something_else_is_left_alone(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x", encoding="utf-8")
    with pytest.raises(LoamError, match=r"thesis\.tex and no release"):
        folder.changes(contents(small_corpus.root), tmp_path)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("ledger/select/**/*[0-9].json", "other inputs|no receipt|made from another"),
        ("data/**/*.parquet", "not the bytes that its receipt names"),
        ("card/LICENSES/*.txt", "not the bytes|missing"),
        ("card/README.md", "not the bytes"),
        ("card/manifest.json", "not the bytes"),
    ],
)
def test_a_broken_corpus_cannot_be_published(
    corpus_copy: SmallCorpus, tmp_path: Path, pattern: str, message: str
) -> None:
    path = min(corpus_copy.root.glob(pattern))
    if path.suffix == ".json" and "ledger" in path.parts:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CorpusError, match=rf"^s3://soil/small: not published: .*{message}"):
        contents(corpus_copy.root, "s3://soil/small")
    refused = loam("publish", str(corpus_copy.root), "--to", str(tmp_path / "release"))
    assert refused.exit_code != 0
    assert "not published" in refused.output
    assert not (tmp_path / "release").exists()


@dataclass
class _Large:
    sha256: str


@dataclass
class _Entry:
    path: str
    size: int
    blob_id: str
    lfs: _Large | None


@dataclass
class _Hub:
    """A repository in memory that breaks off after some commits."""

    files: dict[str, _Entry] = field(default_factory=dict)
    commits_left: int = 1000
    private: bool | None = None

    def create_repo(self, repo_id: str, *, repo_type: str, private: bool, exist_ok: bool) -> Any:  # noqa: ANN401
        assert (repo_id, repo_type, exist_ok) == ("me/corpus", "dataset", True)
        self.private = private

    def list_repo_tree(
        self, repo_id: str, *, recursive: bool, repo_type: str, revision: str | None
    ) -> Iterable[_Entry]:
        assert (repo_id, recursive, repo_type, revision) == ("me/corpus", True, "dataset", None)
        return list(self.files.values())

    def create_commit(
        self, repo_id: str, operations: list[Any], *, commit_message: str, repo_type: str, revision: str | None
    ) -> Any:  # noqa: ANN401
        assert (repo_id, repo_type, revision, bool(commit_message)) == ("me/corpus", "dataset", None, True)
        if not self.commits_left:
            raise ConnectionError("cut")
        self.commits_left -= 1
        for operation in operations:
            if hasattr(operation, "path_or_fileobj"):
                source = Path(operation.path_or_fileobj)
                file = ReleasedFile(operation.path_in_repo, source, source.stat().st_size, sha256_of(source))
                large = _Large(file.sha256) if source.suffix == ".parquet" else None
                entry = _Entry(file.path, file.bytes, hub._git_sha1(file), large)
                self.files[file.path] = entry
            else:
                del self.files[operation.path_in_repo]


def test_an_upload_that_was_cut_goes_on_where_it_stopped(
    small_corpus: SmallCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub", reason="needs the extra `cards`")
    monkeypatch.setattr(hub, "_FILES_A_COMMIT", 3)
    files, api = contents(small_corpus.root), _Hub(commits_left=2)
    api.files["gone.parquet"] = _Entry("gone.parquet", 1, "x", None)
    api.files["manifest.json"] = _Entry("manifest.json", 1, "x", None)
    api.files[".gitattributes"] = _Entry(".gitattributes", 1, "x", None)
    new, gone = hub.changes(files, api, "me/corpus", None)
    assert (len(new), gone) == (len(files), ["gone.parquet"])
    with pytest.raises(LoamError, match=r"ConnectionError: cut; mend it and publish again"):
        list(hub.write(new, gone, api, "me/corpus", None))
    rest, gone = hub.changes(files, api, "me/corpus", None)
    assert len(rest) == len(files) - 6
    api.commits_left = 1000
    assert list(hub.write(rest, gone, api, "me/corpus", None))[-1] == len(rest) + 1
    assert sorted(api.files) == [".gitattributes", *(file.path for file in files)]
    assert hub.changes(files, api, "me/corpus", None) == ([], [])


def test_what_was_never_published_can_be_tried_out(small_corpus: SmallCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = pytest.importorskip("huggingface_hub.errors", reason="needs the extra `cards`")

    def missing(*_: object, **__: object) -> Iterable[_Entry]:
        raise errors.RepositoryNotFoundError("404", response=SimpleNamespace(headers={}, request=None))

    api = _Hub()
    monkeypatch.setattr(api, "list_repo_tree", missing)
    files = contents(small_corpus.root)
    assert hub.changes(files, api, "me/corpus", None) == (list(files), [])


def test_a_repository_of_somebody_else_is_left_alone(small_corpus: SmallCorpus) -> None:
    api = _Hub({"thesis.tex": _Entry("thesis.tex", 1, "x", None)})
    with pytest.raises(LoamError, match=r"holds thesis\.tex and no release"):
        hub.changes(contents(small_corpus.root), api, "me/corpus", None)


def test_what_a_cut_run_copied_is_not_copied_again(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    files = contents(small_corpus.root)
    beside = tmp_path / ".release.publishing"
    folder.write(files[:3], beside)
    (beside / "README.md.half").write_text("half", encoding="utf-8")
    inodes = [(beside / file.path).stat().st_ino for file in files[:3]]
    folder.write(files, tmp_path / "release")
    assert [(tmp_path / "release" / file.path).stat().st_ino for file in files[:3]] == inodes
    assert _paths(tmp_path / "release") == [file.path for file in files]


def test_a_folder_that_cannot_be_written_is_told(small_corpus: SmallCorpus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(LoamError, match="mend it and publish again"):
        folder.write(contents(small_corpus.root), tmp_path / "file" / "release")


def test_the_command_publishes_to_a_repository(small_corpus: SmallCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("huggingface_hub", reason="needs the extra `cards`")
    api = _Hub()
    monkeypatch.setattr(hub, "open_api", lambda: api)
    result = loam("publish", str(small_corpus.root), "--to", "hf://datasets/me/corpus", "--private")
    assert result.exit_code == 0, result.output
    assert api.private is True
    assert "README.md" in api.files


@pytest.mark.parametrize("target", ["hf://datasets/alone", "hf://models/a/b", "s3://bucket/x", "hf://datasets/../x"])
def test_other_targets_are_refused(target: str) -> None:
    with pytest.raises(LoamError, match="expected a folder, or hf://"):
        hub.repository_of(target)
