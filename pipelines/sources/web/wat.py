"""A page as Common Crawl's WAT files describe it: JSON with headers, title, metadata and links, without its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson

from pipelines.licensing.collectors.statements import Statement
from pipelines.licensing.collectors.web_page import page_evidence

_OK = "200"
_NO_TEXT = frozenset({"IMG@/src", "LINK@/href", "SCRIPT@/src", "FORM@/action", "STYLE/#text"})


class NoPageError(Exception):
    """Why a description is no page's: (reason, None), or (reason, what is broken)."""


@dataclass(frozen=True)
class DescribedPage:
    """What a description says.

    Attributes:
        text: Title, description and the words of the links, a line each.
        title: The title.
        language: The label in the response's headers.
        canonical: The address under which the page wants to be known.
        links: How many links it has.
        record: The id of the described record.
        headers: Of the response.
        head: The page's head, put together again from its metadata and marked links.
        statements: What these say of its licence.
    """

    text: str
    title: str | None
    language: str | None
    canonical: str | None
    links: int
    record: str | None
    headers: Mapping[str, str]
    head: str
    statements: Sequence[Statement]


def described_page(content: bytes) -> DescribedPage:
    """Return what a description says of a page.

    Raises:
        NoPageError: It describes something else, or is broken.
    """
    try:
        envelope = orjson.loads(content)["Envelope"]
        warc, payload = envelope["WARC-Header-Metadata"], envelope["Payload-Metadata"]
        kind = str(warc["WARC-Type"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise NoPageError("bad_metadata", f"no description of a record: {type(error).__name__}: {error}") from None
    if kind != "response":
        raise NoPageError(f"described_{kind:.20}", None)
    response = _mapping(payload, "HTTP-Response-Metadata")
    status = _mapping(response, "Response-Message").get("Status")
    if str(status) != _OK:
        raise NoPageError(f"http_status_{status!s:.10}", None)
    if "HTML-Metadata" not in response:
        raise NoPageError("no_page", None)
    html = _mapping(response, "HTML-Metadata")
    headers = {name.lower(): str(value) for name, value in _mapping(response, "Headers").items()}
    return _page(html, headers, warc.get("WARC-Target-URI"), warc.get("WARC-Record-ID"))


def _page(html: Mapping[str, Any], headers: Mapping[str, str], url: object, record: object) -> DescribedPage:
    head = _mapping(html, "Head")
    title = " ".join(str(head.get("Title") or "").split()) or None
    metas = _mappings(head, "Metas")
    marked = _mappings(head, "Link")
    links = _mappings(html, "Links")
    description = next((meta.get("content") for meta in metas if meta.get("name") == "description"), None)
    words = [link.get("text") or link.get("title") for link in links if link.get("path") not in _NO_TEXT]
    lines = [title, description, *words]
    canonical = next((link.get("url") for link in marked if link.get("rel") == "canonical"), None)
    markup = "".join(
        [f"<meta {_attributes(meta)}>" for meta in metas]
        + [f"<link {_attributes({**link, 'href': link.get('url')})}>" for link in marked]
    )
    rebuilt = f"<html><head>{markup}</head><body></body></html>"
    address = str(url) if url else None
    return DescribedPage(
        text="\n".join(" ".join(str(line).split()) for line in lines if line),
        title=title,
        language=headers.get("content-language", "").partition(",")[0].strip() or None,
        canonical=None if canonical is None else str(canonical),
        links=sum(link.get("path") == "A@/href" for link in links),
        record=None if record is None else str(record).strip("<> "),
        headers=headers,
        head=rebuilt,
        statements=page_evidence(rebuilt, address),
    )


def _attributes(stated: Mapping[str, Any]) -> str:
    return " ".join(f'{escape(name)}="{escape(str(value))}"' for name, value in stated.items() if name != "path")


def _mapping(parent: object, key: str) -> Mapping[str, Any]:
    value = parent.get(key) if isinstance(parent, dict) else None
    return value if isinstance(value, dict) else {}


def _mappings(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = parent.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
