"""What a web page holds: its main text without the boilerplate around it, and what its head says of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import ElementNode, HTMLTree

from pipelines.errors import RecipeError

if TYPE_CHECKING:
    from types import ModuleType


@dataclass(frozen=True)
class PageFacts:
    """What a page says of itself.

    Attributes:
        title: Of the document; None where it has none.
        canonical: The address under which it wants to be known, as found.
        language: The label of its root element, as found.
        links: How many links it has.
    """

    title: str | None
    canonical: str | None
    language: str | None
    links: int


def facts_of(tree: HTMLTree, links: Sequence[ElementNode] | None = None) -> PageFacts:
    """Return what a page says of itself.

    Args:
        tree: The page.
        links: Elements `link` of the page, those that name its address among them, where they are found already.
    """
    document = tree.document
    if document is None:
        return PageFacts(None, None, None, 0)
    if links is None:
        canonical = document.query_selector('link[rel~="canonical"][href]')
    else:
        canonical = next((link for link in links if _is_canonical(link)), None)
    root = document.document_element
    title = " ".join((tree.title or "").split())
    return PageFacts(
        title or None,
        (canonical.getattr("href") or "").strip() or None if canonical is not None else None,
        (root.getattr("lang") or root.getattr("xml:lang") or "").strip() or None if root is not None else None,
        len(document.get_elements_by_tag_name("a")),
    )


def _is_canonical(link: ElementNode) -> bool:
    return link.hasattr("href") and "canonical" in (link.getattr("rel") or "").split()


def main_text(tree: HTMLTree) -> str:
    """Return the main content of a page as Resiliparse sees it.

    Of the library's settings these give the best token F1 on pages whose main text is known.
    """
    return extract_plain_text(tree, main_content=True, alt_texts=False, comments=False, post_meta=False)


def _resiliparse(tree: HTMLTree, _html: str, _url: str | None) -> str:
    return main_text(tree)


def _all_text(tree: HTMLTree, _html: str, _url: str | None) -> str:
    return extract_plain_text(tree, main_content=False)


def _trafilatura(_tree: HTMLTree, html: str, url: str | None) -> str:
    found: str | None = _library().extract(html, url=url, include_comments=False, favor_recall=True)
    return found or ""


EXTRACTORS: Mapping[str, Callable[[HTMLTree, str, str | None], str]] = {
    "resiliparse": _resiliparse,
    "trafilatura": _trafilatura,
    "all_text": _all_text,
}


def _library() -> "ModuleType":
    try:
        import trafilatura  # noqa: PLC0415 -- of an extra
    except ModuleNotFoundError:
        message = "extractor trafilatura is not installed; install the extra `web` (pip install 'loam-curation[web]')"
        raise RecipeError(message) from None
    return trafilatura
