"""Papers of arXiv as they are stored: a .gz of one file or of a tar, and tars of many of those."""

import io
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from pipelines.sources.archives import ArchiveError, Limits, members
from pipelines.sources.record import InputFile
from pipelines.sources.stored import open_binary

MAX_PAPER_BYTES = 256 * 2**20  # decompressed, pictures included
MAX_FILE_BYTES = 16 * 2**20
MAX_TEX_BYTES = 64 * 2**20
MAX_MEMBERS = 100_000
_LIMITS = Limits(member_bytes=MAX_PAPER_BYTES, archive_bytes=2**40, members=1_000_000)

_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Z]{2})?\d{7})(?:v\d+)?")
_PAPER = re.compile(rf"{_ID.pattern}(?:\.tar\.gz|\.gz|\.tgz|\.tar|\.pdf|\.tex|)")
_TEX = frozenset({".tex", ".ltx", ".latex"})
_PEEKED = 4096
_GZIP, _PDF = b"\x1f\x8b", b"%PDF"


@dataclass(frozen=True)
class Paper:
    """The source of a paper.

    Attributes:
        name: Path of the paper in the file, empty for a file that is one.
        id: arXiv's number of it, None where the name does not tell.
        files: The contents of its `.tex` files by their paths.
    """

    name: str
    id: str | None
    files: dict[str, bytes]


@dataclass(frozen=True)
class NoPaper:
    """What stands in the place of a paper: sound but without source (`pdf_only`), or not to be read.

    Attributes:
        name: Its path in the file.
        reason: Why.
        detail: What exactly was found; None for what is sound.
        offset: Where it begins in the file, where known.
    """

    name: str
    reason: str
    detail: str | None = None
    offset: int | None = None


class PaperError(Exception):
    """Why a paper cannot be read: (reason, detail)."""


def papers(file: InputFile) -> Iterator[Paper | NoPaper]:
    """Yield the papers of a file, in stored order. Nothing is unpacked on disk, and sizes are bounded.

    Args:
        file: A `.tar` of papers; a paper as `.tar.gz`, `.gz` or `.tex`, or a tar of one paper's files.
    """
    number = paper_id(file.relative)
    with open_binary(file) as stored:
        packed = stored.read(_PEEKED)
        stored.seek(0)
        gzipped = packed.startswith(_GZIP)
        if PurePosixPath(file.relative).suffix.lower() in _TEX:
            yield _checked_paper("", number, lambda: {PurePosixPath(file.relative).name: _bounded(stored)}, 0)
        elif gzipped and (number is not None or not _begins_tar(packed)):
            yield _checked_paper("", number, lambda: _files_of(stored.read(MAX_PAPER_BYTES + 1)), 0)
        else:
            yield from _of_tar(file, number, is_cut=not gzipped and file.size % tarfile.BLOCKSIZE > 0)


def _begins_tar(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, tarfile.BLOCKSIZE)[257:262] == b"ustar"
    except zlib.error:
        return False


def paper_id(path: str) -> str | None:
    """Return arXiv's number of a paper from the name of its file.

    >>> [paper_id(path) for path in ("0704/0704.0001.gz", "hep-th9711200v2.tar.gz", "main.tex")]
    ['0704.0001', 'hep-th/9711200', None]
    """
    found = _PAPER.fullmatch(PurePosixPath(path).name)
    if found is None:
        return None
    return found[1] if found[1][0].isdigit() else f"{found[1][:-7]}/{found[1][-7:]}"


def _bounded(stored: BinaryIO) -> bytes:
    content = stored.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise PaperError("too_large", f"a source of more than {MAX_FILE_BYTES:,} bytes")
    return content


