"""JSON-LD in a page: which licence it states for the page's main entity, and which for other things.

A graph describes pictures, comments, authors and neighbouring articles beside the text. A licence counts for the text
only where its bearer is a text (schema.org's Article, WebPage, …) that is the page: by its `@id`, `url` or
`mainEntityOfPage`, by being the page's `mainEntity`, or by standing at the top without any address.
"""

import functools
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urljoin, urlsplit

_LICENSE_KEYS = frozenset({"license", "licence"})
_MOST_NODES = 5000
_HIDDEN_LETTER = re.compile(r"\\u00[46][359CEce]")  # one of `licen`, written as an escape
_BROKEN_LICENSE = re.compile(r'"(?:schema:)?licen[sc]e"\s*:\s*"((?:[^"\\]|\\.){1,500})"')


@dataclass(frozen=True)
class GraphLicense:
    """A licence that JSON-LD states.

    Attributes:
        value: As found: mostly a URL.
        path: Where in the block it stands, such as `@graph[2].license`.
        about: `main` for the page's text, `site` for the whole site, else the type of what it is about.
    """

    value: str
    path: str
    about: str


@dataclass(frozen=True)
class _Node:
    value: dict[str, Any]
    path: str
    top: bool


def graph_licenses(blocks: Iterable[str], page_urls: frozenset[str]) -> list[GraphLicense]:
    """Return every licence that the JSON-LD blocks of a page state.

    Args:
        blocks: The contents of `<script type="application/ld+json">`.
        page_urls: Under which the page is known, as `comparable_url` gives them; empty where none is.
    """
    found: list[GraphLicense] = []
    nodes: list[_Node] = []
    for index, block in enumerate(blocks):
        value = _parsed(block)
        if value is None:
            texts = (match[1].replace("\\/", "/") for match in _BROKEN_LICENSE.finditer(block))
            found += [GraphLicense(text, f"script[{index}]", "unreadable") for text in texts]
        else:
            nodes += _nodes(value, f"script[{index}]")
    main = _main_nodes(nodes, page_urls)
    by_id = {str(node.value["@id"]): node for node in nodes if "@id" in node.value and len(node.value) > 1}
    for node in nodes:
        for key, value in node.value.items():
            if _local(key) in _LICENSE_KEYS:
                about = "main" if id(node.value) in main else _kind(node)
                found += [GraphLicense(text, f"{node.path}.{key}", about) for text in _license_texts(value, by_id)]
    return found


def may_state_license(block: str) -> bool:
    """Tell fast whether a block may have a key that names a licence, be its letters escaped or not."""
    return "licen" in block.lower() or "&#" in block or _HIDDEN_LETTER.search(block) is not None


def comparable_url(url: str, base: str | None = None) -> str | None:
    """Return a URL without what does not tell pages apart (scheme, `www.`, fragment, final slash); None if it is none.

    >>> comparable_url("https://www.example.org/a/#top"), comparable_url("b", "http://example.org/a/")
    ('example.org/a', 'example.org/a/b')
    """
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
    except ValueError:
        return None
    if parts.scheme.casefold() not in ("http", "https") or not parts.netloc:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return parts.netloc.casefold().removeprefix("www.") + parts.path.rstrip("/") + query


@functools.cache
def _text_types() -> frozenset[str]:
    """Return the types of schema.org, in small letters, whose instances are texts."""
    return frozenset(files("pipelines.licensing").joinpath("data/text_types.txt").read_text(encoding="utf-8").split())


def _parsed(block: str) -> object:
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", block)
    for reading in (text, html.unescape(text)):
        try:
            return json.loads(reading, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: object, path: str) -> Iterator[_Node]:
    """Yield every object of a block; those at its top, or in a `@graph` there, are marked."""
    pending: list[tuple[object, str, bool]] = [(value, path, True)]
    for _ in range(_MOST_NODES):
        if not pending:
            return
        item, place, top = pending.pop()
        if isinstance(item, list):
            pending += [(part, f"{place}[{index}]", top) for index, part in reversed(list(enumerate(item)))]
        elif isinstance(item, dict):
            yield _Node(item, place, top and "@graph" not in item)
            inner = ((part, f"{place}.{key}", top and key == "@graph") for key, part in item.items())
            pending += [entry for entry in reversed(list(inner)) if isinstance(entry[0], list | dict)]


def _main_nodes(nodes: list[_Node], page_urls: frozenset[str]) -> set[int]:
    """Return the identities of the objects that are the page's text."""
    texts = [node for node in nodes if _types(node) & _text_types()]
    main = {id(node.value) for node in texts if _is_page(node, page_urls)}
    entities = [value for node in texts if id(node.value) in main for value in _as_list(node.value.get("mainEntity"))]
    named = {str(value["@id"]) for value in entities if isinstance(value, dict) and "@id" in value}
    nested = {id(value) for value in entities}
    main |= {id(node.value) for node in texts if id(node.value) in nested or str(node.value.get("@id")) in named}
    return main


def _is_page(node: _Node, page_urls: frozenset[str]) -> bool:
    base = next((f"https://{url}" for url in sorted(page_urls)), None)
    stated = (node.value.get("@id"), node.value.get("url"), *_as_list(node.value.get("mainEntityOfPage")))
    texts = [value.get("@id") or value.get("url") if isinstance(value, dict) else value for value in stated]
    urls = {comparable_url(text, base) for text in texts if isinstance(text, str)} - {None}
    if not urls or not page_urls:
        return node.top
    return not urls.isdisjoint(page_urls)


def _license_texts(value: object, by_id: dict[str, _Node]) -> Iterator[str]:
    for entry in _as_list(value):
        if isinstance(entry, str):
            yield from [entry.strip()] if entry.strip() else []
        elif isinstance(entry, dict):
            referred = by_id.get(str(entry.get("@id")))
            described = entry if referred is None else {**referred.value, **entry}
            texts = [described.get(key) for key in ("url", "@id", "@value", "sameAs", "name")]
            yield from [text.strip() for text in texts if isinstance(text, str) and text.strip()][:1]


def _kind(node: _Node) -> str:
    types = sorted(_types(node))
    return "site" if "website" in types else types[0] if types else "untyped"


def _types(node: _Node) -> set[str]:
    return {_local(name) for name in _as_list(node.value.get("@type")) if isinstance(name, str)}


def _local(name: str) -> str:
    return re.split(r"[/:#]", name)[-1].casefold()


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
