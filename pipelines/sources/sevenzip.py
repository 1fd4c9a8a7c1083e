"""Members of `.7z` archives, decompressed as they are read: no member is held, and none is written anywhere.

py7zr reads the list of members, within bounds of its own, and makes the decoders; it would give a member only at once.
"""

import lzma
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from pipelines.errors import RecipeError
from pipelines.sources.decompressed import Gap
from pipelines.sources.record import InputFile
from pipelines.sources.stored import CHUNK_BYTES, open_binary

if TYPE_CHECKING:
    from types import ModuleType

    from py7zr import SevenZipFile

MAX_DICTIONARY_BYTES = 2**29  # memory that a decoder may take; what 7-Zip writes at its highest level takes an eighth

_LZMA, _LZMA2, _DEFLATE = b"\x03\x01\x01", b"\x21", b"\x04\x01\x08"
# Of other methods, the decoder of PPMd, for one, crashes the process on damaged data.
_METHODS = {b"\x00": "Copy", _LZMA2: "LZMA2", _LZMA: "LZMA", _DEFLATE: "Deflate", b"\x04\x02\x02": "BZip2"}
# What makes programs smaller, which some writers put before LZMA2 whatever a member is; liblzma decodes both as one.
_BRANCH_FILTERS = (b"\x03\x03\x01\x03", b"\x04")
_BLOCK_BYTES = 2**16  # as stored, at a time …
_DEFLATED_BLOCK_BYTES = 2**12  # … of a method whose decoder gives all that it can make of a block


class _Member(Protocol):
    """What is used of py7zr's `ArchiveFile`."""

    id: int
    filename: str
    is_directory: bool
    emptystream: bool
    uncompressed: int
    crc32: int | None
    folder: Any


class SevenZipError(Exception):
    """Raised for an archive of which nothing can be read, as (reason, detail)."""


def is_sevenzip(path: str) -> bool:
    """Tell whether a file is named as a `.7z` archive."""
    return path.lower().endswith(".7z")


def member_pieces(file: InputFile, name: str) -> Iterator[bytes | Gap]:
    """Yield the bytes of a member, and a gap where it is damaged: nothing behind that can be read.

    Args:
        file: The archive.
        name: Of the member, without its folder, in any case; of several such, the first one counts.

    Raises:
        SevenZipError: It is no archive, is encrypted, needs too much memory, or has no such member.
        RecipeError: py7zr is not installed.
    """
    library = _library()
    faults = _faults(library)
    with open_binary(file) as stored:
        try:
            archive = library.SevenZipFile(stored, "r")
        except library.exceptions.PasswordRequired:
            raise SevenZipError("encrypted", "its list of members is encrypted") from None
        except faults as error:
            raise SevenZipError("damaged_archive", _told(error)) from None
        found = next((member for member in archive.files if _is_named(member, name)), None)
        if found is None:
            held = ", ".join(sorted(str(member.filename) for member in archive.files)[:8]) or "nothing"
            raise SevenZipError("no_member", f"it has no {name}, but {held}")
        if not found.emptystream:
            _refuse(library, found.folder.coders)
            yield from _decoded(library, archive, found, stored, faults)


def _is_named(member: _Member, name: str) -> bool:
    return (
        not member.is_directory and str(member.filename).replace("\\", "/").rpartition("/")[2].lower() == name.lower()
    )


def _refuse(library: "ModuleType", coders: Sequence[dict[str, Any]]) -> None:
    """Raise where a member is encrypted, or its decoder would take too much memory."""
    if library.compressor.SupportedMethods.needs_password(coders):
        raise SevenZipError("encrypted", "its members are encrypted")
    methods = [coder["method"] for coder in coders]
    allowed = {*_METHODS, *(_BRANCH_FILTERS if _LZMA2 in methods and len(methods) == 2 else ())}  # noqa: PLR2004
    unknown = [method.hex() for method in methods if method not in allowed]
    if unknown:
        known = ", ".join(_METHODS.values())
        raise SevenZipError("unsupported_method", f"compressed by method {unknown[0]}; read are {known}: compress anew")
    needed = max(_memory(coder["method"], coder.get("properties") or b"") for coder in coders)
    if needed > MAX_DICTIONARY_BYTES:
        raise SevenZipError(
            "too_large", f"it takes {needed:,} bytes of memory; at most {MAX_DICTIONARY_BYTES:,} are given"
        )


def _memory(method: bytes, properties: bytes) -> int:
    """Return the bytes of a decoder's dictionary (LZMA SDK, C/LzmaDec.c and C/Lzma2Dec.c)."""
    if method == _LZMA:  # a byte of settings, then the size
        return int.from_bytes(properties[1:5], "little")
    if method == _LZMA2 and properties:
        return (2 | (properties[0] & 1)) << (properties[0] // 2 + 11)
    return 0


def _decoded(
    library: "ModuleType",
    archive: "SevenZipFile",
    wanted: _Member,
    stored: BinaryIO,
    faults: tuple[type[Exception], ...],
) -> Iterator[bytes | Gap]:
    """Yield the bytes of a member, and pass over those of members before it that are compressed together with it."""
    folder, streams = wanted.folder, archive.header.main_streams
    at = next(index for index, other in enumerate(streams.unpackinfo.folders) if other is folder)
    begin, end = (archive.worker.src_start + streams.packinfo.packpositions[index] for index in (at, at + 1))
    stored.seek(begin)
    is_deflated = any(coder["method"] == _DEFLATE for coder in folder.coders)
    block = _DEFLATED_BLOCK_BYTES if is_deflated else _BLOCK_BYTES
    digest = 0
    try:
        decoder = library.compressor.SevenZipDecompressor(
            folder.coders, end - begin, folder.unpacksizes, folder.crc, None, block
        )
        for member in folder.files:
            left = 0 if member.emptystream else member.uncompressed
            while left > 0:
                place = stored.tell()
                piece = bytes(decoder.decompress(stored, min(left, CHUNK_BYTES)))
                if not piece and stored.tell() == place:
                    yield Gap("truncated", f"{left:,} bytes of {member.filename} are missing")
                    return
                left -= len(piece)
                if member.id == wanted.id and piece:
                    digest = zlib.crc32(piece, digest)
                    yield piece
            if member.id == wanted.id:
                break
    except faults as error:
        yield Gap("damaged_compression", f"{_told(error)}, before byte {stored.tell():,} of the file as stored")
        return
    if wanted.crc32 is not None and digest != wanted.crc32:
        yield Gap(
            "damaged_compression", f"the checksum of {wanted.filename} is not {wanted.crc32:08x} but {digest:08x}"
        )


def _faults(library: "ModuleType") -> tuple[type[Exception], ...]:
    """Return what the library and its decoders raise for archives that are damaged, or no archives."""
    exceptions = library.exceptions
    return (
        *(exceptions.ArchiveError, exceptions.PasswordRequired, lzma.LZMAError, zlib.error, EOFError, OSError),
        *(ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, struct.error, OverflowError),
    )


def _told(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _library() -> "ModuleType":
    try:
        import py7zr  # noqa: PLC0415 -- of an extra
        import py7zr.compressor  # noqa: PLC0415
        import py7zr.exceptions  # noqa: PLC0415
    except ModuleNotFoundError:
        message = "a .7z archive takes py7zr; install the extra `sevenzip` (pip install 'loam-curation[sevenzip]')"
        raise RecipeError(message) from None
    return py7zr
