"""Members of packages and other archives, read in memory: nothing is unpacked, and no archive can hurt."""

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from pipelines.sources import deb
from pipelines.sources.plain_text import escaped
from pipelines.sources.record import InputFile
from pipelines.sources.stored import open_binary
from pipelines.sources.tapes import GapError, Tape, stream_pieces, tape_of

MAX_MEMBER_BYTES = 4 * 2**20  # no documentation page and no source file of a person's hand is larger


@dataclass(frozen=True)
class Limits:
    """How large an archive may be before it must be an attack, decompressed."""

    member_bytes: int = MAX_MEMBER_BYTES
    archive_bytes: int = 4 * 2**30
    members: int = 500_000


LIMITS = Limits()

_ZIP_ENCRYPTED = 0x1
_ZIPS = (".whl", ".zip", ".jar")
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError)
_MOST_TOLD, _MOST_DAMAGED = 8, 10_000


class ArchiveError(Exception):
    """The archive is damaged; what was yielded before is sound."""


@dataclass(frozen=True)
class Member:
    """One file of an archive.

    Attributes:
        path: Its path inside, as stored; bytes that are no UTF-8 as escapes.
        content: Its bytes; None when it was not wanted or may not be read.
        refused: Why it may not be read: `unsafe_path`, `link`, `too_large_member`, `encrypted`; else None.
        modified: When it was last changed, in seconds since 1970; None where the archive does not tell.
        offset: Where it begins in a tar archive, decompressed.
    """

    path: str
    content: bytes | None
    refused: str | None = None
    modified: int | None = None
    offset: int | None = None


def members(
    file: InputFile, wanted: Callable[[str], bool], of_deb: str = deb.DATA, limits: Limits | None = None
) -> Iterator[Member]:
    """Yield the files of an archive in stored order; folders are left out.

    Args:
        file: A zip (`.whl`, `.zip`, `.jar`), a Debian package (`.deb`: its files) or a tar, compressed or not.
        wanted: Whether a path's content is of use.
        of_deb: Which archive of a Debian package is meant: `deb.DATA` or `deb.CONTROL`.
        limits: How much is read, `LIMITS` by default.

    Raises:
        ArchiveError: The archive is damaged, which is told when all that can be read around the damage was yielded; or
            it is so large that it must be an attack.
    """
    name = file.relative.lower()
    limits = limits or LIMITS
    try:
        if not name.endswith((*_ZIPS, ".deb")):
            yield from _tar_members(tape_of(file), wanted, limits)
            return
        with open_binary(file) as stored:
            if name.endswith(".deb"):
                yield from _tar_members(Tape(stream_pieces(deb.open_member(stored, of_deb))), wanted, limits)
            else:
                yield from _zip_members(stored, wanted, limits)
    except (*_ZIP_FAULTS, tarfile.TarError, deb.DebError) as error:
        raise ArchiveError(" ".join(str(error).split()) or type(error).__name__) from error


def _zip_members(stored: BinaryIO, wanted: Callable[[str], bool], limits: Limits) -> Iterator[Member]:
    total = 0
    damaged: list[str] = []
    with zipfile.ZipFile(stored) as archive:
        infos = archive.infolist()
        if len(infos) > limits.members:
            raise ArchiveError(f"{len(infos):,} members; at most {limits.members:,} are read")
        for info in infos:
            if info.is_dir():
                continue
            refused = _refused(info.filename, info.file_size, limits, link=stat.S_ISLNK(info.external_attr >> 16))
            if info.flag_bits & _ZIP_ENCRYPTED:
                refused = "encrypted"
            if refused or not wanted(info.filename):
                yield Member(info.filename, None, refused)
                continue
            try:
                with archive.open(info) as member:
                    # The stored size may lie: read one byte more than a member may have.
                    content = member.read(limits.member_bytes + 1)
            except _ZIP_FAULTS as error:
                damaged.append(f"byte {info.header_offset:,}: {info.filename}: {error or type(error).__name__}")
                continue
            total += len(content)
            if total > limits.archive_bytes:
                raise ArchiveError(f"more than {limits.archive_bytes:,} bytes inside")
            if len(content) > limits.member_bytes:
                yield Member(info.filename, None, "too_large_member")
            else:
                yield Member(info.filename, content)
    _raise_for(damaged)


def _tar_members(tape: Tape, wanted: Callable[[str], bool], limits: Limits) -> Iterator[Member]:
    total = count = 0
    damaged: list[str] = []
    while True:
        start, next_header = tape.position, 0
        try:
            with tarfile.open(fileobj=cast("BinaryIO", tape), mode="r|") as archive:
                for info in archive:
                    total, count, next_header = total + info.size, count + 1, archive.offset
                    if total > limits.archive_bytes or count > limits.members:  # before the reader has to pass over it
                        raise ArchiveError(
                            f"more than {limits.archive_bytes:,} bytes or {limits.members:,} members inside"
                        )
                    if not info.isdir():
                        yield _tar_member(archive, info, start, wanted, limits)
                next_header = archive.offset
            tape.go_back(start + next_header)
            if tape.is_at_end():
                break
            damaged.append(f"byte {start + next_header:,}: no header of a member")
            tape.read(1)
        except GapError as error:
            damaged.append(f"byte {tape.position:,}: {error}")
        except tarfile.TarError as error:
            damaged.append(f"byte {tape.position:,}: {error}")
            tape.go_back(min(start + next_header + 1, tape.position))
        if len(damaged) > _MOST_DAMAGED or not _finds_header(tape, damaged):
            break
    _raise_for(damaged)


def _tar_member(
    archive: tarfile.TarFile, info: tarfile.TarInfo, start: int, wanted: Callable[[str], bool], limits: Limits
) -> Member:
    refused = _refused(info.name, info.size, limits, link=not info.isfile())
    path, offset = escaped(info.name), start + info.offset
    if refused or not wanted(path):
        return Member(path, None, refused, offset=offset)
    member = archive.extractfile(info)
    return Member(path, member.read() if member else b"", modified=int(info.mtime), offset=offset)


def _finds_header(tape: Tape, damaged: list[str]) -> bool:
    while True:
        try:
            return tape.find_header()
        except GapError as error:
            damaged.append(f"byte {tape.position:,}: {error}")


def _raise_for(damaged: list[str]) -> None:
    """Raise where there was damage, now that all around it was read."""
    if damaged:
        more = f"; and {len(damaged) - _MOST_TOLD} places more" if len(damaged) > _MOST_TOLD else ""
        raise ArchiveError("; ".join(damaged[:_MOST_TOLD]) + more)


def _refused(path: str, size: int, limits: Limits, *, link: bool) -> str | None:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path:
        return "unsafe_path"
    if link:
        return "link"
    return "too_large_member" if size > limits.member_bytes else None
