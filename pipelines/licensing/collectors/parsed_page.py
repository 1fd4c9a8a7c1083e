"""A page, parsed once for all who read it, and the few of its elements that may say something of licences or wishes."""

from collections.abc import Sequence
from dataclasses import dataclass

from resiliparse.parse.html import ElementNode, HTMLTree

from pipelines.licensing.collectors.page_hints import LINK_WORDS, LINKS, SCRIPTS, hints_in
from pipelines.licensing.collectors.page_places import elements

_MARKS = ('rel*="licen"', 'property*="licen"', 'rel*="terms-of-"', 'type*="rsl+xml"')
_ADDRESSES = tuple(f'*="{word}"' for word in LINK_WORDS)


def _any_of(tag: str, conditions: Sequence[str]) -> str:
    return f"{tag}:is({', '.join(f'[{condition} i]' for condition in conditions)})"


_METAS = _any_of(
    "meta",
    [
        *(f'{attribute}*="{part}"' for attribute in ("name", "property", "itemprop") for part in ("licen", "right")),
        *('name*="bot"', 'name="google-extended"', 'name^="tdm-"'),
    ],
)
_LINKS = ", ".join(
    [
        _any_of("link", _MARKS),
        *(_any_of(tag, [*_MARKS, *(f"href{address}" for address in _ADDRESSES)]) for tag in ("a", "area")),
        _any_of("img", [f"src{address}" for address in _ADDRESSES]),
    ]
)
_SCRIPTS = _any_of("script", ['type*="ld+json"', 'type*="rsl+xml"'])
_SELECTORS = {
    hints: ", ".join([_METAS, *([_LINKS] if hints & LINKS else []), *([_SCRIPTS] if hints & SCRIPTS else [])])
    for hints in range(2 * max(LINKS, SCRIPTS))
}


@dataclass(frozen=True)
class ParsedPage:
    """A web page.

    Attributes:
        utf8: The page as served, decoded, in UTF-8.
        tree: The same, parsed.
        hints: What it may hold.
        marks: Its elements that may say something, in the order in which they stand: `meta` with names that may speak
            of rights or to robots, `a`, `area`, `img` and `link` that may lead to a licence or to terms, `script` that
            may hold JSON-LD or RSL.
    """

    utf8: bytes
    tree: HTMLTree
    hints: int
    marks: Sequence[ElementNode]

    def marked(self, *tags: str) -> Sequence[ElementNode]:
        """Return the elements of these tags that may say something."""
        return [mark for mark in self.marks if mark.tag in tags] if self.marks else ()


def parsed_page(page: str | ParsedPage) -> ParsedPage:
    """Return a page that was served as this text, if it is not parsed yet."""
    return examined_page(page.encode(), HTMLTree.parse(page)) if isinstance(page, str) else page


def examined_page(utf8: bytes, tree: HTMLTree) -> ParsedPage:
    """Return a page that is parsed.

    Args:
        utf8: The page as served, decoded, in UTF-8.
        tree: The same, parsed.
    """
    hints = hints_in(utf8)
    return ParsedPage(utf8, tree, hints, elements(tree, _SELECTORS[hints & (LINKS | SCRIPTS)]))
