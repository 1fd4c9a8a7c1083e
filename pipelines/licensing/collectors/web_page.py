"""What a web page says about its licence: links and metadata in its head, JSON-LD, marked links, its text.

A statement's class follows how surely it is the rights-holder's about this very text: E1 for metadata of the page
itself, E4 for links that are marked as the licence or stand in the page's frame, E5 for links and words in its text.
Statements that contradict each other are all kept. The forms read are those of HTML (`rel=license`), Dublin Core,
Highwire (`citation_license`), ccREL, schema.org as JSON-LD and as microdata.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from resiliparse.parse.html import ElementNode

from pipelines.licensing import names
from pipelines.licensing.collectors.json_ld import comparable_url, graph_licenses, may_state_license
from pipelines.licensing.collectors.page_hints import COMMONS, COPYLEFT, JSON_LD, LICENSE, RIGHTS, TEXT
from pipelines.licensing.collectors.page_lines import text_statements
from pipelines.licensing.collectors.page_places import Place, Places
from pipelines.licensing.collectors.page_text import text_locator
from pipelines.licensing.collectors.parsed_page import SHAPED, ParsedPage, parsed_page
from pipelines.licensing.collectors.statements import Statement, ordered, statement
from pipelines.licensing.normalise import normalise
from pipelines.licensing.spdx import NOASSERTION, NONE

RSL_TYPE = "application/rsl+xml"

_META_NAMES = re.compile(
    r"(?:dc|dcterms|dct)[.:](?:rights(?:[.:]licen[sc]e)?|licen[sc]e)|citation_licen[sc]e|(?:og:|article:|cc:)?licen[sc]e|"
    r"rights(?:-standard)?",
    re.IGNORECASE,
)
_NOTICE_NAMES = re.compile(r"(?:dc|dcterms|dct)[.:]rights|copyright|rights", re.IGNORECASE)
_LICENSE_RELATIONS = frozenset({"license", "licence", "cc:license", "dct:license", "dcterms:license", "xhv:license"})
_LICENSE_HOSTS = re.compile(
    r"creativecommons\.org|licensebuttons\.net|gnu\.org/(?:licenses|copyleft)|opensource\.org/licen|apache\.org/licenses|"
    r"opendatacommons\.org|open-government-licen|spdx\.org/licenses|artlibre\.org|etalab",
    re.IGNORECASE,
)
_TEXT_ITEMS = re.compile(r"(?:Article|Posting|Page|CreativeWork|Book|Chapter|Report|Recipe|HowTo|Thesis)$")
_LONGEST_LABEL = 200

_Collector: TypeAlias = Callable[[ParsedPage, Places, str | None], Iterator[Statement]]


def page_evidence(page: str | ParsedPage, url: str | None) -> list[Statement]:
    """Return every licence statement of a web page, the strongest first, in the form of `license_evidence`.

    Args:
        page: The page as served, decoded; or parsed already.
        url: Where it was served; None where that is not known.
    """
    page = parsed_page(page)
    places = Places()
    found = [
        entry for words, collect in _COLLECTORS if words & page.hints.kinds for entry in collect(page, places, url)
    ]
    if not found:
        return []
    digest = hashlib.sha256(page.utf8).hexdigest()
    return ordered([{**entry, "sha256": digest} for entry in found])


def _in_head(page: ParsedPage, places: Places, url: str | None) -> Iterator[Statement]:
    for link in page.marked("link"):
        if link.hasattr("rel") and link.hasattr("href") and _is_license_link(link):
            place = places.place_of(link)
            evidence_class = "E1" if place.region == "head" else "E4"
            yield statement(evidence_class, f"html_{place.region}_link", _attribute(link, "href"), _at(url, place))
    for meta in page.marked("meta"):
        name = meta.getattr("name") or meta.getattr("property") or meta.getattr("itemprop") or ""
        value = _attribute(meta, "content")
        is_license = bool(value) and _META_NAMES.fullmatch(name) is not None
        if is_license or (_NOTICE_NAMES.fullmatch(name) and normalise(value).expression == NONE):
            yield statement("E1", "html_meta", value, f"{_at(url, places.place_of(meta))}/@content")


def _in_graph(page: ParsedPage, _places: Places, url: str | None) -> Iterator[Statement]:
    scripts = [script for script in page.marked("script") if "ld+json" in (script.getattr("type") or "").casefold()]
    blocks = [script.text or "" for script in scripts]
    if not any(may_state_license(block) for block in blocks):
        return
    canonical = [_attribute(link, "href") for link in page.marked("link") if link.getattr("rel") == "canonical"]
    addresses = [address for address in (url, *canonical) if address]
    page_urls = frozenset(known for address in addresses if (known := comparable_url(address, url)))
    for found in graph_licenses(blocks, page_urls):
        locator = f"{url or ''}#{found.path}"
        if found.about == "main":
            yield statement("E1", "json_ld", found.value, locator)
        elif found.about == "site":
            yield statement("E4", "json_ld_site", found.value, locator)
        elif found.about == "unreadable":
            yield statement("E5", "json_ld_unreadable", found.value, locator)
        else:
            yield statement("E5", "json_ld", found.value, locator, about=found.about)


def _in_links(page: ParsedPage, places: Places, url: str | None) -> Iterator[Statement]:
    """Yield links to licences outside the head, what their labels say, and badges of licences."""
    for link in page.marked("a", "area"):
        href = _attribute(link, "href")
        marked = _is_license_link(link)
        if link.hasattr("href") and (marked or _names_a_license(href)):
            yield from _of_link(link, href, places.place_of(link), url, marked=marked)
    for image in page.marked("img"):
        source = _attribute(image, "src")
        if _names_a_license(source):
            place = places.place_of(image)
            evidence_class = "E4" if place.region != "body" else "E5"
            yield statement(evidence_class, "html_badge", source, f"{_at(url, place)}/@src", about=place.about)


def _of_link(link: ElementNode, href: str, place: Place, url: str | None, *, marked: bool) -> Iterator[Statement]:
    about = place.about or _other_subject(link)
    item = _described_item(link) if link.getattr("itemprop") == "license" else None
    if item is not None and about is None:
        marked, about = True, None if _TEXT_ITEMS.search(item) else item
    kind = f"html_{place.region}_{'rel_license' if marked else 'link'}"
    weak = about is not None or (place.region == "body" and not marked)
    evidence_class = "E5" if weak else "E1" if item is not None else "E4"
    yield statement(evidence_class, kind, href, f"{_at(url, place)}/@href", about=about)
    label = re.sub(r"\s+", " ", link.text or "").strip()
    if 0 < len(label) <= _LONGEST_LABEL:
        read = normalise(label)
        if (read.expression != NOASSERTION or read.candidates) and read.expression != normalise(href).expression:
            yield statement(evidence_class, f"{kind}_label", label, _at(url, place), about=about)


def _in_text(page: ParsedPage, _places: Places, url: str | None) -> Iterator[Statement]:
    places = None if page.marked(SHAPED) else page.hints.places
    for kind, words in text_statements(page.utf8, page.tree, places):
        yield statement("E5", kind, words, text_locator(url, words))


# Who finds something in a page, and the words of which it must hold one.
_COLLECTORS: tuple[tuple[int, _Collector], ...] = (
    (LICENSE | RIGHTS, _in_head),
    (JSON_LD, _in_graph),
    (LICENSE | COMMONS | COPYLEFT, _in_links),
    (TEXT, _in_text),
)


def _is_license_link(link: ElementNode) -> bool:
    """Tell whether a link is marked as the licence; links to terms in RSL are preferences, not licences."""
    relations = {name.casefold() for name in (link.getattr("rel") or "").split()}
    relations |= {name.casefold() for name in (link.getattr("property") or "").split()}
    return not relations.isdisjoint(_LICENSE_RELATIONS) and link.getattr("type") != RSL_TYPE


def _names_a_license(href: str) -> bool:
    return bool(_LICENSE_HOSTS.search(href)) and names.license_of_url(href) != names.UNKNOWN


def _other_subject(link: ElementNode) -> str | None:
    """Return what RDFa says a link is about, if not about the page."""
    subject = link.getattr("about")
    return None if subject in (None, "", "#") else "other"


def _described_item(link: ElementNode) -> str | None:
    """Return the microdata type of the item that a link's `itemprop` describes, such as `ImageObject`."""
    node = link.parent_element
    while node is not None:
        if node.hasattr("itemscope"):
            return (node.getattr("itemtype") or "").rsplit("/", 1)[-1]
        node = node.parent_element
    return None


def _attribute(element: ElementNode, name: str) -> str:
    return (element.getattr(name) or "").strip()


def _at(url: str | None, place: Place) -> str:
    return f"{url or ''}#xpath({place.xpath})"
