"""Documentation in Debian packages: pages of HTML, manual pages, DocBook and Mallard, catalogues of messages, text.

One document a file. Its licence is what `debian/copyright` states for it (DEP-5), beside what the file itself states;
`meta.parallel_key` is the same for the same page in other languages, also those of other packages.
"""

import contextlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.sources import deb
from pipelines.sources.archives import ArchiveError, Member, members
from pipelines.sources.debian_copyright import Copyright, Match, matching_stanza, read_copyright
from pipelines.sources.debian_paths import CATALOGUE, HTML, MAN, TEXT, XML, Place, language_of_package, place_of
from pipelines.sources.debian_texts import BadFileError, FileText, NoDocumentError, decompressed, text_of_file
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_TEXT_BYTES,
    Batch,
    InputFile,
    Part,
    Reader,
    declared_language,
    json_text,
    meta_of,
    nothing_before,
    unreadable,
    whole_file,
)
from pipelines.sources.xml_help import Help, XmlHelpError, read_help

KINDS = (HTML, MAN, XML, CATALOGUE, TEXT)
OPTIONS = {"kinds": Option(tuple, KINDS, "which kinds of documentation are read", choices=KINDS)}
BATCH_FILES = 256

_CONTROL_FIELD = re.compile(r"^(Package|Version|Architecture|Source|Homepage):[ \t]*(.+)$", re.MULTILINE)
_COPYRIGHT = re.compile(r"usr/share/doc/[^/]+/copyright(?:\.gz)?")
_LEGAL = re.compile(r"legal[^/]*\.xml|copying\.xml|license\.(?:xml|docbook)", re.IGNORECASE)
_CHANGES = {
    HTML: ["reduced from HTML to its text"],
    MAN: ["reduced from troff to its text"],
    XML: ["reduced from XML to its text"],
    CATALOGUE: ["translations taken out of a catalogue of messages"],
    TEXT: [],
}


@dataclass(frozen=True)
class _Package:
    """What holds for all files of a package."""

    name: str
    version: str
    architecture: str
    homepage: str | None
    copyright: Copyright
    legal: Mapping[str, Help]  # by path: pages of help that others take their licence from

    @property
    def url(self) -> str:
        """The package URL (purl-spec)."""
        return f"pkg:deb/debian/{self.name}@{self.version}?arch={self.architecture}"


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the documents of a package; what is no documentation is passed over, aliases are dropped by name."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    kinds = options["kinds"]
    wanted = frozenset(kinds if isinstance(kinds, tuple) else ())
    rows = PendingRecords(BATCH_FILES, BATCH_TEXT_BYTES)
    try:
        package = _package(part.file)

        def place(path: str) -> Place | None:
            found = place_of(package.name, path)
            return found if found is not None and found.kind in wanted else None

        for member in members(part.file, lambda path: place(_inner(path)) is not None):
            found = place(_inner(member.path))
            if found is None and member.refused == "unsafe_path":
                rows.next_row()
                rows.drop(member.refused)
            elif found is not None:
                _add(rows, member, found, package)
                if rows.is_full():
                    yield rows.batch()
    except ArchiveError as error:
        rows.next_row()
        rows.fault("damaged_archive", str(error))
    yield rows.batch()


def _inner(path: str) -> str:
    return path.removeprefix("./")


def _package(file: InputFile) -> _Package:
    control = _control(file)
    found = Copyright()
    legal = {}
    for member in _up_to_damage(members(file, lambda path: _is_about_licenses(_inner(path)))):
        path = _inner(member.path)
        if member.content is None or not _is_about_licenses(path):
            continue
        try:
            if _COPYRIGHT.fullmatch(path):
                found = read_copyright(decompressed(path, member.content).decode("utf-8", "replace"))
            else:
                legal[path] = read_help(member.content)
        except (XmlHelpError, BadFileError, NoDocumentError):
            continue  # then it states nothing, and documents have no licence from it
    name = control.get("Package") or file.relative.rpartition("/")[2].partition("_")[0]
    return _Package(
        name,
        control.get("Version", "0"),
        control.get("Architecture", "all"),
        found.source if found.source and "://" in found.source else control.get("Homepage"),
        found,
        legal,
    )