def _of_tar(file: InputFile, number: str | None, *, is_cut: bool) -> Iterator[Paper | NoPaper]:
    """Yield the papers of a tar of papers, and what else of TeX is in it as one paper more."""
    loose: dict[str, bytes] = {}
    try:
        for member in members(file, _may_be_paper, limits=_LIMITS):
            within = paper_id(member.path)
            content = member.content
            if within is None:
                if content is not None and len(content) <= MAX_FILE_BYTES:
                    _add_tex(member.path, content, loose)
            elif content is None:
                reason = "too_large" if member.refused == "too_large_member" else member.refused or "link"
                yield NoPaper(member.path, reason, f"{member.path}: not read", member.offset)
            else:
                files = partial(_files_of, content, member.path)
                yield _checked_paper(member.path, within, files, member.offset)
    except ArchiveError as error:
        yield NoPaper("", "truncated" if is_cut else "damaged_archive", str(error))
        is_cut = False
    except PaperError as error:
        yield NoPaper("", *error.args)
    if is_cut:
        yield NoPaper("", "truncated", f"{file.size:,} bytes, which are no whole number of blocks", file.size)
    if loose:
        yield Paper("", number, loose)


def _may_be_paper(path: str) -> bool:
    return paper_id(path) is not None or PurePosixPath(path).suffix.lower() in _TEX


def _checked_paper(
    name: str, number: str | None, files: Callable[[], dict[str, bytes]], offset: int | None = None
) -> Paper | NoPaper:
    try:
        return Paper(name, number, files())
    except PaperError as error:
        reason, detail = error.args
        sound = reason == "pdf_only"
        return NoPaper(name, reason, None if sound else f"{name or 'the file'}: {detail}", offset)


def _files_of(content: bytes, name: str = "") -> dict[str, bytes]:
    """Return the TeX files of a paper.

    Raises:
        PaperError: It has no source, is damaged, or so large that it must be an attack.
    """
    if content.startswith(_GZIP):
        content = _decompressed(content)
    if content.startswith(_PDF):
        raise PaperError("pdf_only", "no source")
    if content[257:262] != b"ustar" and not _is_tar(content):
        if len(content) > MAX_FILE_BYTES:
            raise PaperError("too_large", f"a source of {len(content):,} bytes")
        return {PurePosixPath(name).stem + ".tex": content}
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for number, info in enumerate(archive):
                if number >= MAX_MEMBERS:
                    raise PaperError("too_large", f"more than {MAX_MEMBERS:,} files")
                _take_tex(archive, info, files)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise PaperError("damaged_archive", str(error)) from None
    return files


def _is_tar(content: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            return archive.next() is not None
    except (tarfile.TarError, EOFError, ValueError):
        return False


def _decompressed(content: bytes) -> bytes:
    decompressor = zlib.decompressobj(wbits=31)
    try:
        whole = decompressor.decompress(content, MAX_PAPER_BYTES)
    except zlib.error as error:
        raise PaperError("damaged_compression", str(error)) from None
    if decompressor.unconsumed_tail:
        raise PaperError("too_large", f"more than {MAX_PAPER_BYTES:,} bytes when decompressed")
    if not decompressor.eof:
        raise PaperError("truncated", "the gzip stream is cut off")
    return whole


def _take_tex(archive: tarfile.TarFile, info: tarfile.TarInfo, files: dict[str, bytes]) -> None:
    """Put a member aside if it is TeX; what may not be read is no part of the paper."""
    if PurePosixPath(info.name).suffix.lower() not in _TEX or _refused(info) or info.size > MAX_FILE_BYTES:
        return
    member = archive.extractfile(info)
    _add_tex(info.name, member.read() if member else b"", files)


def _add_tex(path: str, content: bytes, files: dict[str, bytes]) -> None:
    if sum(map(len, files.values())) + len(content) > MAX_TEX_BYTES:
        raise PaperError("too_large", f"more than {MAX_TEX_BYTES:,} bytes of TeX")
    files[path] = content


def _refused(info: tarfile.TarInfo) -> str | None:
    pure = PurePosixPath(info.name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in info.name:
        return "unsafe_path"
    if not info.isfile():
        return "link"
    return "too_large" if info.size > MAX_PAPER_BYTES else None
