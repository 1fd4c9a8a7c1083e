"""Which files a source has: globs, addresses and lists to files, names below their common root, checksums."""

import functools
import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from pipelines.downloads.addresses import shown
from pipelines.downloads.kept import DownloadError
from pipelines.errors import RecipeError
from pipelines.sources.lists import Below, files_of_list, is_list
from pipelines.sources.plain_text import escaped
from pipelines.sources.record import InputFile
from pipelines.sources.stored import file_system_of, open_binary
from pipelines.storage.finding import find, is_stored
from pipelines.storage.objects import SHA256, StoredObject

_MAGIC = frozenset("*?[")
_KEY = re.compile(r"signature|token|secret|credential|password|access_?key|api_?key|^(?:sig|key)$", re.IGNORECASE)


@dataclass(frozen=True)
class _Found:
    """A file, and the root of the glob that it was found by, as it counts for names."""

    root: str
    name: str
    size: int
    version: str | None = None


def find_files(
    source: str,
    patterns: Sequence[str],
    directories: Sequence[Path],
    *,
    optional: bool = False,
    below: Below | None = None,
) -> tuple[InputFile, ...]:
    """Return the files of a source, in the order of their relative paths.

    A file's relative path is taken below the common root of all the globs on its file system, the part of them without
    wildcards, so that it does not depend on where the data lie.

    Args:
        source: The source's name, for messages.
        patterns: Globs and lists, local or in a store (`s3://`, `hf://`, `https://`); of a recipe that is trusted, any
            URL that fsspec opens.
        directories: Where relative local globs are looked up; the first that has a match counts.
        optional: Whether globs may match nothing.
        below: How lists are taken.

    Raises:
        DownloadError: A store does not answer.
        RecipeError: A glob matches nothing, or files cannot be told apart by their relative paths.
    """
    found: dict[str, _Found] = {}
    roots = []
    for pattern in patterns:
        try:
            root, matches = _matches(pattern, directories, below or Below())
        except (DownloadError, RecipeError) as error:
            raise type(error)(f"source {source}: {error}") from None
        if not matches and not optional:
            looked = " and ".join(dict.fromkeys(str(directory) for directory in directories))
            where = "" if is_stored(pattern) else f" (relative paths are looked up in {looked})"
            raise RecipeError(f"source {source}: no file matches {shown(pattern) if where == '' else pattern}{where}")
        roots.append(root)
        found.update(matches)
    common = _common_roots(filter(None, roots))
    by_relative: dict[str, InputFile] = {}
    for path, file in sorted(found.items()):
        relative = posixpath.relpath(file.name, common[_scheme(file.root)])
        relative = escaped(relative)
        if relative in by_relative:
            raise RecipeError(
                f"source {source}: {shown(by_relative[relative].path)} and {shown(path)} are both named {relative}; "
                "make them two sources"
            )
        by_relative[relative] = InputFile(path, relative, file.size, file.version)
    return tuple(by_relative[relative] for relative in sorted(by_relative))


def _matches(pattern: str, directories: Sequence[Path], below: Below) -> tuple[str, Mapping[str, _Found]]:
    """Return the root of a glob or a list, and its files."""
    _refuse_keys(pattern)
    if is_list(pattern):
        listed = files_of_list(pattern, directories, below)
        return ("", {}) if listed is None else _in_store(*listed)
    return _in_store(*find(pattern)) if is_stored(pattern) else _first_match(pattern, directories)


def _refuse_keys(pattern: str) -> None:
    """Refuse an address with a key in it: recipes are written into corpora and cards."""
    if is_stored(pattern) and any(_KEY.search(name) for name, _ in parse_qsl(pattern.partition("?")[2])):
        raise RecipeError(
            f"{shown(pattern)}: an address with a key in it would be published with the recipe; "
            "put it into a list of files (`.urls`), or who asks into the environment"
        )


def _in_store(root: str, files: Sequence[StoredObject]) -> tuple[str, Mapping[str, _Found]]:
    return root, {file.url: _Found(root, file.name, file.size, file.version) for file in files}


