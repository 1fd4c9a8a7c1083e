"""Files of a dataset repository on a hub, at a commit: what there is, and the checksum of each."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from pipelines.downloads.addresses import split_url
from pipelines.downloads.exchange import Manners
from pipelines.downloads.http import fetch_page
from pipelines.downloads.kept import DeniedError, DownloadError

ENDPOINT = "https://huggingface.co"  # of the hub whose repositories `repository` names; HF_ENDPOINT names another
TOKEN = "HF_TOKEN"  # noqa: S105 -- the variable that holds who asks, where a repository is not for everyone
MOST_BYTES = 64 * 2**20  # of a page of a list of files

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository.

    Attributes:
        path: Its path there.
        url: Where it is.
        size: Bytes.
        sha256: Its SHA-256, None for small files, which git keeps itself.
        blob: The SHA-1 by which git knows it, with its size before it.
    """

    path: str
    url: str
    size: int
    sha256: str | None
    blob: str


def endpoint() -> str:
    """Return the address of the hub, without a slash at its end."""
    return (os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")


def proof_for(url: str) -> dict[str, str]:
    """Return the header that says who asks, for addresses of the hub, if the environment names someone."""
    token = os.environ.get(TOKEN)
    return {"Authorization": f"Bearer {token}"} if token and split_url(url)[:2] == split_url(endpoint())[:2] else {}


def list_files(repository: str, revision: str, patterns: Sequence[str], manners: Manners) -> list[HubFile]:
    """Return the files of a repository at a commit whose paths match one of some globs.

    Raises:
        DownloadError: The revision is no commit, there is no such repository, or no file matches.
    """
    if not _COMMIT.fullmatch(revision):
        commit = commit_of(repository, revision, manners)
        raise DownloadError(f"hub: {repository}: revision {revision!r} may change; write the commit, today {commit}")
    files = [
        file
        for file in all_files(repository, revision, manners)
        if any(fnmatchcase(file.path, pattern) for pattern in patterns)
    ]
    if not files:
        raise DownloadError(f"hub: {repository} at {revision}: no file matches {', '.join(patterns)}")
    return files


def commit_of(repository: str, revision: str, manners: Manners) -> str:
    """Return the commit that a branch or a tag of a repository names now; a commit names itself.

    Raises:
        DownloadError: There is no such repository or revision.
    """
    if _COMMIT.fullmatch(revision):
        return revision
    (found,) = _asked(repository, f"/revision/{quote(revision, safe='')}", manners)
    commit = found.get("sha") if isinstance(found, dict) else None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise DownloadError(f"hub: {repository}: the hub names no commit for {revision!r}")
    return commit


def all_files(repository: str, commit: str, manners: Manners) -> list[HubFile]:
    """Return all files of a repository at a commit, in the order of their paths.

    Raises:
        DownloadError: There is no such repository or commit.
    """
    entries = [entry for page in _asked(repository, f"/tree/{commit}?recursive=true", manners) for entry in page]
    files = [_file(repository, commit, entry) for entry in entries if entry.get("type") == "file"]
    return sorted(files, key=lambda file: file.path)


def _asked(repository: str, question: str, manners: Manners) -> Iterator[Any]:
    """Yield what the hub answers about a repository, page by page."""
    if not _REPOSITORY.fullmatch(repository):
        raise DownloadError(f"hub: {repository!r}: expected OWNER/NAME")
    url: str | None = f"{endpoint()}/api/datasets/{repository}{question}"
    while url is not None:
        if split_url(url)[:2] != split_url(endpoint())[:2]:
            raise DownloadError(f"hub: {repository}: the list of files goes on at another host")
        try:
            content, url = fetch_page(url, proof_for(url), manners, MOST_BYTES)
        except DeniedError as error:
            raise DeniedError(f"{error}; there is no such repository, or {TOKEN} has to name who may read it") from None
        try:
            yield orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise DownloadError(f"hub: {repository}: the hub answers no JSON ({error.msg})") from None


def _file(repository: str, commit: str, entry: dict[str, Any]) -> HubFile:
    path, stored = str(entry["path"]), entry.get("lfs")
    url = f"{endpoint()}/datasets/{repository}/resolve/{commit}/{quote(path)}"
    sha256 = str(stored["oid"]).removeprefix("sha256:") if isinstance(stored, dict) else None
    return HubFile(path, url, int(entry.get("size", 0)), sha256, str(entry.get("oid", "")))


def git_blob(path: Path) -> str:
    """Return the SHA-1 by which git knows the content of a file."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()