def _up_to_damage(found: Iterator[Member]) -> Iterator[Member]:
    """Yield what can be read; that there is damage is told where the documents are read."""
    with contextlib.suppress(ArchiveError):
        yield from found


def _is_about_licenses(path: str) -> bool:
    return _COPYRIGHT.fullmatch(path) is not None or (
        path.startswith("usr/share/") and _LEGAL.fullmatch(posixpath.basename(path)) is not None
    )


def _control(file: InputFile) -> dict[str, str]:
    """Return the fields of a package's control file that are of use."""

    def is_control(path: str) -> bool:
        return _inner(path) == "control"

    for member in _up_to_damage(members(file, is_control, of_deb=deb.CONTROL)):
        if member.content is not None and is_control(member.path):
            return {
                name: value.strip() for name, value in _CONTROL_FIELD.findall(member.content.decode("utf-8", "replace"))
            }
    return {}


def _add(rows: PendingRecords, member: Member, place: Place, package: _Package) -> None:
    row = rows.next_row()
    path = _inner(member.path)
    if member.content is None:
        rows.drop(member.refused or "no_content")
        return
    try:
        found = text_of_file(place.kind, path, member.content, package.url, package.legal)
    except NoDocumentError as no_document:
        rows.drop(str(no_document))
    except BadFileError as error:
        reason, detail = error.args
        rows.fault(reason, f"{path}: {detail}", member.content)
    else:
        if found.text.strip():
            rows.keep(_record(row, member, place, found, package), len(found.text.encode()))
        else:
            rows.drop("empty")


def _record(row: int, member: Member, place: Place, found: FileText, package: _Package) -> dict[str, Any]:
    path = _inner(member.path)
    address = f"{package.url}#{path}"
    label = place.lang or found.lang or language_of_package(package.name)[0]
    match = matching_stanza(package.copyright, _candidates(path, place))
    evidence = [*found.evidence, *_of_package(package, match)]
    attribution = {
        "title": found.title or posixpath.basename(path),
        "creators": list(dict.fromkeys([*found.creators, *(match.stanza.holders if match else ())])),
        "source_url": package.homepage,
        "changes": _CHANGES[place.kind],
    }
    details = {
        "package": package.name,
        "version": package.version,
        "path": path,
        "kind": place.kind,
        "parallel_key": place.parallel_key,
        "license_map": match.how if match else None,
        "page_lang": found.lang if found.lang and declared_language(found.lang) != declared_language(label) else None,
    }
    first = next((entry["value"] for entry in evidence if entry["kind"] in ("spdx_header", "xml_license")), None)
    modified = member.modified
    return {
        "row": row,
        "key": address,
        "url": address,
        "text": found.text,
        "lang": declared_language(label),
        "title": found.title,
        "created": datetime.fromtimestamp(modified, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if modified else None,
        "license_declared": match.stanza.license if match else first,
        "license_evidence": json_text(evidence) if evidence else None,
        "attribution": json_text(attribution),
        "meta": meta_of(details, label),
    }


def _of_package(package: _Package, match: Match | None) -> list[dict[str, str]]:
    """Return what the package states about a file, or about all of them."""
    where = f"{package.url}#copyright"
    if match is not None:
        files = " ".join(match.stanza.globs)[:200]
        locator = f"{where}: Files: {files} ({match.how})"
        return [{"class": "E2", "kind": "dep5", "value": match.stanza.license, "locator": locator}]
    if package.copyright.free_form:
        return [{"class": "E2", "kind": "copyright_free_form", "value": package.copyright.free_form, "locator": where}]
    return []


def _candidates(path: str, place: Place) -> list[str]:
    """Return paths that an installed file may have in its source: the ends of its path, and that of its translation."""
    bare = re.sub(r"\.(?:gz|bz2|xz)$", "", path)
    folders = bare.split("/")
    found = ["/".join(folders[number:]) for number in range(len(folders))]
    if place.kind == MAN and len(folders) > 4 and place.lang:  # noqa: PLR2004 -- usr/share/man/LANGUAGE/…
        page = "/".join(folders[-2:])
        found += [f"po/{place.lang}/{page}.po", f"{page}.po"]
    return found


READER = Reader(whole_file, read, nothing_before, has_columns=False, options=OPTIONS)
