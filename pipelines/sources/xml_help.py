"""Help in XML: DocBook and Mallard, as a reader sees it, one paragraph a line, with what it says of its licence."""

import html.entities
import re
import xml.parsers.expat
from dataclasses import dataclass, field

_PARAGRAPHS = frozenset(
    {
        *(
            "para",
            "simpara",
            "p",
            "title",
            "subtitle",
            "term",
            "screen",
            "programlisting",
            "code",
            "item",
            "td",
            "entry",
        ),
        *("literallayout", "synopsis", "cmdsynopsis", "member", "refname", "refpurpose", "desc", "cite", "quote"),
        *("bridgehead", "caption", "attribution", "question", "answer", "seg", "releaseinfo", "abstract"),
    }
)
_VERBATIM = frozenset({"screen", "programlisting", "literallayout", "synopsis", "code"})
_BLOCK_CODE_PARENTS = frozenset({"section", "page", "item", "note", "list", "steps", "example", "listing", "screen"})
_LEFT_OUT = frozenset(
    {"indexterm", "remark", "comment", "graphic", "imageobject", "videoobject", "audioobject", "objectinfo"}
)
_ABOUT = frozenset(
    {"info", "articleinfo", "bookinfo", "refentryinfo", "chapterinfo", "sectioninfo", "setinfo", "prefaceinfo"}
)
_ROOTS = frozenset(
    {
        "article",
        "book",
        "chapter",
        "sect1",
        "section",
        "refentry",
        "page",
        "set",
        "preface",
        "appendix",
        "reference",
        "part",
        "glossary",
    }
)
_MAX_ENTITY_GROWTH = 50  # characters that a document may give for each of its own, through its entities
_FREE_CHARACTERS = 2**20


class XmlHelpError(ValueError):
    """The document cannot be read on: what is wrong, and where."""


@dataclass
class Help:
    """A page or a book of help.

    Attributes:
        is_help: Whether it is DocBook or Mallard at all.
        lang: The language it says it is in.
        title: Its title.
        text: Its text.
        license_links: Addresses of the licence it says it is under.
        license_text: The words of its legal notice.
        creators: Names, without addresses.
        includes: Other files that it takes in (XInclude), as it names them; they are not read.
    """

    is_help: bool = False
    lang: str | None = None
    title: str | None = None
    text: str = ""
    license_links: list[str] = field(default_factory=list)
    license_text: str = ""
    creators: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)


def read_help(content: bytes) -> Help:
    """Return what a reader sees of a document. Entities from other files are left out, and nothing is fetched.

    Raises:
        XmlHelpError: It is no well-formed XML, or its entities blow it up.
    """
    reader = _Reader(len(content))
    parser = xml.parsers.expat.ParserCreate()  # prefixes are often not declared, and names suffice
    parser.SetParamEntityParsing(xml.parsers.expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.UseForeignDTD(True)  # so that entities of a DTD that is not read are passed over, not errors
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.SkippedEntityHandler = reader.skipped
    parser.ExternalEntityRefHandler = lambda *_: 1
    try:
        parser.Parse(content, True)
    except (xml.parsers.expat.ExpatError, LookupError, ValueError) as error:
        raise XmlHelpError(f"{error}, byte {max(parser.CurrentByteIndex, 0)}") from None
    return reader.help()


class _Reader:
    """Gathers the text of a document's paragraphs."""

    def __init__(self, size: int) -> None:
        self._found = Help()
        self._allowed = _FREE_CHARACTERS + size * _MAX_ENTITY_GROWTH
        self._path: list[str] = []
        self._pieces: list[str] = []
        self._paragraphs: list[str] = []
        self._skip_depth = 0
        self._about_depth = 0
        self._license_depth = 0
        self._notice: list[str] = []
        self._person: list[str] | None = None

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = _local(qualified)
        if not self._path:
            self._found.is_help = name in _ROOTS
            self._found.lang = attributes.get("xml:lang") or attributes.get("lang")
        self._path.append(name)
        if name == "include" and attributes.get("href"):
            self._found.includes.append(attributes["href"])
        if self._skip_depth or name in _LEFT_OUT:
            self._skip_depth += 1
            return
        if name in _ABOUT:
            self._flush()
            self._about_depth += 1
        if self._license_depth or name in ("legalnotice", "license"):
            self._license_depth += 1
            self._link(attributes)
        if self._about_depth and name in ("author", "credit", "personname", "corpauthor", "othercredit"):
            self._person = [] if self._person is None else self._person
        if name in _PARAGRAPHS and not self._is_inline(name):
            self._flush()

    def _is_inline(self, name: str) -> bool:
        parent = self._path[-2] if len(self._path) > 1 else ""
        return (name == "code" and parent not in _BLOCK_CODE_PARENTS) or name in ("quote", "cite")

    def _link(self, attributes: dict[str, str]) -> None:
        link = attributes.get("href") or attributes.get("url") or attributes.get("xlink:href")
        if link and "://" in link and link not in self._found.license_links:
            self._found.license_links.append(link)

    def end(self, qualified: str) -> None:
        name = _local(qualified)
        if self._skip_depth:
            self._skip_depth -= 1
            self._path.pop()
            return
        if name in _PARAGRAPHS and not self._is_inline(name):
            self._flush(verbatim=name in _VERBATIM)
        if self._person is not None and name in (
            "name",
            "firstname",
            "surname",
            "othername",
            "corpauthor",
            "personname",
        ):
            self._flush()
        if name in ("author", "credit", "othercredit", "corpauthor") and self._person is not None:
            self._flush()
            creator = " ".join(self._person)
            if creator and "@" not in creator and creator not in self._found.creators:
                self._found.creators.append(creator)
            self._person = None
        if self._license_depth:
            self._flush()
            self._license_depth -= 1
        if name in _ABOUT:
            self._flush()
            self._about_depth -= 1
        self._path.pop()

    def characters(self, data: str) -> None:
        if not self._skip_depth:
            self._allowed -= len(data)
            if self._allowed < 0:
                raise ValueError("its entities give more text than can be meant")
            self._pieces.append(data)

    def skipped(self, name: str, _is_parameter: int = 0) -> None:
        """Take an entity in that the DTD would have declared: those of HTML are the same in DocBook."""
        self.characters(html.entities.html5.get(f"{name};", " "))

    def _flush(self, *, verbatim: bool = False) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        text = text.strip("\n").rstrip() if verbatim else " ".join(text.split())
        if not text.strip():
            return
        name = self._path[-1] if self._path else ""
        if self._license_depth:
            self._notice.append(text)
        elif self._person is not None:
            if name in ("name", "firstname", "surname", "othername", "corpauthor", "personname"):
                self._person.append(text)
        elif self._about_depth:
            if name == "title" and self._found.title is None:
                self._take_title(text)
        elif name == "title" and self._found.title is None and self._path[:-1] and self._path[-2] in _ROOTS:
            self._take_title(text)
        else:
            self._paragraphs.append(text)

    def _take_title(self, text: str) -> None:
        self._found.title = text
        self._paragraphs.append(text)

    def help(self) -> Help:
        """Return what was found."""
        self._found.text = re.sub(r"\n{3,}", "\n\n", "\n\n".join(self._paragraphs)).strip()
        self._found.license_text = " ".join(self._notice)
        return self._found


def _local(qualified: str) -> str:
    return qualified.rpartition(":")[2]
