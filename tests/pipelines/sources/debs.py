"""Debian packages made in a test."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

CONTROL = "Package: {name}\nVersion: 1:2.0-1\nArchitecture: all\nHomepage: https://example.org\nDescription: a guide\n"
COMPRESSIONS = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": lambda content: pa.Codec("zstd").compress(content, asbytes=True),
}


def tar(files: Mapping[str, bytes | str]) -> bytes:
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"./{name}")
            data = content.encode() if isinstance(content, str) else content
            info.size, info.mtime = len(data), 1_600_000_000
            archive.addfile(info, io.BytesIO(data))
    return stored.getvalue()


def ar(members: Mapping[str, bytes]) -> bytes:
    found = b"!<arch>\n"
    for name, content in members.items():
        found += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        found += content + b"\n" * (len(content) % 2)
    return found


def package(path: Path, files: Mapping[str, bytes | str], compression: str = ".xz") -> Path:
    """Write a package whose name is the beginning of its file's."""
    compressed = COMPRESSIONS[compression]
    control = tar({"control": CONTROL.format(name=path.name.partition("_")[0])})
    members = {
        "debian-binary": b"2.0\n",
        f"control.tar{compression}": compressed(control),
        f"data.tar{compression}": compressed(tar(files)),
    }
    path.write_bytes(ar(members))
    return path
