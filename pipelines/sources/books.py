"""Books in plain text, a file each: those of Project Gutenberg without its header and trailer."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.sources.decompressed import Gap, pieces
from pipelines.sources.gutenberg import PUBLIC_DOMAIN, Book, declared_encoding, read_book
from pipelines.sources.options import Options
from pipelines.sources.plain_text import decoded_text
from pipelines.sources.record import (
    MAX_RAW_BYTES,
    MAX_TEXT_BYTES,
    BadRecord,
    Batch,
    Part,
    Reader,
    evidence,
    json_text,
    meta_of,
    nothing_before,
    records_of,
    unreadable,
    whole_file,
)

_BETWEEN_STRETCHES = b"\n\n"
_CHARACTER_REST = re.compile(rb"[\x80-\xbf]{1,3}")
_CHARACTER_BEGUN = re.compile(rb"(?:[\xc0-\xff]|[\xe0-\xff][\x80-\xbf]|[\xf0-\xff][\x80-\xbf]{2})\Z")


def read(part: Part, _columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield the book of a file; one that is damaged without the stretches that cannot be read, which `meta` counts."""
    stretches = [bytearray()]
    gaps: list[BadRecord] = []
    size = 0
    for piece in pieces(part.file):
        if isinstance(piece, Gap):
            detail = f"{piece.detail}; the book is read without what stood here"
            gaps.append(BadRecord(None, piece.reason, detail, bytes(stretches[-1][-MAX_RAW_BYTES:]), size))
            stretches.append(bytearray())
            continue
        size += len(piece)
        if size > MAX_TEXT_BYTES:
            yield _bad("too_large", f"more than {MAX_TEXT_BYTES:,} bytes", stretches[0], MAX_TEXT_BYTES)
            return
        stretches[-1] += piece
    yield Batch(records_of([]), gaps)
    content = _BETWEEN_STRETCHES.join(_whole_characters(stretches))
    if not content.strip():
        if not gaps:
            yield unreadable("empty_file", f"{size} bytes of text")
        return
    text = decoded_text(content, declared_encoding(content[:20_000]) or "cp1252")
    if "\0" in text:
        yield _bad("binary", "a zero byte, which plain text has not", content, content.find(b"\0"))
        return
    book = read_book(text)
    if not book.text.strip():
        yield _bad("empty_text", "nothing between header and trailer", content, 0)
        return
    yield Batch(records_of([_record(book, part.file.relative, len(gaps))]))


def _whole_characters(stretches: list[bytearray]) -> Iterator[bytes]:
    """Yield stretches of a text without the parts of UTF-8 characters at their inner ends."""
    for number, stretch in enumerate(stretches):
        begin = _CHARACTER_REST.match(stretch) if number else None
        end = _CHARACTER_BEGUN.search(stretch) if number < len(stretches) - 1 else None
        yield bytes(stretch[begin.end() if begin else 0 : end.start() if end else None])


def _bad(reason: str, detail: str, content: bytes | bytearray, offset: int) -> Batch:
    return Batch(records_of([]), (BadRecord(1, reason, detail, bytes(content[:MAX_RAW_BYTES]), offset),))


def _record(book: Book, relative: str, gaps: int) -> dict[str, Any]:
    url = f"https://www.gutenberg.org/ebooks/{book.number}" if book.number else None
    meta: dict[str, Any] = {**book.details, "gutenberg": book.number, "gaps": gaps or None}
    if book.rights == PUBLIC_DOMAIN:
        meta["pd_basis"] = "US"
    changes = ["header and trailer of Project Gutenberg left out"] if book.rights or book.number else []
    attribution = {
        "title": book.title,
        "creators": [book.author] if book.author else [],
        "source_url": url,
        "changes": changes,
    }
    return {
        "row": 1,
        "key": f"gutenberg:{book.number}" if book.number else relative,
        "text": book.text,
        "lang": book.language,
        "url": url,
        "title": book.title,
        "license_declared": book.rights,
        "license_evidence": book.rights
        and evidence("E2", "gutenberg_header", book.rights, f"{relative}:{book.rights_line}"),
        "attribution": json_text(attribution),
        "meta": meta_of(meta, None),
    }


READER = Reader(whole_file, read, nothing_before, has_columns=False)
