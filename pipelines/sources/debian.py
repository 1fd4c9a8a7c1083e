"""Documentation in Debian packages: pages of HTML, manual pages, DocBook and Mallard, catalogues of messages, text.

One document a file. Its licence is what `debian/copyright` states for it (DEP-5), beside what the file itself states;
`meta.parallel_key` is the same for the same page in other languages, also those of other packages.
"""

import bz2
import contextlib
import lzma
import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree

from pipelines.licensing.collectors.web_page import page_evidence
from pipelines.sources import deb
from pipelines.sources.archives import MAX_MEMBER_BYTES, ArchiveError, Member, members
from pipelines.sources.debian_copyright import Copyright, Match, matching_stanza, read_copyright
from pipelines.sources.debian_paths import CATALOGUE, HTML, MAN, TEXT, XML, Place, language_of_package, place_of
from pipelines.sources.manpage import encoding_of, is_alias, read_page
from pipelines.sources.message_catalogues import CatalogueError, read_catalogue
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

# What the tools that make manuals put around a page. What finds the main content of web pages takes these pages' lists
# and headings for navigation too.
NAVIGATION = [
    *("nav", "aside", "script", "style", "noscript", "body > header", "body > footer", "[role=navigation]"),
    *("[class~=navheader]", "[class~=navfooter]", "[class~=nav_table]", "[id=tocframe]", "[class~=header] > a"),
    *("[class~=sphinxsidebar]", "[class~=related]", "[id=SearchFrame]", "[id=DonationFrame]", "[id=DEBUG]"),
]

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


class _NoDocumentError(Exception):
    """The file is sound and no document: the reason."""


class _BadFileError(Exception):
    """The file cannot be read: (reason, detail)."""


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


@dataclass
class _Text:
    """What a reader of a file finds in it."""

    text: str
    title: str | None = None
    lang: str | None = None
    evidence: list[dict[str, str]] = field(default_factory=list)
    creators: list[str] = field(default_factory=list)


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
        if _COPYRIGHT.fullmatch(path):
            found = read_copyright(_decompressed(path, member.content).decode("utf-8", "replace"))
        else:
            try:
                legal[path] = read_help(member.content)
            except XmlHelpError:
                continue  # it is reported where it is read as a document
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
        content = _decompressed(path, member.content)
        found = _READ[place.kind](path, content, package)
    except _NoDocumentError as no_document:
        rows.drop(str(no_document))
    except _BadFileError as error:
        reason, detail = error.args
        rows.fault(reason, f"{path}: {detail}", member.content)
    else:
        if found.text.strip():
            rows.keep(_record(row, member, place, found, package), len(found.text.encode()))
        else:
            rows.drop("empty")


def _decompressed(path: str, content: bytes) -> bytes:
    """Return a file's content, decompressed where its name says that it is compressed."""
    openers: dict[str, Any] = {
        "gz": lambda: zlib.decompressobj(wbits=31),
        "bz2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(memlimit=64 * 2**20),
    }
    opener = openers.get(path.rpartition(".")[2])
    if opener is None:
        return content
    try:
        decoder = opener()
        found: bytes = decoder.decompress(content, MAX_MEMBER_BYTES + 1)
    except (zlib.error, lzma.LZMAError, OSError, ValueError) as error:
        raise _BadFileError("damaged_compression", str(error)) from None
    if len(found) > MAX_MEMBER_BYTES:
        raise _NoDocumentError("too_large_member")
    if not decoder.eof:
        raise _BadFileError("truncated", "the compressed stream is cut off")
    return found


def _html(path: str, content: bytes, package: _Package) -> _Text:
    page = _decoded(content, detect_encoding(content, from_html_meta=True) or "utf-8")
    tree = HTMLTree.parse(page)
    text = extract_plain_text(tree, skip_elements=NAVIGATION, preserve_formatting=True, list_bullets=True) or ""
    root = tree.document.query_selector("html") if tree.document else None
    lang = root.getattr("lang") or root.getattr("xml:lang") if root is not None else None
    title = " ".join((tree.title or "").split()) or None
    return _Text(text, title, lang, list(page_evidence(page, f"{package.url}#{path}")))


def _man(path: str, content: bytes, package: _Package) -> _Text:
    if is_alias(content):
        raise _NoDocumentError("alias")
    page = read_page(_decoded(content, encoding_of(content)))
    found = _Text(page.text, page.title)
    if page.spdx is not None:
        value, line = page.spdx
        found.evidence.append(
            {"class": "E1", "kind": "spdx_header", "value": value, "locator": f"{package.url}#{path}:{line}"}
        )
    return found


def _xml(path: str, content: bytes, package: _Package) -> _Text:
    try:
        page = read_help(content)
    except XmlHelpError as error:
        raise _BadFileError("broken_xml", str(error)) from None
    if not page.is_help:
        raise _NoDocumentError("no_document")
    legal = [(path, page)]
    for include in page.includes:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), include))
        if target in package.legal:
            legal.append((target, package.legal[target]))
    found = _Text(page.text, page.title, page.lang, creators=page.creators)
    for place, source in legal:
        links = [(link, "xml_license") for link in source.license_links]
        notes = [] if links or not source.license_text else [(source.license_text[:1000], "xml_legal_notice")]
        found.evidence += [
            {"class": "E1", "kind": kind, "value": value, "locator": f"{package.url}#{place}"}
            for value, kind in (*links, *notes)
        ]
    return found


def _catalogue(_path: str, content: bytes, _package: _Package) -> _Text:
    try:
        catalogue = read_catalogue(content)
    except CatalogueError as error:
        raise _BadFileError("damaged_catalogue", str(error)) from None
    return _Text(catalogue.text, lang=catalogue.lang)


def _plain(_path: str, content: bytes, _package: _Package) -> _Text:
    if b"\0" in content:
        raise _NoDocumentError("binary")
    return _Text(_decoded(content, "utf-8"))


def _decoded(content: bytes, encoding: str) -> str:
    """Return a text in the encoding that it names; in UTF-8 where it names another and is wrong."""
    try:
        return content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise _BadFileError("bad_encoding", f"{encoding}: {error}") from None


_READ = {HTML: _html, MAN: _man, XML: _xml, CATALOGUE: _catalogue, TEXT: _plain}


def _record(row: int, member: Member, place: Place, found: _Text, package: _Package) -> dict[str, Any]:
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
