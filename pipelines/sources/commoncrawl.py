"""Web pages from crawl archives: WARC (as served), WET (the crawler's text) and WAT (the crawler's metadata).

A page's text is its main content; its licence statements and its publisher's preferences are evidence beside it.
Records that are no pages are counted by what they are. Quarantined ones are told by their byte offset in the file.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from resiliparse.parse.html import HTMLTree

from pipelines.licensing.collectors.page_hints import hints_in
from pipelines.licensing.collectors.parsed_page import ParsedPage, examined_page
from pipelines.licensing.collectors.preferences import page_preferences
from pipelines.licensing.collectors.web_page import page_evidence
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
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
)
from pipelines.sources.web.charset import UndecodableError, decoded_page
from pipelines.sources.web.cutter import Damage
from pipelines.sources.web.media_types import is_page, media_type, stated_charset, type_reason
from pipelines.sources.web.page import EXTRACTORS, facts_of
from pipelines.sources.web.payload import PayloadError, decoded_body
from pipelines.sources.web.records import parts, stored_records
from pipelines.sources.web.stored_record import StoredRecord
from pipelines.sources.web.wat import NoPageError, described_page

BATCH_PAGES = 256

OPTIONS: Mapping[str, Option] = {
    "extractor": Option(str, "resiliparse", "who reads the main text of pages", choices=tuple(EXTRACTORS)),
    "evidence": Option(bool, default=True, meaning="collect licence statements and publishers' preferences"),
    "keep_truncated": Option(bool, default=False, meaning="take pages that the crawler cut off, too"),
}

_OK = 200
_WET_LANGUAGES = "warc-identified-content-language"


class _BadPageError(Exception):
    """Why a record cannot become a document: (reason, detail)."""


class _DroppedError(Exception):
    """Why a sound record is no document: its reason."""


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield the pages of a part of an archive."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    rows = PendingRecords(BATCH_PAGES, BATCH_TEXT_BYTES, numbered=False)
    for found in stored_records(part):
        rows.next_row()
        if isinstance(found, Damage):
            rows.fault(found.reason, found.detail, found.raw, found.offset)
        else:
            _add(rows, found, options)
        if rows.is_full():
            yield rows.batch()
    if rows.row == 0 and part.start == 0:
        yield unreadable("empty_file", "no record")
    else:
        yield rows.batch()


def _add(rows: PendingRecords, found: StoredRecord, options: Options) -> None:
    try:
        document = _document(found, options)
    except _DroppedError as dropped:
        rows.drop(str(dropped))
        return
    except (_BadPageError, PayloadError) as bad:
        reason, detail = bad.args
        rows.fault(reason, f"{_name(found)}: {detail}", (found.payload or b"")[:MAX_RAW_BYTES], found.offset)
        return
    size = len(document["text"].encode())
    if size > MAX_TEXT_BYTES:
        rows.fault("too_large", f"{_name(found)}: a text of {size:,} bytes", b"", found.offset)
    else:
        rows.keep(document, size)


def _name(found: StoredRecord) -> str:
    return found.address or found.headers.get("warc-record-id") or "record"


def _document(found: StoredRecord, options: Options) -> dict[str, Any]:
    """Return what a record holds as a document, or raise why it is none."""
    kind = str(found.record.record_type)
    if kind not in ("response", "resource", "conversion", "metadata"):
        raise _DroppedError(f"record_{kind}" if kind != "revisit" else "revisit")
    if found.payload is None:
        raise _BadPageError("too_large", "longer than any page may be")
    stated = (found.headers.get("content-type") or "").lower()
    if kind == "metadata" and not stated.startswith("application/json"):
        raise _DroppedError("record_metadata")
    truncated = found.headers.get("warc-truncated")
    if truncated and not options["keep_truncated"]:
        raise _DroppedError(f"truncated_{truncated.strip().lower():.20}")
    if kind == "metadata":
        content = _from_metadata(found.payload)
    elif kind == "conversion":
        content = _from_conversion(found, found.payload)
    else:
        content = _from_page(found, found.payload, options)
    if not content["text"].strip():
        raise _DroppedError("no_text")
    others = {
        "digest": found.headers.get("warc-payload-digest") or found.headers.get("warc-block-digest"),
        "truncated": truncated,
        **content.pop("meta"),
    }
    label = content.pop("label")
    return {
        "key": (found.headers.get("warc-record-id") or "").strip("<> ") or None,
        "url": found.address,
        "created": found.headers.get("warc-date") or None,
        "lang": declared_language(label),
        "meta": meta_of(others, label),
        **content,
    }


def _from_page(found: StoredRecord, payload: bytes, options: Options) -> dict[str, Any]:
    record = found.record
    headers = found.http_headers if record.is_http_parsed else {"content-type": found.headers.get("content-type") or ""}
    stated = headers.get("content-type", "")
    served = media_type(stated)
    if record.http_headers is not None and record.http_headers.status_code != _OK:
        raise _DroppedError(f"http_status_{record.http_headers.status_code or 'none'}")
    body = decoded_body(headers, payload, is_cut="warc-truncated" in found.headers)
    if not is_page(served, found.headers.get("warc-identified-payload-type"), body):
        raise _DroppedError(type_reason(served))
    try:
        page = decoded_page(body, stated_charset(stated))
    except UndecodableError as error:
        raise _BadPageError("bad_encoding", str(error)) from None
    url = found.address
    # Each while what it looks at, the bytes or the tree, was just made and is still in the nearest cache.
    hints = hints_in(page.utf8) if options["evidence"] else None
    tree = HTMLTree.parse(page.text)
    examined = None if hints is None else examined_page(page.utf8, tree, hints)
    facts = facts_of(tree, None if examined is None else examined.marked("link"))
    label = facts.language or headers.get("content-language", "").partition(",")[0].strip() or None
    content = {
        "title": facts.title,
        "label": label,
        "meta": {
            "canonical": facts.canonical,
            "charset": page.encoding,
            "identified_languages": found.headers.get(_WET_LANGUAGES),
            "links": facts.links,
            "last_modified": headers.get("last-modified"),
            "replaced_characters": page.replaced or None,
        },
        "text": EXTRACTORS[str(options["extractor"])](tree, page.text, url),
    }
    if examined is not None and content["text"]:
        content |= _evidence(examined, url, headers, found.headers.get("warc-date"))
    return content


def _evidence(page: ParsedPage, url: str | None, headers: Mapping[str, str], retrieved: str | None) -> dict[str, Any]:
    statements = page_evidence(page, url)
    dated = [{**statement, "retrieved_at": retrieved} if retrieved else statement for statement in statements]
    strong = (entry["value"] for entry in statements if entry["class"] <= "E4" and "about" not in entry)
    preferences = page_preferences(headers, page)
    return {
        "license_declared": next(strong, None),
        "license_evidence": json_text(dated) if dated else None,
        "preferences": json_text(preferences) if preferences else None,
    }


def _from_conversion(found: StoredRecord, payload: bytes) -> dict[str, Any]:
    """Return the text that the crawler made of a page (WET)."""
    stated = media_type(found.headers.get("content-type") or "text/plain")
    if stated != "text/plain":
        raise _DroppedError(type_reason(stated))
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        raise _BadPageError("bad_utf8", f"byte {error.start} of the text: {error.reason}") from None
    languages = found.headers.get(_WET_LANGUAGES)
    meta = {"identified_languages": languages}
    return {"text": text, "label": (languages or "").partition(",")[0].strip() or None, "meta": meta}


def _from_metadata(payload: bytes) -> dict[str, Any]:
    """Return what the crawler noted of a page (WAT): its title, description and the words of its links."""
    try:
        page = described_page(payload)
    except NoPageError as error:
        reason, detail = error.args
        if detail is None:
            raise _DroppedError(reason) from None
        raise _BadPageError(reason, detail) from None
    preferences = page_preferences(page.headers, page.head)
    return {
        "text": page.text,
        "title": page.title,
        "label": page.language,
        "license_evidence": json_text(page.statements) if page.statements else None,
        "license_declared": page.statements[0]["value"] if page.statements else None,
        "preferences": json_text(preferences) if preferences else None,
        "meta": {"canonical": page.canonical, "links": page.links, "record": page.record},
    }


READER = Reader(parts, read, nothing_before, has_columns=False, options=OPTIONS)
