"""Where in a page an element stands: in its frame or its text, in a part that speaks for itself alone; its XPath."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resiliparse.parse.html import ElementNode, HTMLTree

_FOOTER = re.compile(
    r"(?:site|page|main|global|colo)?[-_]?(?:footer|phon|bottom|copyright|legal)(?:[-_].*)?", re.IGNORECASE
)
_CAPTION = re.compile(
    r"(?:wp-)?caption(?:-text)?|thumbcaption|(?:image|photo|img|picture|media|figure)[-_]?(?:credits?|caption|licen[sc]e)|"
    r"credits?|gallery(?:[-_]item|[-_]caption)?",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"comments?|comment[-_]?(?:list|body|content|area|text)|commentlist|disqus_thread", re.IGNORECASE)
_MOST_ANCESTORS = 200


@dataclass(frozen=True)
class Place:
    """Where an element stands.

    Attributes:
        region: `head`, `header`, `footer` or `body`.
        about: `image`, `comment` or `quotation` where it stands in such a part of the text, else None.
        xpath: The way to it.
    """

    region: str
    about: str | None
    xpath: str


def elements(tree: HTMLTree, selector: str) -> Sequence[ElementNode]:
    """Return the elements of a page that a CSS selector names, in the order in which they stand."""
    document = tree.document
    found = document.query_selector_all(selector) if document is not None else ()
    return found[:]  # resiliparse 2.0.1 finds each element of an unsliced list anew: quadratic


class Places:
    """Tells where elements of one page stand; siblings are counted once, however many of them are asked for."""

    def __init__(self) -> None:
        self._steps: dict[ElementNode, str] = {}

    def place_of(self, element: ElementNode) -> Place:
        """Return where an element stands in its page."""
        lineage = list(_lineage(element))
        about = next((part for node in lineage if (part := _part(node)) is not None), None)
        region = next((found for node in lineage if (found := _region(node)) is not None), "body")
        return Place(region, about, "/" + "/".join(self._step(node) for node in reversed(lineage)))

    def _step(self, node: ElementNode) -> str:
        """Return an element's step of an XPath: its tag, and which of that tag among its siblings."""
        parent = node.parent_element
        if parent is None:
            return f"{node.tag}[1]"
        if node not in self._steps:
            counts: Counter[str] = Counter()
            for sibling in parent.children[:]:
                tag = str(sibling.tag)
                counts[tag] += 1
                self._steps[sibling] = f"{tag}[{counts[tag]}]"
        return self._steps[node]


def _lineage(element: ElementNode) -> Iterator[ElementNode]:
    """Yield an element and what it stands in, from inside out."""
    node: ElementNode | None = element
    for _ in range(_MOST_ANCESTORS):
        if node is None:
            return
        yield node
        node = node.parent_element


def _region(node: ElementNode) -> str | None:
    tag = node.tag
    if tag == "head":
        return "head"
    if tag == "footer" or node.getattr("role") == "contentinfo":
        return "footer"
    if tag in ("header", "nav") or node.getattr("role") == "banner":
        return "header"
    if tag in ("html", "body"):
        return None
    return "footer" if any(_FOOTER.fullmatch(name) for name in _names(node)) else None


def _part(node: ElementNode) -> str | None:
    tag = node.tag
    if tag in ("figure", "figcaption"):
        return "image"
    if tag in ("blockquote", "q"):
        return "quotation"
    if tag in ("html", "body"):
        return None
    names = _names(node)
    if any(_CAPTION.fullmatch(name) for name in names):
        return "image"
    return "comment" if any(_COMMENT.fullmatch(name) for name in names) else None


def _names(node: ElementNode) -> list[str]:
    return [*(node.getattr("class") or "").split(), *(node.getattr("id") or "").split()]
