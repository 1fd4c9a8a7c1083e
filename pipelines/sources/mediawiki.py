"""Pages of a MediaWiki XML export, read as a stream: siteinfo first, then page by page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

MAX_PAGE_BYTES = 64 * 2**20  # MediaWiki's own limit for one revision is 2 MiB

_PAGE_FIELDS = frozenset({"title", "ns", "id"})
_REVISION_FIELDS = frozenset({"timestamp", "model", "text"})
_SITE_FIELDS = frozenset({"base", "generator", "dbname"})


@dataclass(frozen=True)
class Site:
    """What the export says of its wiki.

    Attributes:
        language: `xml:lang` of the export, a BCP 47 tag.
        base: URL of the main page.
        generator: Software that wrote the export, such as `MediaWiki 1.41.0-wmf.3`.
        namespaces: Local names of the namespaces, by number.
    """

    language: str | None = None
    base: str | None = None
    generator: str | None = None
    dbname: str | None = None
    namespaces: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page and its last revision in the export."""

    id: str | None
    title: str | None
    namespace: int
    redirect: bool
    timestamp: str | None
    model: str | None
    text: str | None


class ExportError(Exception):
    """Raised after the last sound page of an export that is damaged or no export."""


Event: TypeAlias = "Site | Page"


def pages(stream: Iterable[bytes]) -> Iterator[Event]:
    """Yield the site, then each page of an export.

    Entities other than XML's own five are never expanded: an export has no document type declaration, and one that
    has is refused.

    Args:
        stream: The decompressed bytes of the export.

    Raises:
        ExportError: The stream is no well-formed export; all pages before the fault have been yielded.
    """
    parser = _Parser()
    for chunk in stream:
        try:
            parser.feed(chunk)
        except (expat.ExpatError, ExportError) as error:
            yield from parser.take()
            raise ExportError(str(error)) from None
        yield from parser.take()
    try:
        parser.close()
    except expat.ExpatError as error:
        yield from parser.take()
        raise ExportError(str(error)) from None
    yield from parser.take()


class _Parser:
    """An expat parser that gathers the few elements a reader needs."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._ready: list[Event] = []
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._size = 0
        self._language: str | None = None
        self._site: dict[str, str] = {}
        self._namespaces: dict[int, str] = {}
        self._namespace_key: int | None = None
        self._site_given = False
        self._page: dict[str, str] = {}

    def feed(self, chunk: bytes) -> None:
        self._expat.Parse(chunk, False)

    def close(self) -> None:
        self._expat.Parse(b"", True)

    def take(self) -> list[Event]:
        """Return what became complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _refuse_doctype(self, *_: object) -> None:
        raise ExportError("a document type declaration, which an export never has")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) == 1:
            if name != "mediawiki":
                raise ExportError(f"the root element is <{name}>; expected <mediawiki>")
            self._language = attributes.get("xml:lang")
        elif name == "page":
            self._give_site()
            self._page = {}
        elif name == "redirect":
            self._page["redirect"] = attributes.get("title", "")
        elif name == "namespace":
            self._namespace_key = _number(attributes.get("key"))
        if self._wanted(name):
            self._text, self._size = [], 0

    def _wanted(self, name: str) -> bool:
        parent = self._path[-2] if len(self._path) > 1 else None
        return (
            (parent == "page" and name in _PAGE_FIELDS)
            or (parent == "revision" and name in _REVISION_FIELDS)
            or (parent == "siteinfo" and name in _SITE_FIELDS)
            or (parent == "namespaces" and name == "namespace")
        )

    def _characters(self, data: str) -> None:
        if self._text is not None:
            self._size += len(data)
            if self._size > MAX_PAGE_BYTES:
                raise ExportError(f"a <{self._path[-1]}> of more than {MAX_PAGE_BYTES:,} characters")
            self._text.append(data)

    def _end(self, name: str) -> None:
        if self._text is not None and self._wanted(name):
            self._put(name, "".join(self._text))
            self._text = None
        self._path.pop()
        if name == "page":
            self._ready.append(self._finished_page())
        elif name == "mediawiki":
            self._give_site()

    def _put(self, name: str, value: str) -> None:
        match self._path[-2]:
            case "siteinfo":
                self._site[name] = value
            case "namespaces":
                if self._namespace_key is not None:
                    self._namespaces[self._namespace_key] = value
            case _:
                self._page[name] = value  # of several revisions, the last one stays

    def _give_site(self) -> None:
        if not self._site_given:
            self._site_given = True
            site = self._site
            self._ready.append(
                Site(self._language, site.get("base"), site.get("generator"), site.get("dbname"), self._namespaces)
            )

    def _finished_page(self) -> Page:
        page = self._page
        title = page.get("title")
        namespace = _number(page.get("ns"))
        return Page(
            id=page.get("id"),
            title=title,
            namespace=self._namespace_of(title or "") if namespace is None else namespace,
            redirect="redirect" in page,
            timestamp=page.get("timestamp"),
            model=page.get("model"),
            text=page.get("text"),
        )

    def _namespace_of(self, title: str) -> int:
        """Return the namespace that a title's prefix names; exports before 2010 have no <ns>."""
        prefix, colon, _ = title.partition(":")
        if not colon:
            return 0
        return next((number for number, name in self._namespaces.items() if name and name == prefix), 0)


def _number(value: str | None) -> int | None:
    try:
        return int(value or "")
    except ValueError:
        return None
