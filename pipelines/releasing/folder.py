"""A release in a folder: built beside what stands there, then put in its place as a whole.

What stands there already is not copied again, and neither is what a cut run had copied.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.corpus.files import sha256_of
from pipelines.errors import LoamError
from pipelines.releasing.contents import ReleasedFile, gone_from

_TEMPORARY = ".half"


def changes(files: Sequence[ReleasedFile], target: Path) -> tuple[list[ReleasedFile], list[str]]:
    """Return the files that are to be written, and the paths that are to be deleted.

    Raises:
        LoamError: The target is something else than a release.
    """
    standing = set(_standing(target))
    gone = gone_from(standing, files, str(target))
    new = [file for file in files if file.path not in standing or not _is_same(file, target / file.path)]
    return new, gone


def write(files: Sequence[ReleasedFile], target: Path) -> None:
    """Bring a folder to a release: who looks there sees the one before or this one, never some of both.

    Between the two moves that change them there is none; a run that is killed there leaves both beside the place, and
    the next begins by putting the one before back.

    Args:
        files: All files of the release.
        target: The folder. What else stands in it goes.

    Raises:
        LoamError: The folder cannot be written.
    """
    place = target.resolve()
    beside, before = (place.with_name(f".{place.name}.{kind}") for kind in ("publishing", "before"))
    try:
        _put_back(place, before)
        _build(files, beside, place)
        if place.exists():
            place.rename(before)
        beside.rename(place)
        shutil.rmtree(before, ignore_errors=True)
    except OSError as error:
        with contextlib.suppress(OSError):  # of the same kind: the next run does it
            _put_back(place, before)
        raise LoamError(f"--to: {error}; mend it and publish again: what is there is not copied again") from error


def _put_back(place: Path, before: Path) -> None:
    """Undo, or finish, what a run did not come to the end of between its two moves."""
    if before.exists() and not place.exists():
        before.rename(place)
    elif before.exists():
        shutil.rmtree(before)


def _build(files: Sequence[ReleasedFile], beside: Path, place: Path) -> None:
    """Fill the folder beside the place: with links to what stands there, with copies of all else."""
    for path in set(_standing(beside)) - {file.path for file in files}:
        (beside / path).unlink()
    for file in files:
        new, old = beside / file.path, place / file.path
        if new.is_file() and _is_same(file, new):
            continue
        new.parent.mkdir(parents=True, exist_ok=True)
        temporary = new.with_name(new.name + _TEMPORARY)
        temporary.unlink(missing_ok=True)
        if not (old.is_file() and _is_same(file, old) and _is_linked(old, temporary)):
            shutil.copyfile(file.source, temporary)
        temporary.replace(new)


def _is_linked(old: Path, new: Path) -> bool:
    """Link a file, and tell whether that worked: not every file system has links."""
    try:
        os.link(old, new)
    except OSError:
        return False
    return True


def _standing(target: Path) -> Iterator[str]:
    if target.exists() and not target.is_dir():
        raise LoamError(f"--to: {target}: a file; give a folder")
    for path in target.rglob("*") if target.is_dir() else ():
        if path.is_file():
            yield path.relative_to(target).as_posix()


def _is_same(file: ReleasedFile, place: Path) -> bool:
    return place.stat().st_size == file.bytes and sha256_of(place) == file.sha256
