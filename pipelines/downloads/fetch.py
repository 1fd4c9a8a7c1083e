"""What a source's `fetch` section names, brought to where its `path` expects it, and pinned."""

import gzip
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pipelines.downloads.addresses import Allowed, joined_url, shown, split_url
from pipelines.downloads.exchange import Manners
from pipelines.downloads.http import download
from pipelines.downloads.hub import git_blob, list_files, proof_for
from pipelines.downloads.kept import DownloadError, sha256_of
from pipelines.errors import RecipeError

if TYPE_CHECKING:
    from pipelines.recipe.sources import FetchSection

LOCK = "fetch.lock.json"

_LINE = re.compile(r"(?:(?P<sha256>[0-9a-f]{64})\s+)?(?P<url>\S+)")


@dataclass(frozen=True)
class Wanted:
    """A file to fetch: where it is, where it is to lie below the folder, and its checksum, where that is known."""

    url: str
    name: str
    sha256: str | None = None
    blob: str | None = None


def fetch(
    section: "FetchSection", folder: Path, directory: Path, say: Callable[[str], None], *, off: bool = False
) -> int:
    """Fetch what a section names; what is there already is not asked for again.

    The first time, the checksum of each file is written down in `fetch.lock.json`; from then on that file is meant and
    no other.

    Args:
        section: What to fetch, and how.
        folder: Where it is to lie.
        directory: Where lists of URLs are looked up.
        say: Told of each file that was fetched.
        off: Whether nothing may be asked for: then what is there is checked.

    Returns:
        How many files there are.

    Raises:
        DownloadError: A file cannot be had, or is another than the one that was meant.
        RecipeError: A list holds no URL, or two files would have one name.
    """
    manners = Manners(Allowed(section.allow_http, section.allow_private), section.rate, section.interval)
    lock = _read_lock(folder / LOCK)
    wanted = _wanted(section, directory, manners, lock, off=off)
    for file in wanted:
        target = folder / file.name
        known = lock.get(file.url)
        expected = file.sha256 or known
        if target.is_file() and expected is not None and sha256_of(target) == expected:
            continue
        if off:
            raise DownloadError(f"{target} is not there or another file, and downloads are turned off")
        found = download(file.url, target, manners, expected, proof_for(file.url))
        if file.blob is not None and git_blob(target) != file.blob:
            target.unlink()
            raise DownloadError(f"{shown(file.url)}: not the file that the repository lists; fetch it again")
        lock[file.url] = found
        _write_lock(folder / LOCK, lock)
        say(f"{shown(file.url)}: {target.stat().st_size:,} bytes, SHA-256 {found}")
    return len(wanted)


def _wanted(
    section: "FetchSection", directory: Path, manners: Manners, lock: Mapping[str, str], *, off: bool
) -> list[Wanted]:
    found = [Wanted(url, _name(url)) for url in section.urls]
    found = [Wanted(file.url, file.name, sha) for file, sha in zip(found, _sums(section), strict=True)]
    for name in section.lists:
        found += _listed(directory / name, section.base)
    if section.hub is not None:
        hub = section.hub
        if off:
            marker = f"/{hub.repository}/resolve/{hub.revision}/"
            found += [Wanted(url, unquote(url.partition(marker)[2])) for url in lock if marker in url]
        else:
            files = list_files(hub.repository, hub.revision, hub.files, manners)
            found += [
                Wanted(file.url, _safe(file.path), file.sha256, None if file.sha256 else file.blob) for file in files
            ]
    if section.first is not None:
        found = found[: section.first]
    names: dict[str, str] = {}
    for file in found:
        if names.setdefault(file.name, file.url) != file.url:
            raise RecipeError(f"fetch: {shown(names[file.name])} and {shown(file.url)} would both be {file.name}")
    return found


def _sums(section: "FetchSection") -> Sequence[str | None]:
    return section.sha256 or [None] * len(section.urls)


def _listed(path: Path, base: str | None) -> Iterator[Wanted]:
    """Yield the files that a list names, one a line, with its SHA-256 before it or not; `.gz` or plain."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RecipeError(f"fetch.lists: {path}: {error}") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or ("://" not in match["url"] and base is None):
            raise RecipeError(f"fetch.lists: {path}:{number}: expected a URL, with its SHA-256 before it or not")
        url = joined_url(base, match["url"]) if base is not None and "://" not in match["url"] else match["url"]
        path_in = match["url"] if "://" not in match["url"] else _name(url)
        yield Wanted(url, _safe(path_in), match["sha256"])


def _name(url: str) -> str:
    name = posixpath.basename(unquote(split_url(url).path))
    if not name:
        raise RecipeError(f"fetch: {shown(url)}: expected a URL that ends with the name of a file")
    return _safe(name)


def _safe(path: str) -> str:
    """Return a path that stays in its folder.

    Raises:
        RecipeError: It would not.
    """
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "" in parts or "\\" in path or any(ord(c) < ord(" ") for c in path):
        raise RecipeError(f"fetch: {path!r} may not be the name of a file")
    return path


def _read_lock(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise DownloadError(f"{path}: no JSON ({error}); delete it to pin the files anew") from None
    return dict(found)


def _write_lock(path: Path, lock: Mapping[str, str]) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(json.dumps(dict(sorted(lock.items())), indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
