"""A page, parsed once for all who read it, and the few of its elements that may say something of licences or wishes."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resiliparse.parse.html import ElementNode, HTMLTree

from pipelines.licensing.collectors.page_hints import (
    COMMONS,
    COPYLEFT,
    IN_TAGS,
    JSON_LD,
    LICENSE,
    RIGHTS,
    RSL,
    TERMS,
    TEXT,
    WISHES,
    Hints,
    hints_in,
)
from pipelines.licensing.collectors.page_places import elements

_MARKS = {
    'rel*="licen"': LICENSE,
    'property*="licen"': LICENSE,
    'rel*="terms-of-"': TERMS,
    'type*="rsl+xml"': RSL,
}
_ADDRESSES = {'*="licen"': LICENSE, '*="creativecommons.org"': COMMONS, '*="gnu.org/copyleft"': COPYLEFT}
_SCRIPTS = {'type*="ld+json"': JSON_LD, 'type*="rsl+xml"': RSL}
_METAS = {
    **{f'{attribute}*="licen"': LICENSE for attribute in ("name", "property", "itemprop")},
    **{f'{attribute}*="right"': RIGHTS for attribute in ("name", "property", "itemprop")},
    'name="google-extended"': WISHES,
    'name^="tdm-"': WISHES,
}
_CANONICAL = 'rel*="canonical"'
_ROBOTS = 'name*="bot"'  # too short a word to be looked for
SHAPED = "pre"  # its lines are those of its markup


def _any_of(tag: str, conditions: Iterable[str]) -> str:
    listed = ", ".join(f"[{condition} i]" for condition in conditions)
    return f"{tag}:is({listed})" if listed else ""


@functools.cache
def _selector(hints: int) -> str:
    """Return the selector of the elements that may say something, where only these words may stand in a page."""
    marks = [condition for condition, hint in _MARKS.items() if hint & hints]
    addresses = [address for address, hint in _ADDRESSES.items() if hint & hints]
    places = [*marks, *(f"href{address}" for address in addresses)]
    selectors = (
        _any_of("meta", (_ROBOTS, *(condition for condition, hint in _METAS.items() if hint & hints))),
        _any_of("link", (_CANONICAL, *marks)),
        *(_any_of(tag, places) for tag in ("a", "area")),
        _any_of("img", (f"src{address}" for address in addresses)),
        _any_of("script", (condition for condition, hint in _SCRIPTS.items() if hint & hints)),
        SHAPED if hints & TEXT else "",
    )
    return ", ".join(filter(None, selectors))


@dataclass(frozen=True)
class ParsedPage:
    """A web page.

    Attributes:
        utf8: The page as served, decoded, in UTF-8.
        tree: The same, parsed.
        hints: What it may hold.
        marks: Its elements that may say something, in the order in which they stand: `meta` with names that may speak
            of rights or to robots, `a`, `area`, `img` and `link` that may lead to a licence or to terms, `link` that
            gives the page's own address, `script` that may hold JSON-LD or RSL; `pre` where its text may say something.
    """

    utf8: bytes
    tree: HTMLTree
    hints: Hints
    marks: Sequence[ElementNode]

    def marked(self, *tags: str) -> Sequence[ElementNode]:
        """Return the elements of these tags that may say something, in the order in which they stand."""
        found = [self._by_tag[tag] for tag in tags if tag in self._by_tag]
        if len(found) > 1:
            return [mark for mark in self.marks if mark.tag in tags]
        return found[0] if found else ()

    @functools.cached_property
    def _by_tag(self) -> dict[str, list[ElementNode]]:
        by_tag: dict[str, list[ElementNode]] = {}
        for mark in self.marks:
            by_tag.setdefault(str(mark.tag), []).append(mark)
        return by_tag


def parsed_page(page: str | ParsedPage) -> ParsedPage:
    """Return a page that was served as this text, if it is not parsed yet."""
    if isinstance(page, ParsedPage):
        return page
    utf8 = page.encode()
    return examined_page(utf8, HTMLTree.parse(page), hints_in(utf8))


def examined_page(utf8: bytes, tree: HTMLTree, hints: Hints) -> ParsedPage:
    """Return a page that is parsed.

    Args:
        utf8: The page as served, decoded, in UTF-8.
        tree: The same, parsed.
        hints: What `hints_in` says of it.
    """
    return ParsedPage(utf8, tree, hints, elements(tree, _selector(hints.kinds & (IN_TAGS | TEXT))))
