"""Cases: dumps of wikis and of Stack Exchange read to rows, and by the parsers that read them, alone."""

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import mwparserfromhell
from resiliparse.extract.html2text import extract_plain_text

from benchmarks.documents import Material, texts_of
from pipelines.sources import stackexchange, wikipedia
from pipelines.sources.record import InputFile, Part, Reader

_WIKI_BYTES = 4 * 10**6  # the parser of wikitext does a megabyte a second
_POSTS_BYTES = 16 * 10**6
_CHUNK = 2**20
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def wikitext_parser_alone(material: Material) -> Callable[[], int]:
    """Prepare expat and mwparserfromhell, with its own way to plain text."""
    path = _wiki_dump(material)

    def work() -> int:
        for text in _elements(path, "text"):
            mwparserfromhell.parse(text, skip_style_tags=True).strip_code()
        return path.stat().st_size

    return work


def read_wiki(material: Material) -> Callable[[], int]:
    """Prepare the reader of dumps of wikis."""
    return _reading(wikipedia.READER, _wiki_dump(material))


def posts_parser_alone(material: Material) -> Callable[[], int]:
    """Prepare expat, and Resiliparse on the body of each post."""
    path = _posts(material)

    def work() -> int:
        for body in _bodies(path):
            extract_plain_text(body, preserve_formatting=True, links=False, alt_texts=False, form_fields=False)
        return path.stat().st_size

    return work


def read_posts(material: Material) -> Callable[[], int]:
    """Prepare the reader of posts of Stack Exchange."""
    return _reading(stackexchange.READER, _posts(material))


def _reading(reader: Reader, path: Path) -> Callable[[], int]:
    size = path.stat().st_size
    part = Part(InputFile(str(path), path.name, size))
    options = {name: option.default for name, option in reader.options.items()}

    def work() -> int:
        if sum(batch.records.num_rows for batch in reader.read(part, {}, options)) == 0:
            raise ValueError("the reader found no document")
        return size

    return work


def _elements(path: Path, name: str) -> Iterator[str]:
    """Yield the text of every element of a name."""
    ready: list[str] = []
    parts: list[str] | None = None

    def start(element: str, _attributes: dict[str, str]) -> None:
        nonlocal parts
        parts = [] if element == name else parts

    def characters(data: str) -> None:
        if parts is not None:
            parts.append(data)

    def end(element: str) -> None:
        nonlocal parts
        if element == name and parts is not None:
            ready.append("".join(parts))
            parts = None

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, characters, end
    yield from _parsed(parser, path, ready)


def _bodies(path: Path) -> Iterator[str]:
    ready: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "row":
            ready.append(attributes["Body"])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    yield from _parsed(parser, path, ready)


def _parsed(parser: expat.XMLParserType, path: Path, ready: list[str]) -> Iterator[str]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            yield from ready
            ready.clear()


def _wiki_dump(material: Material) -> Path:
    """Return a dump of articles made of the documents: headings, links, templates and notes among their lines."""
    path = material.folder / "enwiki-20260101-pages-articles.xml"
    with path.open("w", encoding="utf-8") as dump:
        dump.write(
            '<mediawiki xml:lang="en"><siteinfo><base>https://en.wikipedia.org/wiki/Main_Page</base></siteinfo>\n'
        )
        for number, text in enumerate(_texts(material, _WIKI_BYTES)):
            dump.write(
                f"<page><title>Article {number}</title><ns>0</ns><id>{number + 1}</id><revision><id>{number + 1}</id>"
                f"<timestamp>2026-01-01T00:00:00Z</timestamp><model>wikitext</model>"
                f'<text bytes="1">{escape(_wikitext(text), quote=False)}</text></revision></page>\n'
            )
        dump.write("</mediawiki>\n")
    return path


def _wikitext(text: str) -> str:
    """Return a text as wikitext."""
    lines = ["{{Infobox thing|name=A name|size=12}}"]
    for number, line in enumerate(filter(None, text.splitlines())):
        first, _, rest = line.replace("{", "(").replace("[", "(").replace("<", "(").partition(" ")
        if number % 8 == 0:
            lines.append(f"\n== {first} ==")
        link = f"[[{first}|{first}s]]" if first else ""
        note = "<ref>{{cite web|url=https://example.org|title=A source}}</ref>" if number % 3 == 0 else ""
        lines.append(f"'''{link}''' {rest}{note}\n")
    return "\n".join([*lines, "[[Category:Things]]"])


def _posts(material: Material) -> Path:
    """Return posts made of the documents: a question and two answers of each three."""
    path = material.folder / "beer.stackexchange.com-Posts.xml"
    with path.open("w", encoding="utf-8") as dump:
        dump.write('<?xml version="1.0" encoding="utf-8"?>\n<posts>\n')
        for number, text in enumerate(_texts(material, _POSTS_BYTES), 1):
            question = number - (number - 1) % 3
            kind = (
                'PostTypeId="1" Title="A question"' if question == number else f'PostTypeId="2" ParentId="{question}"'
            )
            body = "".join(f"<p>{escape(line)} <code>x</code></p>\n" for line in text.splitlines() if line)
            dump.write(
                f'  <row Id="{number}" {kind} CreationDate="2020-01-01T00:00:00.000" Score="{number % 7}" '
                f'OwnerUserId="{number % 99}" ContentLicense="CC BY-SA 4.0" Body={quoteattr(body)} />\n'
            )
        dump.write("</posts>\n")
    return path


def _texts(material: Material, most_bytes: int) -> Iterator[str]:
    """Yield documents up to a number of bytes, without the characters that XML knows not."""
    left = most_bytes
    for text in texts_of(material):
        yield _NOT_XML.sub(" ", text)
        left -= len(text.encode())
        if left <= 0:
            return
