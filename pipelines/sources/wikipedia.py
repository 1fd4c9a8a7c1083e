"""Articles of a Wikimedia wiki, from its XML dump (plain, .bz2 or .gz, multistream or not)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

import pyarrow as pa
from mwparserfromhell.parser import ParserError

from pipelines.sources.mediawiki import Page, Site
from pipelines.sources.options import Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_TEXT_BYTES,
    MAX_TEXT_BYTES,
    RECORDS,
    Batch,
    Part,
    Reader,
    declared_language,
    evidence,
    json_text,
    meta_of,
    unreadable,
)
from pipelines.sources.stored import compression_of
from pipelines.sources.wikipedia_parts import events, pages_before, parts
from pipelines.sources.wikitext import plain_text
from pipelines.sources.xml_records import XmlFault

BATCH_PAGES = 256

# The Wikimedia projects whose text is under the site-wide licence; Wikinews and Wikisource have terms of their own.
_SITE_LICENSED = ("wikipedia", "wiktionary", "wikibooks", "wikiquote", "wikiversity", "wikivoyage")
TERMS_OF_USE = "https://foundation.wikimedia.org/wiki/Policy:Terms_of_Use"

# The terms of use of 7 June 2023 moved the projects from version 3.0 to 4.0.
_LICENSE_CHANGED = 20230607
_DUMP_DATE = re.compile(r"(?<!\d)(20\d{2}[01]\d[0-3]\d)(?!\d)")
_GENERATOR = re.compile(r"MediaWiki (\d+)\.(\d+)")
_VERSION_OF_CHANGE = (1, 41)  # its weekly branches went live from April to August 2023


def read(part: Part, _columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield the articles of a dump as plain text; redirects and pages that are no articles are dropped by name."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    rows = PendingRecords(BATCH_PAGES, BATCH_TEXT_BYTES)
    site = _WikiFacts.of(Site(), part.file.relative)
    uncounted = part.start > 0 and compression_of(part.file.relative) is not None
    for event in events(part):
        if isinstance(event, Site):
            site = _WikiFacts.of(event, part.file.relative)
        elif isinstance(event, XmlFault):
            rows.next_row()
            rows.fault(event.reason, event.detail, event.raw, part.start + event.offset)
        else:
            _add_page(rows, event, site)
        if rows.is_full():
            yield _uncounted(rows.batch(), part) if uncounted else rows.batch()
    if rows.row == 0 and part.start == 0 and part.stop is None:
        yield unreadable("empty_file", "no page")
    else:
        yield _uncounted(rows.batch(), part) if uncounted else rows.batch()


def _uncounted(batch: Batch, part: Part) -> Batch:
    """Return a batch of a part of which it is not known how many pages and bytes come before it."""
    where = f"counted from the first bz2 stream that begins at byte {part.start} of the file or behind it"
    bad = [replace(bad, row=None, offset=None, detail=f"page {bad.row}: {bad.detail}, {where}") for bad in batch.bad]
    unknown = pa.nulls(batch.records.num_rows, pa.int64())
    position = batch.records.schema.get_field_index("row")
    return replace(batch, records=batch.records.set_column(position, RECORDS.field("row"), unknown), bad=bad)


@dataclass(frozen=True)
class _WikiFacts:
    """What holds for every page of a dump."""

    site: Site
    language: str | None
    host: str | None
    article_prefix: str | None
    license: str | None

    @classmethod
    def of(cls, site: Site, relative: str) -> "_WikiFacts":
        host = urlsplit(site.base).hostname if site.base else None
        prefix = site.base.rpartition("/")[0] + "/" if site.base and host else None
        return cls(site, site.language, host, prefix, site_license(host, site.generator, relative))

    def url(self, title: str) -> str | None:
        """Return the address of a page: enough to attribute it, as the page's history names its authors."""
        if self.article_prefix is None:
            return None
        return self.article_prefix + quote(title.replace(" ", "_"), safe="/:@!$*(),;~'")


def site_license(host: str | None, generator: str | None, relative: str) -> str | None:
    """Return the licence that the site stated when the dump was made; None for a wiki without a known policy.

    The date in the dump's name decides; a dump without one is dated by the software that wrote it. A dump whose age
    cannot be told is taken for a recent one.
    """
    if host is None or host.split(".")[-2:-1] not in ([name] for name in _SITE_LICENSED):
        return None
    dated = _DUMP_DATE.search(relative)
    version = _GENERATOR.search(generator or "")
    if dated is not None:
        older = int(dated[1]) < _LICENSE_CHANGED
    else:
        older = version is not None and (int(version[1]), int(version[2])) < _VERSION_OF_CHANGE
    return "CC-BY-SA-3.0" if older else "CC-BY-SA-4.0"


def _add_page(rows: PendingRecords, page: Page, facts: _WikiFacts) -> None:
    row = rows.next_row()
    reason = _no_article(page)
    if reason is not None:
        rows.drop(reason)
        return
    source = page.text or ""
    try:
        text = plain_text(source, facts.site.namespaces)
    except (ParserError, RecursionError) as error:
        rows.fault("unparsable_wikitext", f"page {page.title!r}: {error}", source.encode())
        return
    size = len(text.encode())
    if size > MAX_TEXT_BYTES:
        rows.fault("too_large", f"page {page.title!r}: a text of {size:,} bytes", text.encode())
    elif not text:
        rows.drop("no_prose")
    else:
        rows.keep(_record(row, page, text, facts), size)


def _no_article(page: Page) -> str | None:
    if page.namespace != 0:
        return "not_an_article"
    if page.redirect or (page.text or "").lstrip()[:9].upper() == "#REDIRECT":
        return "redirect"
    if page.model not in (None, "wikitext"):
        return "not_wikitext"
    return None


def _record(row: int, page: Page, text: str, facts: _WikiFacts) -> dict[str, Any]:
    title = page.title or ""
    url = facts.url(title) if title else None
    site = f"{facts.host}:" if facts.host else ""  # page numbers are unique within a wiki only
    attribution = {
        "title": title,
        "creators": ["Contributors of the page, listed in its history"],
        "source_url": url,
        "changes": ["reduced from wikitext to its running text"],
    }
    return {
        "row": row,
        "key": f"{site}{page.id}" if page.id else None,
        "text": text,
        "lang": declared_language(facts.language),
        "url": url,
        "title": title or None,
        "created": page.timestamp,
        "license_declared": facts.license,
        "license_evidence": facts.license and evidence("E3", "site_policy", facts.license, TERMS_OF_USE),
        "attribution": json_text(attribution),
        "meta": meta_of({"wiki": facts.site.dbname}, facts.language),
    }


READER = Reader(parts, read, pages_before, has_columns=False)