def _first_match(pattern: str, directories: Sequence[Path]) -> tuple[str, Mapping[str, _Found]]:
    """Return a glob's root and its files, from the first directory that has some."""
    local = "://" not in pattern
    candidates = (
        [posixpath.join(str(directory.absolute()), pattern) for directory in directories] if local else [pattern]
    )
    root = ""
    for candidate in candidates:
        root, matches = _glob(candidate)
        if matches:
            return root, {path: _Found(root, path, size) for path, size in matches.items()}
    return root, {}


def _glob(pattern: str) -> tuple[str, dict[str, int]]:
    """Return a glob's root and the size of each file it matches; URLs keep their scheme."""
    filesystem, path = file_system_of(pattern)
    exact = filesystem.isfile(path)  # also a name with brackets in it
    try:
        details = {name: filesystem.info(name) for name in ([path] if exact else filesystem.glob(path))}
    except OSError as error:  # a link to nothing or to itself, a folder that may not be read
        raise RecipeError(f"{shown(pattern)} matches what cannot be read: {error}") from None
    scheme = pattern.partition("://")[0] + "://" if "://" in pattern else ""
    files = {scheme + name: int(info["size"]) for name, info in details.items() if info["type"] == "file"}
    return scheme + (posixpath.dirname(path) if exact else _root(path)), files


def _root(pattern: str) -> str:
    """Return the folders of a glob that come before its first wildcard."""
    folders = pattern.split("/")[:-1]
    plain = next((number for number, folder in enumerate(folders) if _MAGIC & set(folder)), len(folders))
    return "/".join(folders[:plain]) or "/"


def _common_roots(roots: Iterable[str]) -> dict[str, str]:
    """Return the folder that holds all roots on a file system, by the scheme of their URLs ("" on this machine)."""
    by_scheme: dict[str, list[str]] = {}
    for root in roots:
        by_scheme.setdefault(_scheme(root), []).append(root)
    return {scheme: posixpath.commonpath(some) for scheme, some in by_scheme.items()}


def _scheme(root: str) -> str:
    return root.partition("://")[0] if "://" in root else ""


def identity_of(file: InputFile) -> tuple[str, str]:
    """Return the name and the value of what changes when a file's content does: its SHA-256, or a store's version.

    What lies in a store is not read for it, if the store tells a version.

    Raises:
        DownloadError: It has to be read, and cannot be.
    """
    if file.version is None or file.version.startswith(SHA256):
        return "sha256", sha256_of_file(file)
    return "version", file.version


def sha256_of_file(file: InputFile) -> str:
    """Return the SHA-256 of a file as stored, in hexadecimal; a process reads an unchanged file once."""
    if file.version is not None and file.version.startswith(SHA256):
        return file.version.removeprefix(SHA256)
    if "://" in file.path:
        return _sha256(file, None)
    return _sha256(file, Path(file.path).stat().st_mtime_ns)


@functools.lru_cache(maxsize=65536)
def _sha256(file: InputFile, _modified: int | None) -> str:
    with open_binary(file) as stored:
        digest = hashlib.sha256()
        while chunk := stored.read(2**20):
            digest.update(chunk)
        return digest.hexdigest()


def check_sha256(source: str, files: Sequence[InputFile], expected: Sequence[str]) -> None:
    """Hold a source's files against the recipe's checksums.

    Args:
        source: The source's name, for messages.
        files: Its files.
        expected: The SHA-256 of each, in any order, in hexadecimal, with or without the prefix `sha256:`.

    Raises:
        RecipeError: A file has none of the checksums, or a checksum has no file.
    """
    wanted = {checksum.strip().lower().removeprefix("sha256:") for checksum in expected}
    found = {sha256_of_file(file): file for file in files}
    for digest, file in found.items():
        if digest not in wanted:
            raise RecipeError(
                f"source {source}: {file.relative} has SHA-256 {digest}, which `sha256` does not list; "
                "fetch the file again, or correct the recipe"
            )
    missing = sorted(wanted - found.keys())
    if missing:
        raise RecipeError(f"source {source}: no file has the SHA-256 {missing[0]} that the recipe lists")
