"""Pages of a MediaWiki XML export, read as a stream: siteinfo first, then page by page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

from pipelines.sources.xml_records import RefusedError, XmlFault, XmlRecords

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


Event: TypeAlias = "Site | Page | XmlFault"


def pages(stream: Iterable[bytes]) -> Iterator[Event]:
    """Yield the site, then each page of an export, and each fault in it.

    Args:
        stream: The decompressed bytes of the export.
    """
    export = Export()
    for chunk in stream:
        yield from export.take(chunk)
    yield from export.finish()


class Export:
    """Reads an export, or a part of one that begins anywhere.

    Args:
        site: Of a part: what the beginning of the export says; the first page that begins in the part is looked for.
    """

    def __init__(self, site: Site | None = None) -> None:
        self._parser = _Handlers(site)
        self._records = XmlRecords("mediawiki", "page", self._parser.attach, midway=site is not None)
        self._parser.place = lambda: self._records.tag_position

    def take(self, chunk: bytes) -> Iterator[Event]:
        """Read the next bytes."""
        yield from self._events(self._records.take(chunk))

    def end_of_part(self) -> None:
        """Let only pages count that begin in what was read so far."""
        self._parser.end = self._records.position

    def is_done(self) -> bool:
        """Tell whether a page was met that does not count."""
        return self._parser.done

    def skip(self) -> None:
        """Go on with the next page, as bytes are missing here."""
        self._records.skip()

    def finish(self) -> Iterator[Event]:
        """End the export, where the file ends."""
        yield from self._events(self._records.finish())

    def _events(self, faults: Iterable[XmlFault | None]) -> Iterator[Event]:
        for fault in faults:
            yield from self._parser.take()
            if fault is not None and not self._parser.done:
                yield fault


class _Handlers:
    """Gathers the few elements a reader needs."""

    def __init__(self, site: Site | None) -> None:
        self.place: Callable[[], int] = int
        self.end: int | None = None  # pages that begin from here on in the stream do not count …
        self.done = False  # … and there was one
        self._ready: list[Event] = []
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._size = 0
        self._language: str | None = None
        self._site: dict[str, str] = {}
        self._namespaces: dict[int, str] = dict(site.namespaces) if site else {}
        self._namespace_key: int | None = None
        self._site_given = site is not None
        self._page: dict[str, str] = {}

    def attach(self, parser: expat.XMLParserType, inside_root: bool) -> None:
        """Set the handlers of a new parser."""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._path = ["mediawiki"] if inside_root else []
        self._text = None

    def take(self) -> list[Event]:
        """Return what became complete since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) == 1:
            if name != "mediawiki":
                raise RefusedError("damaged_xml", f"the root element is <{name}>; expected <mediawiki>")
            self._language = attributes.get("xml:lang")
        elif name == "page":
            self._give_site()
            self._page = {}
            self.done = self.done or (self.end is not None and self.place() >= self.end)
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
                raise RefusedError("too_large", f"a <{self._path[-1]}> of more than {MAX_PAGE_BYTES:,} characters")
            self._text.append(data)

    def _end(self, name: str) -> None:
        if self._text is not None and self._wanted(name):
            self._put(name, "".join(self._text))
            self._text = None
        self._path.pop()
        if name == "page":
            if not self.done:
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
