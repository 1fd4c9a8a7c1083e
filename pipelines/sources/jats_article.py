"""What a reader sees of an article in JATS (ANSI/NISO Z39.96): its text, one paragraph a line, and who made it.

References, tables, formulas on lines of their own and supplements are left out; captions stay. A sub-article, such as a
translation of the whole or a letter to it, is a text of its own.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCKS = frozenset({"title", "subtitle", "article-title", "p", "term", "verse-line", "speaker", "attrib", "subject"})
_VERBATIM = frozenset({"code", "preformat"})
_LEFT_OUT = frozenset(
    {
        *("ref-list", "table", "disp-formula", "disp-formula-group", "tex-math", "object-id", "label", "graphic"),
        *("supplementary-material", "media", "alternatives", "annotation", "table-wrap-foot", "permissions"),
        *("alt-text", "long-desc", "index-term", "sec-meta", "kwd-group"),
    }
)
_PARTS = frozenset({"sub-article", "response"})
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ASIDES = frozenset({"fn", "fig", "table-wrap", "boxed-text", "fig-group", "table-wrap-group"})
_TEXTS = ("body", "back")
_DATE_KINDS = ("epub", "pub", "ppub", "collection")
_SPACE = re.compile(r"\s+")
_NAMESPACE = re.compile(r"\{https?://(?:jats|dtd)\.nlm\.nih\.gov/[^}]*\}")


@dataclass(frozen=True)
class Article:
    """An article, or a sub-article.

    Attributes:
        part: The sub-article's own id, or its place among its siblings; None for the article itself.
        kind: Such as `research-article` or `translation`.
        lang: The language it says it is in.
        title: Its title.
        text: Title, abstract, body and back matter.
        ids: By kind of identifier (`doi`, `pmc`, `pmid`).
        creators: Its authors' names.
        notices: Its copyright statement; one made of year and holder where it has none.
        published: ISO 8601 date, as exact as stated.
    """

    part: str | None
    kind: str | None
    lang: str | None
    title: str | None
    text: str
    ids: dict[str, str]
    creators: tuple[str, ...]
    notices: tuple[str, ...]
    published: str | None


def article_elements(root: ET.Element) -> list[ET.Element]:
    """Return the elements `article`: the root itself, or those in what holds some (`articles`, `pmc-articleset`).

    The namespace that JATS has on some servers (OAI-PMH) is taken off.
    """
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _NAMESPACE.sub("", element.tag)
    return [root] if root.tag == "article" else list(root.iter("article"))


def articles(element: ET.Element) -> Iterator[Article]:
    """Yield an article and its sub-articles.

    Args:
        element: The element `article`.
    """
    yield _article(element, None, None)
    parts = [part for part in element.iter() if part.tag in _PARTS]
    for number, part in enumerate(parts, 1):
        yield _article(part, part.get("id") or f"{part.tag}-{number}", element)


def _article(element: ET.Element, part: str | None, parent: ET.Element | None) -> Article:
    meta = _about(element)
    whole = meta if parent is None else _about(parent)  # what a sub-article does not say of itself
    title = meta.find("title-group/article-title")
    return Article(
        part=part,
        kind=element.get("article-type") or element.get("response-type"),
        lang=element.get(_LANG) or (None if parent is None else parent.get(_LANG)),
        title=None if title is None else _words(title) or None,
        text="\n".join(_paragraphs(element, meta)),
        ids={str(id_.get("pub-id-type")): _words(id_) for id_ in whole.findall("article-id") if _words(id_)},
        creators=_authors(meta) or _authors(whole),
        notices=_notices(meta) or _notices(whole),
        published=_published(meta) or _published(whole),
    )


def _about(element: ET.Element) -> ET.Element:
    """Return what stands in front of an article or sub-article about it; an empty element where nothing does."""
    found = element.find("front/article-meta")
    found = element.find("front-stub") if found is None else found
    return ET.Element("article-meta") if found is None else found


def _paragraphs(element: ET.Element, meta: ET.Element) -> Iterator[str]:
    """Yield the paragraphs of an article, without those of its sub-articles."""
    for found in (*meta.findall("title-group/article-title"), *meta.findall("abstract")):
        yield from _blocks(found)
    for name in _TEXTS:
        for section in element.findall(name):
            yield from _blocks(section)


def _blocks(element: ET.Element) -> Iterator[str]:
    """Yield the paragraphs in an element.

    A list inside a paragraph parts it; notes and figures inside one follow it.
    """
    if element.tag in _LEFT_OUT or not isinstance(element.tag, str):
        return
    if element.tag in _VERBATIM:
        text = "".join(element.itertext()).strip("\n")
        if text.strip():
            yield text
        return
    pieces, aside = [element.text or ""], list[ET.Element]()
    for child in element:
        if child.tag in _ASIDES and element.tag in _BLOCKS:
            aside.append(child)
        elif child.tag in _VERBATIM or any(inner.tag in _BLOCKS for inner in child.iter()):
            yield from _line(pieces)
            yield from _blocks(child)
            pieces = []
        else:
            pieces.append(_inline(child))
        pieces.append(child.tail or "")
    yield from _line(pieces)
    for child in aside:
        yield from _blocks(child)


def _inline(element: ET.Element) -> str:
    """Return the words of an element inside a line; of a formula those of its first form that has some."""
    if not isinstance(element.tag, str) or element.tag in _LEFT_OUT - {"alternatives"}:
        return ""
    if element.tag == "alternatives":
        return next((words for child in element if (words := _inline(child)).strip()), "")
    begin = " " if element.tag == "break" else ""
    return begin + (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)


def _line(pieces: list[str]) -> Iterator[str]:
    line = _SPACE.sub(" ", "".join(pieces)).strip()
    if line:
        yield line


def _words(element: ET.Element) -> str:
    return _SPACE.sub(" ", _inline(element)).strip()


def _notices(meta: ET.Element) -> tuple[str, ...]:
    """Return the copyright statements; articles before JATS (NLM 1.0 and 2.0) have no `permissions` around them."""
    found = {
        name: tuple(filter(None, map(_words, (*meta.findall(name), *meta.findall(f"permissions/{name}")))))
        for name in ("copyright-statement", "copyright-year", "copyright-holder")
    }
    statements, years, holders = found.values()
    if statements or not holders:
        return statements
    return (" ".join(filter(None, ("\u00a9", ", ".join(years), ", ".join(holders)))),)


def _authors(meta: ET.Element) -> tuple[str, ...]:
    found = []
    for contributor in meta.iterfind("contrib-group/contrib"):
        if contributor.get("contrib-type", "author") != "author":
            continue
        name = contributor.find(".//name")
        if name is not None:
            given, surname = (" ".join(map(_words, name.findall(part))) for part in ("given-names", "surname"))
            found.append(f"{given} {surname}".strip())
        else:
            found += [_words(other) for other in contributor.iterfind(".//collab")]
            found += [_words(other) for other in contributor.iterfind(".//string-name")]
    return tuple(dict.fromkeys(filter(None, found)))


def _published(meta: ET.Element) -> str | None:
    dates = {date.get("pub-type") or date.get("date-type") or "pub": date for date in meta.findall("pub-date")}
    date = next((dates[kind] for kind in _DATE_KINDS if kind in dates), next(iter(dates.values()), None))
    if date is None:
        return None
    parts = [(date.findtext(name) or "").strip() for name in ("year", "month", "day")]
    stated = []
    for part in parts:
        if not part.isdigit():
            break
        stated.append(part.zfill(2))
    return "-".join(stated) or None
