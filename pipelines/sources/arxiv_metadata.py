"""What arXiv says of its papers, from the metadata that it publishes as JSON Lines: found by number, not held."""

import email.utils
import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson


@dataclass(frozen=True)
class Metadata:
    """What is known of a paper.

    Attributes:
        title: Its title.
        creators: Its authors.
        license: URL of the licence that it was submitted under; None for none that is known.
        created: When its first version came, ISO 8601.
        details: What else is of use: `categories`, `doi`.
    """

    title: str | None
    creators: tuple[str, ...]
    license: str | None
    created: str | None
    details: dict[str, str]


def metadata_of(number: str, paths: Sequence[str]) -> Metadata | None:
    """Return what files of metadata say of a paper, the first that has it; None where none does."""
    for path in paths:
        stat = Path(path).stat()
        keys, offsets = _index(path, stat.st_size, stat.st_mtime_ns)
        with Path(path).open("rb") as stored:
            first = int(np.searchsorted(keys, _key(number)))
            while first < len(keys) and keys[first] == _key(number):
                stored.seek(int(offsets[first]))
                record = _parsed(stored.readline())
                if record.get("id") == number:
                    return _read(record)
                first += 1
    return None


@functools.lru_cache(maxsize=8)
def _index(path: str, _size: int, _modified: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Return the hashes of all numbers in a file, sorted, and where their lines begin: 16 bytes a paper."""
    keys, offsets = [], []
    at = 0
    with Path(path).open("rb") as stored:
        for line in stored:
            number = _parsed(line).get("id")
            if isinstance(number, str):
                keys.append(_key(number))
                offsets.append(at)
            at += len(line)
    hashed = np.array(keys, np.uint64)
    order = np.argsort(hashed, kind="stable")
    return hashed[order], np.array(offsets, np.int64)[order]


def _key(number: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(number.encode(), digest_size=8).digest(), "little"))


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}  # a paper whose line is damaged is one without metadata
    return record if isinstance(record, dict) else {}


def _read(record: dict[str, Any]) -> Metadata:
    versions = record.get("versions")
    stamp = versions[0].get("created") if isinstance(versions, list) and versions else record.get("update_date")
    names = record.get("authors_parsed")
    creators = tuple(" ".join(filter(None, (name[1], name[0], *name[2:3]))) for name in names) if names else ()
    authors = _tidy(record.get("authors"))
    details = {key: text for key in ("categories", "doi") if (text := _tidy(record.get(key)))}
    return Metadata(
        _tidy(record.get("title")),
        creators or ((authors,) if authors else ()),
        _tidy(record.get("license")),
        _iso(stamp),
        details,
    )


def _tidy(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _iso(stamp: object) -> str | None:
    if not isinstance(stamp, str):
        return None
    try:
        return email.utils.parsedate_to_datetime(stamp).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return stamp
