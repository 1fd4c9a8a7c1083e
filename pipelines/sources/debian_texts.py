"""Files of documentation in Debian packages, as the text that a reader sees, with what they say of themselves."""

import bz2
import lzma
import posixpath
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree

from pipelines.licensing.collectors.web_page import page_evidence
from pipelines.sources.archives import MAX_MEMBER_BYTES
from pipelines.sources.debian_paths import CATALOGUE, HTML, MAN, TEXT, XML
from pipelines.sources.manpage import encoding_of, is_alias, read_page
from pipelines.sources.message_catalogues import CatalogueError, read_catalogue
from pipelines.sources.xml_help import Help, XmlHelpError, read_help

MAX_NOTICE = 1000  # characters of a legal notice that are kept

# What the tools that make manuals put around a page. What finds the main content of web pages takes these pages' lists
# and headings for navigation too.
NAVIGATION = [
    *("nav", "aside", "script", "style", "noscript", "body > header", "body > footer", "[role=navigation]"),
    *("[class~=navheader]", "[class~=navfooter]", "[class~=nav_table]", "[id=tocframe]", "[class~=header] > a"),
    *("[class~=sphinxsidebar]", "[class~=related]", "[id=SearchFrame]", "[id=DonationFrame]", "[id=DEBUG]"),
]


class NoDocumentError(Exception):
    """The file is sound and no document: the reason."""


class BadFileError(Exception):
    """The file cannot be read: (reason, detail)."""


@dataclass
class FileText:
    """What a reader of a file finds in it."""

    text: str
    title: str | None = None
    lang: str | None = None
    evidence: list[dict[str, str]] = field(default_factory=list)
    creators: list[str] = field(default_factory=list)


def text_of_file(kind: str, path: str, content: bytes, address: str, legal: Mapping[str, Help]) -> FileText:
    """Return the text of a file.

    Args:
        kind: HTML, MAN, XML, CATALOGUE or TEXT.
        path: Its path in the package.
        content: What it holds, as stored.
        address: The package, for evidence.
        legal: Pages of help that others take their licence from, by path.

    Raises:
        NoDocumentError: It is sound and no document.
        BadFileError: It cannot be read.
    """
    return _READ[kind](_File(path, decompressed(path, content), f"{address}#", legal))


@dataclass(frozen=True)
class _File:
    path: str
    content: bytes
    where: str  # what a path is put behind to say where it is
    legal: Mapping[str, Help]


def decompressed(path: str, content: bytes) -> bytes:
    """Return a file's content, decompressed where its name says that it is compressed."""
    openers: dict[str, Any] = {
        "gz": lambda: zlib.decompressobj(wbits=31),
        "bz2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(memlimit=64 * 2**20),
    }
    opener = openers.get(path.rpartition(".")[2])
    if opener is None:
        return content
    found, left, magic = b"", content, content[:2]
    while left[:2] == magic:  # a file may be several streams, one behind the other
        try:
            decoder = opener()
            found += decoder.decompress(left, MAX_MEMBER_BYTES + 1)
        except (zlib.error, lzma.LZMAError, OSError, ValueError) as error:
            raise BadFileError("damaged_compression", str(error)) from None
        if len(found) > MAX_MEMBER_BYTES:
            raise NoDocumentError("too_large_member")
        if not decoder.eof:
            raise BadFileError("truncated", "the compressed stream is cut off")
        left = decoder.unused_data
    return found


def _html(file: _File) -> FileText:
    page = _decoded(file.content, detect_encoding(file.content, from_html_meta=True) or "utf-8")
    tree = HTMLTree.parse(page)
    text = extract_plain_text(tree, skip_elements=NAVIGATION, preserve_formatting=True, list_bullets=True) or ""
    root = tree.document.query_selector("html") if tree.document else None
    lang = root.getattr("lang") or root.getattr("xml:lang") if root is not None else None
    title = " ".join((tree.title or "").split()) or None
    return FileText(text, title, lang, list(page_evidence(page, file.where + file.path)))


def _man(file: _File) -> FileText:
    if is_alias(file.content):
        raise NoDocumentError("alias")
    page = read_page(_decoded(file.content, encoding_of(file.content)))
    found = FileText(page.text, page.title)
    if page.spdx is not None:
        value, line = page.spdx
        found.evidence.append(
            {"class": "E1", "kind": "spdx_header", "value": value, "locator": f"{file.where}{file.path}:{line}"}
        )
    return found


def _xml(file: _File) -> FileText:
    try:
        page = read_help(file.content)
    except XmlHelpError as error:
        raise BadFileError("broken_xml", str(error)) from None
    if not page.is_help:
        raise NoDocumentError("no_document")
    legal = [(file.path, page)]
    for include in page.includes:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), include))
        if target in file.legal:
            legal.append((target, file.legal[target]))
    found = FileText(page.text, page.title, page.lang, creators=page.creators)
    for place, source in legal:
        links = [(link, "xml_license") for link in source.license_links]
        notes = [] if links or not source.license_text else [(source.license_text[:MAX_NOTICE], "xml_legal_notice")]
        found.evidence += [
            {"class": "E1", "kind": kind, "value": value, "locator": file.where + place}
            for value, kind in (*links, *notes)
        ]
    return found


def _catalogue(file: _File) -> FileText:
    try:
        catalogue = read_catalogue(file.content)
    except CatalogueError as error:
        raise BadFileError("damaged_catalogue", str(error)) from None
    return FileText(catalogue.text, lang=catalogue.lang)


def _plain(file: _File) -> FileText:
    if b"\0" in file.content:
        raise NoDocumentError("binary")
    return FileText(_decoded(file.content, "utf-8"))


def _decoded(content: bytes, encoding: str) -> str:
    """Return a text in the encoding that it names; in UTF-8 where it names another and is wrong."""
    try:
        return content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise BadFileError("bad_encoding", f"{encoding}: {error}") from None


_READ = {HTML: _html, MAN: _man, XML: _xml, CATALOGUE: _catalogue, TEXT: _plain}
