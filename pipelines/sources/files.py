"""Which files a source has: globs to files, names below the globs' common root, checksums."""

import functools
import hashlib
import posixpath
from collections.abc import Sequence
from pathlib import Path

import fsspec
from fsspec.core import url_to_fs

from pipelines.errors import RecipeError
from pipelines.sources.record import InputFile

_MAGIC = frozenset("*?[")


def find_files(
    source: str, patterns: Sequence[str], directories: Sequence[Path], *, optional: bool = False
) -> tuple[InputFile, ...]:
    """Return the files of a source, in the order of their relative paths.

    A file's relative path is taken below the common root of all the globs, the part of them without wildcards, so that
    it does not depend on where the data lie.

    Args:
        source: The source's name, for messages.
        patterns: Globs, local or any URL that fsspec opens.
        directories: Where relative local globs are looked up; the first that has a match counts.
        optional: Whether globs may match nothing.

    Raises:
        RecipeError: A glob matches nothing, or files cannot be told apart by their relative paths.
    """
    found: dict[str, tuple[str, int]] = {}
    roots = []
    for pattern in patterns:
        root, matches = _first_match(pattern, directories)
        if not matches and not optional:
            looked = " and ".join(dict.fromkeys(str(directory) for directory in directories))
            raise RecipeError(f"source {source}: no file matches {pattern} (relative paths are looked up in {looked})")
        roots.append(root)
        found.update(matches)
    common = _common_root(roots)
    by_relative: dict[str, InputFile] = {}
    for path, (root, size) in sorted(found.items()):
        relative = posixpath.relpath(path, common if common is not None else root)
        relative = relative.encode("utf-8", "backslashreplace").decode()  # a name on disk may be no UTF-8
        if relative in by_relative:
            raise RecipeError(
                f"source {source}: {by_relative[relative].path} and {path} are both named {relative}; "
                "make them two sources"
            )
        by_relative[relative] = InputFile(path, relative, size)
    return tuple(by_relative[relative] for relative in sorted(by_relative))


def _first_match(pattern: str, directories: Sequence[Path]) -> tuple[str, dict[str, tuple[str, int]]]:
    """Return a glob's root, and root and size of each file that it matches."""
    local = "://" not in pattern
    candidates = (
        [posixpath.join(str(directory.absolute()), pattern) for directory in directories] if local else [pattern]
    )
    root = ""
    for candidate in candidates:
        root, matches = _glob(candidate)
        if matches:
            return root, {path: (root, size) for path, size in matches.items()}
    return root, {}


def _glob(pattern: str) -> tuple[str, dict[str, int]]:
    """Return a glob's root and the size of each file it matches; URLs keep their scheme."""
    filesystem, path = url_to_fs(pattern)
    exact = filesystem.isfile(path)  # also a name with brackets in it
    details = {name: filesystem.info(name) for name in ([path] if exact else filesystem.glob(path))}
    scheme = pattern.partition("://")[0] + "://" if "://" in pattern else ""
    files = {scheme + name: int(info["size"]) for name, info in details.items() if info["type"] == "file"}
    return scheme + (posixpath.dirname(path) if exact else _root(path)), files


def _root(pattern: str) -> str:
    """Return the folders of a glob that come before its first wildcard."""
    folders = pattern.split("/")[:-1]
    plain = next((number for number, folder in enumerate(folders) if _MAGIC & set(folder)), len(folders))
    return "/".join(folders[:plain]) or "/"


def _common_root(roots: Sequence[str]) -> str | None:
    """Return the folder that holds all roots; None when they lie on different file systems."""
    schemes = {root.partition("://")[0] if "://" in root else "" for root in roots}
    return posixpath.commonpath(roots) if len(schemes) == 1 else None


def sha256_of_file(file: InputFile) -> str:
    """Return the SHA-256 of a file as stored, in hexadecimal; a process reads an unchanged local file once."""
    if "://" in file.path:
        return _sha256(file.path, file.size, None)
    return _sha256(file.path, file.size, Path(file.path).stat().st_mtime_ns)


@functools.lru_cache(maxsize=65536)
def _sha256(path: str, _size: int, _modified: int | None) -> str:
    with fsspec.open(path, "rb") as stored:
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
