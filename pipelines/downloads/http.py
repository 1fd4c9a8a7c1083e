"""One file by HTTP: resumed where it was cut off, asked for again where a server is busy, and checked."""

import http.client
import json
import re
from collections.abc import Mapping
from pathlib import Path

from pipelines.downloads.addresses import joined_url, shown
from pipelines.downloads.exchange import (
    NOT_SATISFIABLE,
    OK,
    PARTIAL,
    Manners,
    TryAgainError,
    answer_to,
    check_status,
    patiently,
    starts_at,
)
from pipelines.downloads.kept import DownloadError, sha256_of

MOST_BYTES = 2**44
CHUNK = 2**16

_NEXT = re.compile(r"<([^>]*)>[^,]*;\s*rel=\"?next\b")  # RFC 8288


def download(
    url: str, target: Path, manners: Manners, sha256: str | None = None, headers: Mapping[str, str] | None = None
) -> str:
    """Fetch a file, unless what is there is it.

    What has come so far lies beside the target as `NAME.part`, with what the server called it, and is gone on with.

    Args:
        url: Where it is.
        target: Where it is to lie.
        manners: How servers are treated.
        sha256: Its checksum; a file that has it is not asked for again.
        headers: What the request says beside that.

    Returns:
        Its SHA-256.

    Raises:
        DownloadError: It cannot be had, or is another.
    """
    if sha256 is not None and target.is_file() and sha256_of(target) == sha256:
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    patiently(
        shown(url),
        lambda: _continue(url, part, manners, headers or {}),
        manners,
        then="; what came is kept, run again to go on",
    )
    found = sha256_of(part)
    if sha256 is not None and found != sha256:
        _forget(part)
        raise DownloadError(f"{shown(url)}: SHA-256 is {found}, not {sha256}: it changed, or was damaged on the way")
    part.replace(target)
    _forget(part)
    return found


def fetch_page(url: str, headers: Mapping[str, str], manners: Manners, most: int) -> tuple[bytes, str | None]:
    """Return a small answer, and where the next page of it is, if there is one.

    Args:
        url: Where it is.
        headers: What the request says beside that.
        manners: How servers are treated.
        most: How many bytes are taken.

    Raises:
        DownloadError: It cannot be had, or is larger than `most` bytes.
    """

    def answer() -> tuple[bytes, str | None]:
        with answer_to(url, headers, manners) as response:
            check_status(url, response, (OK,))
            content = response.read(most + 1)
            if len(content) <= most and response.length:  # what is still to come, and will not
                raise TryAgainError(f"cut off after {len(content):,} bytes")
            return content, response.getheader("Link")

    content, links = patiently(shown(url), answer, manners)
    if len(content) > most:
        raise DownloadError(f"{shown(url)}: more than {most:,} bytes")
    following = _NEXT.search(links or "")
    return content, joined_url(url, following[1]) if following else None


def _continue(url: str, part: Path, manners: Manners, headers: Mapping[str, str]) -> None:
    """Fetch what of a file has not come yet."""
    have, known = _standing(part, url)
    rest = {"Range": f"bytes={have}-", "If-Range": known} if have and known else {}
    with answer_to(url, {**headers, **rest}, manners) as response:
        if response.status == NOT_SATISFIABLE:
            _forget(part)
            raise TryAgainError("the part that came is longer than the file")
        check_status(url, response, (OK, PARTIAL))
        start = have if response.status == PARTIAL and starts_at(response, have) else 0
        if response.status == PARTIAL and start != have:
            _forget(part)
            raise TryAgainError("the server sent another part than it was asked for")
        _note(part, url, response)
        _write(url, response, part, start, manners)


def _write(url: str, response: http.client.HTTPResponse, part: Path, start: int, manners: Manners) -> None:
    length = response.getheader("Content-Length")
    expected = int(length) if length is not None and length.isdigit() else None
    begun, came = manners.clock(), 0
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.truncate()
        while chunk := response.read1(CHUNK):
            came += len(chunk)
            if start + came > MOST_BYTES:
                raise DownloadError(f"{shown(url)}: more than {MOST_BYTES:,} bytes")
            file.write(chunk)
            manners.after_bytes(begun, came)
    if expected is not None and came < expected:
        raise TryAgainError(f"cut off after {start + came:,} of {start + expected:,} bytes")


def _notes(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _note(part: Path, url: str, response: http.client.HTTPResponse) -> None:
    """Write down by which name the server knows this version of the file: a strong tag, or a date."""
    tag = response.getheader("ETag")
    known = tag if tag and not tag.startswith("W/") else response.getheader("Last-Modified")
    _notes(part).write_text(json.dumps({"url": url, "version": known}), encoding="utf-8")


def _standing(part: Path, url: str) -> tuple[int, str | None]:
    """Return how much of a file has come, and which version of it; nothing where that is not known."""
    try:
        noted = json.loads(_notes(part).read_text(encoding="utf-8"))
        size = part.stat().st_size
    except (OSError, ValueError):
        return 0, None
    same = isinstance(noted, dict) and noted.get("url") == url and isinstance(noted.get("version"), str)
    return (size, noted["version"]) if same else (0, None)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)
