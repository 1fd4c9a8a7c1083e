"""Catalogues of translated messages (GNU gettext): the translations of a `.po` or `.mo` file, one message a line."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MO_LITTLE, _MO_BIG = b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"
_MOST_MESSAGES = 1_000_000
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "", "a": "", "b": "", "f": "", "v": ""}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[\d+\])?\s*")
_CHARSET = re.compile(rb"charset=([A-Za-z0-9._-]+)")
_HEADER = re.compile(r"^([A-Za-z-]+):\s*(.*)$", re.MULTILINE)


class CatalogueError(ValueError):
    """The file is no catalogue, or damaged."""


@dataclass(frozen=True)
class Catalogue:
    """A catalogue.

    Attributes:
        lang: The language its header names.
        text: Its translations, each message with its line feeds as spaces; untranslated and doubtful ones left out.
        messages: How many there are.
    """

    lang: str | None
    text: str
    messages: int


def read_catalogue(content: bytes) -> Catalogue:
    """Return the translations of a catalogue, source or compiled.

    Raises:
        CatalogueError: It is damaged, or not in the encoding that it names.
    """
    try:
        compiled = content.startswith((_MO_LITTLE, _MO_BIG))
        pairs = list(_compiled(content) if compiled else _source(_decoded(content)))
    except (struct.error, IndexError, UnicodeDecodeError, LookupError) as error:
        raise CatalogueError(f"{type(error).__name__}: {error}") from None
    header = dict(_HEADER.findall(next((text for key, text in pairs if key == ""), "")))
    said = [" ".join(text.split()) for key, text in pairs if key and text.strip()]
    distinct = list(dict.fromkeys(said))  # singular and plural are often the same
    return Catalogue(header.get("Language") or None, "\n".join(distinct), len(distinct))


def _decoded(content: bytes) -> str:
    found = _CHARSET.search(content[:4096])
    name = found[1].decode("ascii") if found and found[1] != b"CHARSET" else "utf-8"
    return content.decode("utf-8-sig" if name.lower() in ("utf-8", "utf8") else name)


def _compiled(content: bytes) -> Iterator[tuple[str, str]]:
    order = "<" if content.startswith(_MO_LITTLE) else ">"
    _, count, originals, translations = struct.unpack_from(f"{order}4I", content, 4)
    if count > _MOST_MESSAGES:
        raise CatalogueError(f"{count:,} messages")
    keys = [_string(content, order, originals + 8 * number) for number in range(count)]
    texts = [_string(content, order, translations + 8 * number) for number in range(count)]
    header = next((text for key, text in zip(keys, texts, strict=True) if not key), b"")
    found = _CHARSET.search(header)
    name = found[1].decode("ascii") if found else "utf-8"
    for key, text in zip(keys, texts, strict=True):
        for form in text.split(b"\0"):
            yield key.decode(name), form.decode(name)


def _string(content: bytes, order: str, place: int) -> bytes:
    size, start = struct.unpack_from(f"{order}2I", content, place)
    if start + size > len(content):
        raise CatalogueError(f"a message reaches beyond the end, byte {place}")
    return content[start : start + size]


def _source(text: str) -> Iterator[tuple[str, str]]:
    """Yield (message, translation) of entries that are neither doubtful nor given up."""
    for entry in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [line.strip() for line in entry.splitlines()]
        doubtful = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        if doubtful and "Content-Type" not in entry:  # a header that nobody has filled in is marked so too
            continue
        yield from _entry([line for line in lines if line and not line.startswith("#")])


def _entry(lines: list[str]) -> Iterator[tuple[str, str]]:
    keyword, key = "", ""
    forms: list[str] = []
    for line in lines:
        match = _KEYWORD.match(line)
        if match:
            keyword = match[1]
            forms += [""] if keyword == "msgstr" else []
        said = "".join(_unescaped(quoted) for quoted in _QUOTED.findall(line[match.end() if match else 0 :]))
        if keyword == "msgid":
            key += said
        elif keyword == "msgstr":
            forms[-1] += said
    yield from ((key, form) for form in forms)


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), quoted)
