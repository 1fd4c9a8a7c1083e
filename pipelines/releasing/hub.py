"""A release in a dataset repository of the Hugging Face Hub, by `huggingface_hub`.

Files go up in commits of a few; after a cut only those are sent that do not stand there yet. The token comes from the
environment (HF_TOKEN) or from `hf auth login`, and is seen by the library alone.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from pipelines.errors import LoamError
from pipelines.releasing.contents import MARK, ReleasedFile, gone_from

PREFIX = "hf://datasets/"

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_FILES_A_COMMIT = 50
_KEPT = frozenset({".gitattributes"})  # the Hub's own


class Api(Protocol):
    """What is used of `huggingface_hub.HfApi`."""

    def create_repo(self, repo_id: str, *, repo_type: str, private: bool, exist_ok: bool) -> Any:  # noqa: ANN401
        """Make a repository, if there is none."""

    def create_branch(self, repo_id: str, *, branch: str, repo_type: str, exist_ok: bool) -> Any:  # noqa: ANN401
        """Make a branch from the main one, if there is none of that name."""

    def list_repo_tree(self, repo_id: str, *, recursive: bool, repo_type: str, revision: str | None) -> Iterable[Any]:
        """Yield the files and folders of a repository."""

    def create_commit(
        self,
        repo_id: str,
        operations: list[Any],
        *,
        commit_message: str,
        repo_type: str,
        revision: str | None,
    ) -> Any:  # noqa: ANN401
        """Change files in one commit."""


def repository_of(target: str) -> str:
    """Return the repository that a target such as `hf://datasets/owner/name` names.

    Raises:
        LoamError: It names none.
    """
    name = target.removeprefix(PREFIX)
    if not target.startswith(PREFIX) or not _REPOSITORY.fullmatch(name):
        raise LoamError(f"--to: {target!r}: expected a folder, or hf://datasets/OWNER/NAME")
    return name


def open_api() -> Api:
    """Return the Hub's client.

    Raises:
        LoamError: The extra `cards` is not installed.
    """
    try:
        from huggingface_hub import HfApi  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError:
        raise LoamError("--to hf://… needs the extra `cards`: pip install 'loam-curation[cards]'") from None
    api: Api = HfApi()
    return api


def prepare(api: Api, repository: str, revision: str | None, *, private: bool) -> None:
    """Make a repository, and a branch in it, where there are none.

    Args:
        api: The Hub's client.
        repository: Owner and name.
        revision: The branch; None for the main one, which every repository has.
        private: Whether a repository that is made is private.
    """
    with _explained(repository):
        api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
        if revision is not None:
            api.create_branch(repository, branch=revision, repo_type="dataset", exist_ok=True)


def changes(
    files: Sequence[ReleasedFile], api: Api, repository: str, revision: str | None
) -> tuple[list[ReleasedFile], list[str]]:
    """Return the files that do not stand in a repository yet, and the paths there that went."""
    with _explained(repository):
        standing = dict(_standing(api, repository, revision))
    new = [file for file in files if not _is_same(file, standing.get(file.path))]
    return new, gone_from(standing.keys() - _KEPT, files, PREFIX + repository)


def write(
    new: Sequence[ReleasedFile], gone: Sequence[str], api: Api, repository: str, revision: str | None
) -> Iterator[int]:
    """Send files, the manifest with the last of them; yield after each commit how many are there."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete  # noqa: PLC0415 -- an extra

    operations: list[Any] = [
        CommitOperationAdd(file.path, str(file.source)) for file in sorted(new, key=lambda file: file.path == MARK)
    ]
    operations += [CommitOperationDelete(path) for path in gone]
    done = 0
    for some in _some(operations):
        with _explained(repository):
            api.create_commit(repository, list(some), commit_message="Publish", repo_type="dataset", revision=revision)
        done += len(some)
        yield done


def _some(operations: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(operations), _FILES_A_COMMIT):
        yield operations[begin : begin + _FILES_A_COMMIT]


def _standing(api: Api, repository: str, revision: str | None) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield the size and the checksum of each file: SHA-256 of large ones, git's own of others."""
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError  # noqa: PLC0415 -- an extra

    try:
        entries = list(api.list_repo_tree(repository, recursive=True, repo_type="dataset", revision=revision))
    except RepositoryNotFoundError:  # yet to be made
        entries = []
    except RevisionNotFoundError:  # yet to be made, from the main branch
        entries = list(api.list_repo_tree(repository, recursive=True, repo_type="dataset", revision=None))
    for entry in entries:
        if hasattr(entry, "blob_id"):
            yield entry.path, (entry.size, entry.lfs.sha256 if entry.lfs else entry.blob_id)


@contextlib.contextmanager
def _explained(repository: str) -> Iterator[None]:
    """Turn whatever the library raises, of the hub, the network or the token, into one line."""
    try:
        yield
    except LoamError:
        raise
    except Exception as error:
        said = (str(error).splitlines() or [""])[0]
        raise LoamError(
            f"--to: {PREFIX}{repository}: {type(error).__name__}: {said}; mend it and publish again: what is there is "
            "not sent again"
        ) from error


def _is_same(file: ReleasedFile, standing: tuple[int, str] | None) -> bool:
    if standing is None or standing[0] != file.bytes:
        return False
    if len(standing[1]) == len(file.sha256):
        return standing[1] == file.sha256
    return standing[1] == _git_sha1(file)


def _git_sha1(file: ReleasedFile) -> str:
    content = file.source.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
