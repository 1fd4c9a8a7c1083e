"""Block lists of domains and addresses, by category."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from signals.kernels import PADDING
from signals.kernels.hash_tables import slots_for
from signals.kernels.urls import add_lines, add_strings
from signals.toxicity.hosts import ascii_host

REDPAJAMA_DOMAINS = "domain_to_category_id.json"
REDPAJAMA_SETS = "category_index.json"
REDPAJAMA_CATEGORIES = (
    *("adult", "agressif", "agressive", "arjel", "chat", "dating", "ddos"),
    *("filehosting", "gambling", "mixed_adult", "phishing", "porn", "violence"),
)

NO_CATEGORY = ""
_MAX_SETS = 1 << 16
_FOREIGN_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")


class UrlTables(NamedTuple):
    """Hash tables of entries, of the sets of categories they are in, and of hosts with longer entries."""

    keys: npt.NDArray[np.uint64]
    values: npt.NDArray[np.uint16]
    prefix_hosts: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class UrlLists:
    """All lists of a resource.

    Attributes:
        tables: See `look_up_urls`.
        sets: The categories of each set, sorted, by its number; number 0 is of no entry.
    """

    tables: UrlTables
    sets: Sequence[tuple[str, ...]]


class DomainIds(NamedTuple):
    """A hash table of domains, and RedPajama-V2's id of each, plus one; see `look_up_strings`."""

    keys: npt.NDArray[np.uint64]
    ids: npt.NDArray[np.int32]


@lru_cache(maxsize=16)
def url_lists(path: Path, _stamp: str) -> UrlLists:
    """Return the lists of a file, or of a folder in UT1's layout or RedPajama-V2's.

    Args:
        path: A file of one domain or address a line; or a folder that holds, itself or in `blacklists/`,
            `<category>/domains` and `<category>/urls`; or one with `domain_to_category_id.json` and
            `category_index.json`.
        _stamp: What `stamp(path)` returned.

    Raises:
        ValueError: A folder holds no list.
    """
    contents = [(category, _with_ascii_hosts(content)) for category, content in _contents(path)]
    tables, sets = _tables(path, contents, verbatim=False)
    return UrlLists(tables, sets)


@lru_cache(maxsize=4)
def redpajama_ids(path: Path, _stamp: str) -> DomainIds:
    """Return the id that RedPajama-V2 has for each domain, compared as it stands; see `url_lists`.

    The id is the place of a domain's categories among all sets of its 13, the small ones first (RedPajama-Data at
    6d2cee9, app/src/artifacts/update_resources.py).
    """
    if (path / REDPAJAMA_DOMAINS).is_file():
        ids = orjson.loads((path / REDPAJAMA_DOMAINS).read_bytes())
        domains = [domain.encode() for domain in ids]
        slots = slots_for(len(domains))
        table = DomainIds(np.zeros(slots, np.uint64), np.zeros(slots, np.int32))
        data = np.frombuffer(b"".join(domains) + bytes(PADDING), np.uint8).copy()
        offsets = np.cumsum([0, *map(len, domains)], dtype=np.int64)
        add_strings(data, offsets, np.array(list(ids.values()), np.int32) + 1, *table)
        return table
    folders = ((folder, folder / "domains") for folder in _category_folders(path))
    domains = [
        (folder.name, file.read_bytes())
        for folder, file in folders
        if folder.name in REDPAJAMA_CATEGORIES and file.is_file()
    ]
    tables, sets = _tables(path, domains, verbatim=True)
    numbers = {found: number for number, found in enumerate(_all_sets(), start=1)}
    ids = np.array([numbers[found] if found else 0 for found in sets], np.int32)
    return DomainIds(tables.keys, ids[tables.values])


def _all_sets() -> Iterator[tuple[str, ...]]:
    sizes = range(1, len(REDPAJAMA_CATEGORIES) + 1)
    return itertools.chain.from_iterable(itertools.combinations(REDPAJAMA_CATEGORIES, size) for size in sizes)


def _contents(path: Path) -> list[tuple[str, bytes]]:
    """Return the files of lists, each with its category, sorted by category."""
    if path.is_file():
        return [(NO_CATEGORY, path.read_bytes())]
    if (path / REDPAJAMA_DOMAINS).is_file():
        return _redpajama_contents(path)
    files = [(folder.name, folder / name) for folder in _category_folders(path) for name in ("domains", "urls")]
    contents = [(category, file.read_bytes()) for category, file in files if file.is_file()]
    if not contents:
        raise ValueError(f"{path}: no block list; expected <category>/domains or {REDPAJAMA_DOMAINS} there")
    return contents


def _redpajama_contents(path: Path) -> list[tuple[str, bytes]]:
    categories = orjson.loads((path / REDPAJAMA_SETS).read_bytes())
    domains: dict[str, list[str]] = {}
    for domain, number in orjson.loads((path / REDPAJAMA_DOMAINS).read_bytes()).items():
        for category in categories[str(number)]:
            domains.setdefault(category, []).append(domain)
    return [(category, "\n".join(found).encode()) for category, found in sorted(domains.items())]


def _category_folders(path: Path) -> list[Path]:
    root = path / "blacklists" if (path / "blacklists").is_dir() else path
    return sorted(folder for folder in root.iterdir() if folder.is_dir())


def _with_ascii_hosts(content: bytes) -> bytes:
    if content.isascii():
        return content
    return _FOREIGN_LINE.sub(lambda line: _encoded(ascii_host(_decoded(line[0]))), content)


def _tables(
    path: Path, contents: Sequence[tuple[str, bytes]], *, verbatim: bool
) -> tuple[UrlTables, list[tuple[str, ...]]]:
    """Enter all lists in hash tables; return these, and the categories of each set by its number."""
    categories = sorted({category for category, _ in contents})
    slots = slots_for(sum(content.count(b"\n") + 1 for _, content in contents))
    host_slots = slots_for(sum(content.count(b"/") for _, content in contents))
    tables = UrlTables(np.zeros(slots, np.uint64), np.zeros(slots, np.uint16), np.zeros(host_slots, np.uint64))
    next_set = np.zeros((_MAX_SETS, len(categories) + 1), np.int32)
    set_count = 1
    for category, content in contents:
        lines = np.frombuffer(content + bytes(PADDING), np.uint8).copy()
        simple = np.empty(_longest_line(content) + PADDING, np.uint8)
        number = categories.index(category) + 1
        set_count = add_lines(lines, len(content), number, verbatim, simple, *tables, next_set, set_count)
        if set_count > _MAX_SETS:
            raise ValueError(f"{path}: its categories overlap in more than {_MAX_SETS} ways; leave some out")
    return tables, _named_sets(next_set[:set_count], categories)


def _named_sets(next_set: npt.NDArray[np.int32], categories: Sequence[str]) -> list[tuple[str, ...]]:
    sets: list[tuple[str, ...]] = [()] * len(next_set)
    for before, category in zip(*np.nonzero(next_set), strict=True):  # a set's number is above those it grew from
        found = int(next_set[before, category])
        if found != before:
            sets[found] = (*sets[before], categories[category - 1])
    return sets


def _longest_line(content: bytes) -> int:
    ends = np.flatnonzero(np.frombuffer(content + b"\n", np.uint8) == ord("\n"))
    return int(np.diff(ends, prepend=-1).max())


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _encoded(line: str) -> bytes:
    return line.encode("utf-8", "surrogateescape")
