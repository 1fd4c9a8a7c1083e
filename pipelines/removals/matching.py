"""Which records are removed: by their id, by what they were made from, by their address or its host."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.dedup.urls import canonical_urls
from pipelines.removals.tombstones import Tombstone, read_left_out, read_tombstones

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

_HASH_DIGITS = 32
_HOST_OF_URL = r"^[a-z][a-z0-9+.-]*://(?P<host>\[[^\]]*\]|[^/?#:]*)"
_BELOW = r"^[^.]*\.(?P<parent>.+)$"


@dataclass(frozen=True)
class Removals:
    """What is removed from a corpus, ready to be compared with its records.

    Attributes:
        ids: Ids of documents; what was made from one of them is removed too.
        urls: Addresses in one spelling.
        hosts: Hosts in lower case; each stands for all hosts below it too.
    """

    ids: frozenset[str]
    urls: frozenset[str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, tombstones: Iterable[Tombstone]) -> "Removals":
        """Return what tombstones remove."""
        every = list(tombstones)
        values: dict[str, set[str]] = {"id": set(), "url": set(), "host": set()}
        for tombstone, spelled in zip(every, spellings(every), strict=True):
            values[tombstone.kind].update(spelled)
        return cls(*(frozenset(values[kind]) for kind in ("id", "url", "host")))

    def __bool__(self) -> bool:
        return bool(self.ids or self.urls or self.hosts)

    def matches(self, ids: Column, parents: Column, urls: Column) -> "pa.Array[Any]":
        """Return for each record whether it is removed.

        Args:
            ids: Its id.
            parents: Id of the document that it was made from, or null.
            urls: Its address, or null.
        """
        found = _is_in(ids, self._id_values)
        found = pc.or_(found, _is_in(parents, self._id_values))
        if self.urls or self.hosts:
            spelled = canonical_urls(urls)
            found = pc.or_(found, _is_in(spelled, self._url_values))
            for hosts in _hosts_and_above(spelled) if self.hosts else ():
                found = pc.or_(found, _is_in(hosts, self._host_values))
        return _whole(found)

    def cover(self, identity: str, parent: str | None, hashed: "Address") -> bool:
        """Tell whether a record is removed of whose address only hashes are left."""
        return (
            identity in self.ids
            or parent in self.ids
            or hashed.url in self._url_hashes
            or not self._host_hashes.isdisjoint(hashed.hosts)
        )

    @cached_property
    def _id_values(self) -> "pa.Array[Any]":
        return pa.array(sorted(self.ids), pa.string())

    @cached_property
    def _url_values(self) -> "pa.Array[Any]":
        return pa.array(sorted(self.urls), pa.string())

    @cached_property
    def _host_values(self) -> "pa.Array[Any]":
        return pa.array(sorted(self.hosts), pa.string())

    @cached_property
    def _url_hashes(self) -> frozenset[str]:
        return frozenset(map(_hashed, self.urls))

    @cached_property
    def _host_hashes(self) -> frozenset[str]:
        return frozenset(map(_hashed, self.hosts))


@dataclass(frozen=True)
class Address:
    """An address in one spelling, its host, and all hosts above that; None and empty where there is none."""

    url: str | None
    hosts: tuple[str, ...]

    def hashed(self) -> "Address":
        """Return what is left of the address of a removed record: enough to see that it is still removed.

        Of each part it has the first 128 bits of the SHA-256, in hexadecimal.
        """
        return Address(None if self.url is None else _hashed(self.url), tuple(map(_hashed, self.hosts)))


def read_removals(root: Path, generation: int = 0) -> Removals:
    """Return what is removed from a corpus.

    Args:
        root: The corpus.
        generation: Of the documents in question: what was made from a removed original is removed too, whatever
            removed that.

    Raises:
        CorpusError: A list of tombstones is damaged.
    """
    removals = Removals.of(read_tombstones(root))
    return replace(removals, ids=removals.ids.union(read_left_out(root))) if generation > 0 else removals


def addresses(urls: Column) -> list[Address]:
    """Return addresses with their hosts."""
    spelled = canonical_urls(urls)
    hosts = zip(*(level.to_pylist() for level in _hosts_and_above(spelled)), strict=True)
    return [
        Address(url, tuple(str(host) for host in above if host))
        for url, above in zip(spelled.to_pylist(), hosts, strict=True)
    ]


def spellings(tombstones: Sequence[Tombstone]) -> list[Sequence[str]]:
    """Return how what each tombstone removes is spelled: an id; an address in one spelling; a host in both of its."""
    urls = pa.array([one.value for one in tombstones if one.kind == "url"], pa.string())
    spelled_urls = iter(canonical_urls(urls).to_pylist())
    found: list[Sequence[str]] = []
    for one in tombstones:
        if one.kind == "url":
            found.append((str(next(spelled_urls)),))
        else:
            found.append((one.value,) if one.kind == "id" else _host_spellings(one.value))
    return found


def hashed_spellings(tombstones: Sequence[Tombstone]) -> list[Sequence[str]]:
    """Return the spellings as they stand in the addresses of removed records; an id stays as it is."""
    return [
        found if one.kind == "id" else tuple(map(_hashed, found))
        for one, found in zip(tombstones, spellings(tombstones), strict=True)
    ]


def _host_spellings(host: str) -> Sequence[str]:
    """Return a host as it stands, and in its other spelling: in letters, or as DNS carries it (RFC 3490)."""
    try:
        return host, host.encode().decode("idna") if host.isascii() else host.encode("idna").decode()
    except UnicodeError:  # no host that DNS could carry
        return (host,)


def _hosts_and_above(urls: Column) -> Iterator[Column]:
    """Yield the host of each address, then the one above it, and so on to the last that any of them has."""
    hosts: Column = pc.struct_field(pc.extract_regex(urls, pattern=_HOST_OF_URL), "host")
    yield hosts
    while True:
        hosts = pc.struct_field(pc.extract_regex(hosts, pattern=_BELOW), "parent")
        if hosts.null_count == len(hosts):
            return
        yield hosts


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]


def _is_in(column: Column, values: "pa.Array[Any]") -> Column:
    found: Column = pc.is_in(column, value_set=values)
    return found


def _whole(column: Column) -> "pa.Array[Any]":
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
