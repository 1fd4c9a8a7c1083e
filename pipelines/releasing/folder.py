"""A release in a folder: what stands there already is not copied again, and what went is deleted."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.corpus.files import sha256_of
from pipelines.errors import LoamError
from pipelines.releasing.contents import MARK, ReleasedFile, gone_from

_TEMPORARY = ".publishing"


def changes(files: Sequence[ReleasedFile], target: Path) -> tuple[list[ReleasedFile], list[str]]:
    """Return the files that are to be written, and the paths that are to be deleted.

    Raises:
        LoamError: The target is something else than a release.
    """
    standing = set(_standing(target))
    gone = gone_from(standing, files, str(target))
    new = [file for file in files if file.path not in standing or not _is_same(file, target / file.path)]
    return new, gone


def write(new: Sequence[ReleasedFile], gone: Sequence[str], target: Path) -> None:
    """Bring a folder to a release: each file whole or not at all, the manifest last.

    Raises:
        LoamError: The folder cannot be written.
    """
    try:
        for file in sorted(new, key=lambda file: file.path == MARK):
            place = target / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = place.with_name(place.name + _TEMPORARY)
            shutil.copyfile(file.source, temporary)
            temporary.replace(place)
        for path in gone:
            (target / path).unlink()
    except OSError as error:
        raise LoamError(f"--to: {error}; mend it and publish again: what is there is not copied again") from error


def _standing(target: Path) -> Iterator[str]:
    if target.exists() and not target.is_dir():
        raise LoamError(f"--to: {target}: a file; give a folder")
    for path in target.rglob("*") if target.is_dir() else ():
        if path.is_file() and not path.name.endswith(_TEMPORARY):  # what a cut run left is written over
            yield path.relative_to(target).as_posix()


def _is_same(file: ReleasedFile, place: Path) -> bool:
    return place.stat().st_size == file.bytes and sha256_of(place) == file.sha256
