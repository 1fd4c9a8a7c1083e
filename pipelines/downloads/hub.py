"""Files of a dataset repository on a hub, at a commit: what there is, and the checksum of each."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote

import orjson

from pipelines.downloads.http import Manners, fetch_bytes
from pipelines.downloads.kept import DownloadError

ENDPOINT = "https://huggingface.co"  # of the hub whose repositories `repository` names; HF_ENDPOINT names another
MOST_BYTES = 64 * 2**20  # of a list of files

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository.

    Attributes:
        path: Its path there.
        url: Where it is.
        sha256: Its SHA-256, None for small files, which git keeps itself.
        blob: The SHA-1 by which git knows it, with its size before it.
    """

    path: str
    url: str
    sha256: str | None
    blob: str


def list_files(repository: str, revision: str, patterns: Sequence[str], manners: Manners) -> list[HubFile]:
    """Return the files of a repository at a commit whose paths match one of some globs.

    Raises:
        DownloadError: The revision is no commit, there is no such repository, or no file matches.
    """
    endpoint = (os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")
    if not _REPOSITORY.fullmatch(repository):
        raise DownloadError(f"hub: {repository!r}: expected OWNER/NAME")
    base = f"{endpoint}/api/datasets/{repository}"
    if not _COMMIT.fullmatch(revision):
        found = orjson.loads(fetch_bytes(f"{base}/revision/{quote(revision, safe='')}", manners, MOST_BYTES))
        raise DownloadError(
            f"hub: {repository}: revision {revision!r} may change; write the commit, today {found.get('sha')}"
        )
    listed = orjson.loads(fetch_bytes(f"{base}/tree/{revision}?recursive=true", manners, MOST_BYTES))
    files = [
        _file(endpoint, repository, revision, entry)
        for entry in listed
        if entry.get("type") == "file" and any(fnmatchcase(entry["path"], pattern) for pattern in patterns)
    ]
    if not files:
        raise DownloadError(f"hub: {repository} at {revision}: no file matches {', '.join(patterns)}")
    return sorted(files, key=lambda file: file.path)


def _file(endpoint: str, repository: str, revision: str, entry: dict[str, object]) -> HubFile:
    path, stored = str(entry["path"]), entry.get("lfs")
    url = f"{endpoint}/datasets/{repository}/resolve/{revision}/{quote(path)}"
    sha256 = str(stored["oid"]).removeprefix("sha256:") if isinstance(stored, dict) else None
    return HubFile(path, url, sha256, str(entry.get("oid", "")))


def git_blob(path: Path) -> str:
    """Return the SHA-1 by which git knows the content of a file."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()
