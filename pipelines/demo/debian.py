"""Guides of the Debian project in a dozen languages: the text editions inside its documentation packages."""

import gzip
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.downloads.kept import DownloadError
from pipelines.sources.debian_copyright import matching_stanza, read_copyright

# The first states its licence in machine-readable form; the second has a notice of its own, which no list knows.
FAMILIES = ("maint-guide", "debian-faq")

_SECONDS = 60
_TEXT_EDITION = re.compile(r"\./usr/share/doc/.+/(?P<title>[\w-]+)\.(?P<lang>[\w-]+)\.txt\.gz")
_COPYRIGHT = re.compile(r"\./usr/share/doc/[^/]+/copyright")


def available_packages() -> list[str]:
    """Return the packages that the machine's package lists know; none on a system without such lists."""
    if any(shutil.which(command) is None for command in ("apt-cache", "apt-get", "dpkg-deb")):
        return []
    return sorted(
        name for family in FAMILIES for name in _run(["apt-cache", "pkgnames", f"{family}-"]).decode().split()
    )


def write_guides(packages: Sequence[str], target: Path) -> int:
    """Download packages and write one JSON object a guide and language.

    Returns:
        How many there are.

    Raises:
        DownloadError: The packages cannot be had.
    """
    count = 0
    with tempfile.TemporaryDirectory() as folder, target.open("w", encoding="utf-8", newline="\n") as lines:
        _run(["apt-get", "download", "--quiet", *packages], Path(folder))
        for package in sorted(Path(folder).glob("*.deb")):
            for record in guides(package.name.partition("_")[0], _run(["dpkg-deb", "--fsys-tarfile", str(package)])):
                lines.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
                count += 1
    return count


def guides(package: str, files: bytes) -> Iterator[dict[str, object]]:
    """Yield the text editions in a package, each with the licence that the package states for all its files.

    Args:
        package: The package's name.
        files: Its file system, as a tar archive.
    """
    with tarfile.open(fileobj=io.BytesIO(files)) as archive:
        contents = {
            name: member.read() for name in archive.getnames() if (member := _wanted(archive, name)) is not None
        }
    notice = next((content.decode() for name, content in contents.items() if _COPYRIGHT.fullmatch(name)), "")
    stated = matching_stanza(read_copyright(notice), [])  # the licence of all files
    evidence = {"class": "E2", "kind": "dep5", "locator": f"deb:{package}:copyright"}
    for name, content in sorted(contents.items()):
        edition = _TEXT_EDITION.fullmatch(name)
        if edition is not None:
            yield {
                "id": f"deb:{package}:{edition['title']}",
                "text": gzip.decompress(content).decode(),
                "lang": edition["lang"],
                "title": edition["title"],
                "license": stated.stanza.license if stated else None,
                "license_evidence": [{**evidence, "value": stated.stanza.license}] if stated else [],
            }


def _wanted(archive: tarfile.TarFile, name: str) -> io.BufferedReader | None:
    if not (_TEXT_EDITION.fullmatch(name) or _COPYRIGHT.fullmatch(name)) or not archive.getmember(name).isfile():
        return None
    member = archive.extractfile(name)
    return member if isinstance(member, io.BufferedReader) else None


def _run(command: Sequence[str], directory: Path | None = None) -> bytes:
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, check=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise DownloadError(f"{command[0]}: {error}") from None
    return done.stdout
