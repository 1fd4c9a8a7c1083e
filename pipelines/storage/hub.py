"""Files of dataset repositories, by `hf://datasets/OWNER/NAME[@REVISION]/PATH`; a branch is read at today's commit."""

import functools
import re
from collections.abc import Iterator
from urllib.parse import unquote

from fsspec.utils import glob_translate

from pipelines.downloads.addresses import Allowed, split_url
from pipelines.downloads.exchange import Manners
from pipelines.downloads.hub import HubFile, all_files, commit_of, endpoint
from pipelines.downloads.kept import DownloadError
from pipelines.storage.objects import SHA256, StoredObject, refuse_where_off
from pipelines.storage.stream import Chunks
from pipelines.storage.web import read_from_web

SCHEME = "hf://"

_ADDRESS = re.compile(
    r"hf://datasets/(?P<repository>[^/@]+/[^/@]+)(?:@(?P<revision>refs/(?:pr|convert)/[^/]+|[^/]+))?/(?P<path>.+)"
)
_MAGIC = re.compile(r"[*?\[]")


def manners_for_hub() -> Manners:
    """Return how the hub is treated: HF_ENDPOINT is set by whoever runs this, and may name any server."""
    return Manners(Allowed(hosts=frozenset({split_url(endpoint()).netloc})))


def describe_on_hub(url: str) -> StoredObject | None:
    """Return what the hub says of a file, whatever characters its name has; None where there is none.

    Raises:
        DownloadError: It is no such address, or there is no such repository.
    """
    _, path, files = _listed(url)
    return files.get(path)


def find_on_hub(pattern: str) -> tuple[str, list[StoredObject]]:
    """Return the folder of the repository that a glob stands in, and its files.

    A path with a wildcard in it is found by its name too.

    Raises:
        DownloadError: It is no such address, or there is no such repository.
    """
    place, path, files = _listed(pattern)
    if path in files:
        return f"{place}/{path}".rpartition("/")[0], [files[path]]
    matches = re.compile(glob_translate(path))
    found = [file for name, file in files.items() if matches.match(name)]
    return f"{place}/{_plain_folder(path)}".rstrip("/"), found


def _listed(url: str) -> tuple[str, str, dict[str, StoredObject]]:
    """Return the repository of an address, the path there, and all files of the repository by their paths."""
    refuse_where_off(url)
    repository, revision, path = _parts(url)
    commit = commit_of(repository, revision, manners_for_hub())
    place = f"{SCHEME}datasets/{repository}"
    return (
        place,
        path,
        {
            file.path: StoredObject(f"{place}@{commit}/{file.path}", f"{place}/{file.path}", file.size, _version(file))
            for file in _files(endpoint(), repository, commit)
        },
    )


def read_from_hub(url: str, start: int) -> Chunks:
    """Yield the bytes of a file at a commit from one of them on.

    Raises:
        DownloadError: It cannot be had.
        TryAgainError: The connection failed or hangs.
    """
    repository, commit, path = _parts(url)
    files = {file.path: file for file in _files(endpoint(), repository, commit)}
    if path not in files:
        raise DownloadError(f"{url}: there is no such file")
    yield from read_from_web(files[path].url, None, manners_for_hub(), start)  # a commit does not change


@functools.lru_cache(maxsize=64)
def _files(_endpoint: str, repository: str, commit: str) -> list[HubFile]:
    return all_files(repository, commit, manners_for_hub())


def _parts(url: str) -> tuple[str, str, str]:
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise DownloadError(f"{url}: expected hf://datasets/OWNER/NAME/PATH, or NAME@REVISION/PATH")
    return match["repository"], unquote(match["revision"] or "main"), match["path"]


def _plain_folder(pattern: str) -> str:
    def plain() -> Iterator[str]:
        for folder in pattern.split("/")[:-1]:
            if _MAGIC.search(folder):
                return
            yield folder

    return "/".join(plain())


def _version(file: HubFile) -> str:
    return f"{SHA256}{file.sha256}" if file.sha256 else f"blob:{file.blob}"
