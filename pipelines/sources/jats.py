"""Articles in JATS, the XML of PubMed Central and many publishers: files, or archives of them as PMC gives them out.

One document an article or sub-article. Its licence is what the article itself states (E1). Where the XML of a file of
several articles is damaged, those that are whole are read.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from pipelines.licensing.collectors.jats import jats_evidence, jats_root
from pipelines.licensing.collectors.statements import text_digest
from pipelines.sources.archives import ArchiveError, members
from pipelines.sources.decompressed import DamagedStreamError, chunks
from pipelines.sources.jats_article import Article, article_elements, articles
from pipelines.sources.options import Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_ROWS,
    BATCH_TEXT_BYTES,
    MAX_RAW_BYTES,
    MAX_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    declared_language,
    json_text,
    meta_of,
    nothing_before,
    unreadable,
    whole_file,
)

_ARTICLES = (".nxml", ".xml")
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".zip")
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*\?>")
_ARTICLE, _ARTICLE_END = re.compile(rb"<article(?=[\s>])"), b"</article>"
_CHANGE = "reduced from JATS to its text"


def read(part: Part, _columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield the articles of a file or an archive."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    rows = PendingRecords(BATCH_ROWS, BATCH_TEXT_BYTES)
    for name, content in _files(part, rows):
        _add(rows, name, content)
        if rows.is_full():
            yield rows.batch()
    yield rows.batch()


def _files(part: Part, rows: PendingRecords) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file with an article."""
    name = part.file.relative
    content = bytearray()
    try:
        if not name.lower().endswith(_ARCHIVES):
            rows.next_row()
            for chunk in chunks(part.file):
                content += chunk
                if len(content) > MAX_TEXT_BYTES:
                    rows.fault(
                        "too_large", f"more than {MAX_TEXT_BYTES:,} bytes of XML", bytes(content[:MAX_RAW_BYTES]), 0
                    )
                    return
            yield name, bytes(content)
            return
        for member in members(part.file, lambda path: path.lower().endswith(_ARTICLES)):
            if member.content is not None:
                rows.next_row()
                yield f"{name}/{member.path}", member.content
            elif member.refused is not None and member.path.lower().endswith(_ARTICLES):
                rows.next_row()
                rows.drop(member.refused)
    except DamagedStreamError as error:
        rows.fault(error.reason, f"{error}; a part of an article is none", bytes(content[:MAX_RAW_BYTES]), len(content))
    except ArchiveError as error:
        rows.next_row()
        rows.fault("damaged_archive", str(error))


def _add(rows: PendingRecords, name: str, content: bytes) -> None:
    try:
        xml, root = _parsed(name, content)
    except _DamagedXmlError as damage:
        pieces = list(_pieces(content))
        if len(pieces) < 2:  # noqa: PLR2004 -- there is nothing beside what is damaged
            rows.fault("damaged_xml", str(damage), content)
            return
        for number, (offset, piece) in enumerate(pieces, 1):
            if number > 1:
                rows.next_row()
            try:
                xml, root = _parsed(name, piece)
            except _DamagedXmlError as error:
                rows.fault("damaged_xml", str(error), piece, offset)
            else:
                _add_article(rows, f"{name}:{number}", xml, root)
        return
    found = article_elements(root)
    if not found:
        rows.drop("no_article")
    for number, element in enumerate(found, 1):
        if number > 1:
            rows.next_row()
        _add_article(rows, name if len(found) == 1 else f"{name}:{number}", xml, element)


def _add_article(rows: PendingRecords, name: str, xml: str, element: ET.Element) -> None:
    """Take an article and its sub-articles; what it states of its licence is about no other one of its file."""
    try:
        found = list(articles(element))
    except RecursionError:
        rows.fault("damaged_xml", f"{name}: nested too deeply", xml[:MAX_RAW_BYTES].encode())
        return
    evidence = jats_evidence(element, name, text_digest(xml))
    for number, article in enumerate(found):
        if number:
            rows.next_row()
        size = len(article.text.encode())
        if size > MAX_TEXT_BYTES:
            rows.fault("too_large", f"{name}: a text of {size:,} bytes", xml[:MAX_RAW_BYTES].encode())
        elif article.text.strip():
            rows.keep(_record(rows.row, name, article, evidence), size)
        else:
            rows.drop("no_text")


class _DamagedXmlError(Exception):
    """Why a file is no XML that can be read."""


def _parsed(name: str, content: bytes) -> tuple[str, ET.Element]:
    try:
        xml = _decoded(content)
        return xml, jats_root(xml, name)
    except RecursionError:
        raise _DamagedXmlError(f"{name}: nested too deeply") from None
    except (ValueError, LookupError) as error:
        raise _DamagedXmlError(str(error)) from None


def _pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield where each article of a file begins, and it alone, under the file's XML declaration."""
    declaration = _DECLARATION.match(content)
    starts = [match.start() for match in _ARTICLE.finditer(content)]
    for start, stop in pairwise([*starts, len(content)]):
        end = content.rfind(_ARTICLE_END, start, stop)
        piece = content[start : stop if end < 0 else end + len(_ARTICLE_END)]
        yield start, (declaration[0] if declaration else b"") + piece


def _decoded(content: bytes) -> str:
    """Return an article's characters, in the encoding that its declaration names."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Expat knows the declared encoding; written again, it is UTF-8.
        if b"<!ENTITY" in content:
            raise ValueError("declares entities; expected an article without") from None
        try:
            return ET.tostring(ET.fromstring(content), encoding="unicode")  # noqa: S314  # nothing in it expands
        except ET.ParseError as error:
            raise ValueError(f"no well-formed XML: {error}") from None


def _record(row: int, name: str, article: Article, evidence: list[dict[str, str]]) -> dict[str, Any]:
    doi, pmc = article.ids.get("doi"), (article.ids.get("pmc") or article.ids.get("pmcid") or "").removeprefix("PMC")
    whole = f"doi:{doi}" if doi else f"PMC{pmc}" if pmc else name
    url = f"https://doi.org/{doi}" if doi else f"https://www.ncbi.nlm.nih.gov/pmc/articles/PMC{pmc}/" if pmc else None
    details = {
        "path": name,
        "kind": article.kind,
        "ids": article.ids or None,
        "parallel_key": whole if article.kind == "translation" else None,
    }
    attribution = {
        "title": article.title,
        "creators": list(article.creators),
        "notices": list(article.notices),
        "source_url": url,
        "changes": [_CHANGE],
    }
    own = [entry for entry in evidence if "about" not in entry]
    return {
        "row": row,
        "key": whole if article.part is None else f"{whole}#{article.part}",
        "url": url,
        "text": article.text,
        "lang": declared_language(article.lang),
        "title": article.title,
        "created": article.published,
        "license_declared": own[0]["value"] if own else None,
        "license_evidence": json_text(evidence) if evidence else None,
        "attribution": json_text(attribution),
        "meta": meta_of(details, article.lang),
    }


READER = Reader(whole_file, read, nothing_before, has_columns=False)
