"""Source code: wheels and source distributions, other archives of source, Debian source packages; a document a file."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from pipelines.sources.archives import ArchiveError, members
from pipelines.sources.code_intake import Intake
from pipelines.sources.code_languages import LANGUAGES
from pipelines.sources.code_packages import (
    DEBIAN_COPYRIGHT,
    Package,
    debian_files,
    debian_package,
    is_manifest,
    package_of,
)
from pipelines.sources.debian_copyright import Copyright, read_copyright
from pipelines.sources.files import sha256_of_file
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_TEXT_BYTES,
    Batch,
    InputFile,
    Part,
    Reader,
    nothing_before,
    unreadable,
    whole_file,
)
from pipelines.sources.stored import file_at, open_binary

BATCH_FILES = 256
DESCRIBED = ".dsc"  # the description of a Debian source package, which names the others
MAX_DESCRIPTION = 2**20

OPTIONS = {
    "languages": Option(tuple, LANGUAGES, "programming languages that are read", choices=LANGUAGES),
    "documentation": Option(bool, True, "whether documentation and descriptions are read"),
    "vendored": Option(bool, False, "whether copies of others' code are read, without a licence of their packer's"),
}


def parts(file: InputFile) -> Sequence[Part]:
    """Return a file as one part; with the description of a Debian source package go the archives that it names."""
    if not file.relative.endswith(DESCRIBED):
        return whole_file(file)
    folder, beside = posixpath.dirname(file.path), posixpath.dirname(file.relative)
    archives = [
        file_at(posixpath.join(folder, name), posixpath.join(beside, name))
        for name in sorted(debian_files(_description(file)))
        if ".tar." in name and not name.endswith(".asc")
    ]
    return (Part(file, companions=tuple(archive for archive in archives if archive is not None)),)


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the documents of one package; what is no document is dropped by name.

    Tests and their data, generated and minified programs, copies of others' code, licence texts and everything binary
    are left out. A file's licence is the SPDX header in it, else what the package's metadata says; a copy of someone
    else's code in a vendor folder, where it is asked for, gets none.
    """
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    rows = PendingRecords(BATCH_FILES, BATCH_TEXT_BYTES)
    if part.file.relative.endswith(DESCRIBED):
        yield from _read_debian(part, rows, options)
        return
    try:
        package, top = _package(part.file)
        if package is None:
            yield unreadable("missing_metadata", "no METADATA; expected a wheel")
            return
        intake = Intake(rows, package, options)
        intake.add_description()
        yield from intake.take(part.file, top)
    except ArchiveError as error:
        rows.next_row()
        rows.fault("damaged_archive", str(error))
    yield rows.batch()


def _read_debian(part: Part, rows: PendingRecords, options: Options) -> Iterator[Batch]:
    """Yield the documents of a Debian source package, whose copyright file speaks of each file by its path."""
    description = _description(part.file)
    checksums = debian_files(description)
    present = {posixpath.basename(file.path): file for file in part.companions}
    package = debian_package(description, _debian_copyright(part.companions))
    intake = Intake(rows, package, options)
    for name in sorted(checksums):
        if ".tar." not in name or name.endswith(".asc"):
            continue
        rows.next_row()
        if name not in present:
            rows.fault(
                "missing_file", f"{name}, which {posixpath.basename(part.file.relative)} names, is not beside it"
            )
        elif sha256_of_file(present[name]) != checksums[name]:
            rows.fault("wrong_checksum", f"{name} has not the SHA-256 that the package's description gives")
        else:
            rows.drop("archive")
            try:
                yield from intake.take(present[name], None if ".debian.tar." in name else _top(present[name]))
            except ArchiveError as error:
                rows.next_row()
                rows.fault("damaged_archive", f"{name}: {error}")
    yield rows.batch()


def _description(file: InputFile) -> str:
    with open_binary(file) as stored:
        content = stored.read(MAX_DESCRIPTION)
    return content.decode("utf-8", "replace")


def _debian_copyright(archives: Sequence[InputFile]) -> Copyright:
    for file in archives:
        try:
            for member in members(file, lambda path: path.removeprefix("./").endswith(DEBIAN_COPYRIGHT)):
                path = member.path.removeprefix("./")
                if member.content is not None and path.count("/") <= 2 and path.endswith(DEBIAN_COPYRIGHT):  # noqa: PLR2004 -- with a top folder
                    return read_copyright(member.content.decode("utf-8", "replace"))
        except ArchiveError:
            continue  # told where its documents are read
    return Copyright()


def _package(file: InputFile) -> tuple[Package | None, str | None]:
    """Return what an archive says of itself, and the folder around everything in it."""
    wheel = file.relative.endswith(".whl")
    manifests: dict[str, bytes] = {}
    tops = set[str]()
    for member in members(file, lambda path: is_manifest(path) or is_manifest(_below_top(path))):
        path = member.path.removeprefix("./")
        tops.add(path.partition("/")[0] if "/" in path else "")
        inner = path if wheel or not is_manifest(_below_top(path)) else _below_top(path)
        if member.content is not None and is_manifest(inner):
            manifests.setdefault(inner, member.content)
    if wheel and not manifests:
        return None, None
    top = next(iter(tops)) if not wheel and len(tops) == 1 else None
    return package_of(file.relative, manifests), top or None


def _top(file: InputFile) -> str | None:
    tops = {member.path.removeprefix("./").partition("/")[0] for member in members(file, lambda _: False)}
    return next(iter(tops)) if len(tops) == 1 else None


def _below_top(path: str) -> str:
    return path.removeprefix("./").partition("/")[2]


READER = Reader(parts, read, nothing_before, has_columns=False, options=OPTIONS)
