"""Lists of what is to be removed, as people write them: an id, an address or a host a line."""

import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import LoamError
from pipelines.removals.tombstones import Kind, Tombstone, lines_of

_ID = re.compile(r"[0-9a-f]{32}")
_ABRIDGED = re.compile(r"[0-9a-f]{4,32}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_HOST = re.compile(r"(?:\*?\.)?[^\s/:@?#]+\.[^\s/:@?#.]+\.?")
_EXPECTED = "expected an id of 32 hexadecimal digits, an address such as https://example.org/page, or a host"


def tombstone_of(value: str, kind: Kind | None = None, *, abridged: bool = False) -> Tombstone:
    """Return the tombstone for what somebody wrote.

    Args:
        value: An id, an address or a host.
        kind: Which of them; None where the value is to tell.
        abridged: Whether the beginning of an id will do.

    Raises:
        ValueError: It is none; the message says what was expected.
    """
    if kind in (None, "id") and (_ABRIDGED if abridged else _ID).fullmatch(value):
        return Tombstone("id", value)
    if kind in (None, "url") and _URL.fullmatch(value):
        return Tombstone("url", value)
    if kind in (None, "host") and _HOST.fullmatch(value):
        return Tombstone("host", value.removeprefix("*").strip(".").lower())
    raise ValueError(f"{value!r}: {_EXPECTED}")


def read_list(path: Path, error: type[LoamError]) -> list[Tombstone]:
    """Return what a list names.

    A line is an id, an address or a host, and after a tab the reason; or a tombstone as JSON. Empty lines and lines
    that begin with `#` say nothing.

    Args:
        path: The list, UTF-8.
        error: What is raised.

    Raises:
        LoamError: Of the class given: the file cannot be read, or a line is none of these.
    """
    try:
        lines = lines_of(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as problem:
        raise error(f"{path}: {problem}; give a list of ids, addresses and hosts, one a line") from None
    return list(_parsed(path, lines, error))


def _parsed(path: Path, lines: list[str], error: type[LoamError]) -> Iterator[Tombstone]:
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        try:
            yield _of_line(stripped)
        except ValueError as problem:
            raise error(f"{path}: line {number}: {problem}") from None


def _of_line(line: str) -> Tombstone:
    if line.startswith("{"):
        given = Tombstone.from_json(line)
        checked = tombstone_of(given.value, given.kind)
        return Tombstone(checked.kind, checked.value, given.text_sha256, given.derived_from, given.reason, given.date)
    value, _, reason = line.partition("\t")
    found = tombstone_of(value.strip())
    return Tombstone(found.kind, found.value, reason=reason.strip() or None)
