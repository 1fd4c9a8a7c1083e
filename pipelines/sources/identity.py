"""Document ids and shard names: functions of what a source says of itself, never of a position."""

import hashlib
import re

REPEAT_KEY = "repeat_of"  # in `meta`: the id of the first document with the same text in the same file

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_MAX_NAME = 120


def id_of_key(source: str, key: str) -> str:
    """Return the id of a document that has an id in its source: 128 bits, in hexadecimal."""
    return _id(f"key\0{source}\0{key}")


def id_of_url(source: str, url: str, text: str) -> str:
    """Return the id of a document that is known by its address and what stood there."""
    return _id(f"url\0{source}\0{len(url)}\0{url}\0{text}")


def id_of_text(source: str, relative: str, text: str, occurrence: str = "") -> str:
    """Return the id of a document that is known by its file and its text alone.

    Args:
        source: The source's name.
        relative: The file below its glob's root.
        text: The text.
        occurrence: Empty for the first document with this text in the file; what tells the others apart.
    """
    return _id(f"text\0{source}\0{relative}\0{occurrence}\0{text}")


def _id(identity: str) -> str:
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def shard_base(relative: str, part: int) -> str:
    """Return how the names of a part's shards begin: the file's relative path, made safe, and the part's number.

    Where characters had to be replaced or the path was too long, a hash of the path keeps names apart.
    """
    safe = _UNSAFE.sub("_", relative).lstrip(".")
    if safe != relative or len(safe) > _MAX_NAME:
        digest = hashlib.blake2b(relative.encode("utf-8"), digest_size=5).hexdigest()
        safe = f"{safe[:_MAX_NAME]}-{digest}"
    return f"{safe}-{part:05d}"
