"""One file by HTTP: resumed where it was cut off, asked for again where a server is busy, and checked."""

import contextlib
import email.utils
import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from pipelines.downloads.addresses import Allowed, checked_url, open_connection
from pipelines.downloads.kept import DownloadError, sha256_of

ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 120.0  # seconds between attempts, doubled each time
MOST_REDIRECTS = 5
MOST_BYTES = 2**44
CHUNK = 2**16

_OK, _PARTIAL, _NOT_SATISFIABLE = 200, 206, 416
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_AGENT = "loam-curation"


@dataclass
class Manners:
    """How servers are treated.

    Attributes:
        allowed: Which addresses may be asked.
        rate: Bytes a second at most, None for no limit.
        interval: Seconds between the beginnings of two requests to one host.
        sleep: What waits.
        clock: What tells the time, in seconds.
    """

    allowed: Allowed = field(default_factory=Allowed)
    rate: float | None = None
    interval: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)

    def before_request(self, host: str) -> None:
        """Wait until the host may be asked again."""
        wait = self._last.get(host, -self.interval) + self.interval - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last[host] = self.clock()

    def after_bytes(self, begun: float, count: int) -> None:
        """Wait until so many bytes may have come since a transfer began."""
        if self.rate:
            wait = begun + count / self.rate - self.clock()
            if wait > 0:
                self.sleep(wait)


class _TryAgainError(Exception):
    """What went wrong may go right later; after so many seconds, if the server said so."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


def download(url: str, target: Path, manners: Manners, sha256: str | None = None) -> str:
    """Fetch a file, unless what is there is it.

    What has come so far lies beside the target as `NAME.part`, with what the server called it, and is gone on with.

    Args:
        url: Where it is.
        target: Where it is to lie.
        manners: How servers are treated.
        sha256: Its checksum; a file that has it is not asked for again.

    Returns:
        Its SHA-256.

    Raises:
        DownloadError: It cannot be had, or is another.
    """
    if sha256 is not None and target.is_file() and sha256_of(target) == sha256:
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    pause, why = FIRST_PAUSE, ""
    for attempt in range(ATTEMPTS):
        if attempt:
            manners.sleep(pause)
        try:
            _continue(url, part, manners)
        except _TryAgainError as error:
            why = str(error)
            pause = min(error.after if error.after is not None else FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE)
            continue
        found = sha256_of(part)
        if sha256 is not None and found != sha256:
            _forget(part)
            raise DownloadError(f"{url}: SHA-256 is {found}, not {sha256}: it changed, or was damaged on the way")
        part.replace(target)
        _forget(part)
        return found
    raise DownloadError(f"{url}: failed {ATTEMPTS} times: {why}; what came is kept, run again to go on")


def fetch_bytes(url: str, manners: Manners, most: int) -> bytes:
    """Return a small answer, such as a list of files.

    Raises:
        DownloadError: It cannot be had, or is larger than `most` bytes.
    """
    why, pause = "", FIRST_PAUSE
    for attempt in range(ATTEMPTS):
        if attempt:
            manners.sleep(pause)
        try:
            with _request(url, {}, manners) as response:
                _check_status(url, response, (_OK,))
                content: bytes = response.read(most + 1)
        except (_TryAgainError, OSError, http.client.HTTPException) as error:
            why = f"{type(error).__name__}: {error}"
            pause = min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE)
            continue
        if len(content) > most:
            raise DownloadError(f"{url}: more than {most:,} bytes")
        return content
    raise DownloadError(f"{url}: failed {ATTEMPTS} times: {why}")


def _continue(url: str, part: Path, manners: Manners) -> None:
    """Fetch what of a file has not come yet."""
    have, known = _standing(part, url)
    headers = {"Range": f"bytes={have}-", "If-Range": known} if have and known else {}
    try:
        with _request(url, headers, manners) as response:
            if response.status == _NOT_SATISFIABLE:
                _forget(part)
                raise _TryAgainError("the part that came is longer than the file")
            _check_status(url, response, (_OK, _PARTIAL))
            start = have if response.status == _PARTIAL and _starts_at(response, have) else 0
            if response.status == _PARTIAL and start != have:
                _forget(part)
                raise _TryAgainError("the server sent another part than it was asked for")
            _note(part, url, response)
            _write(url, response, part, start, manners)
    except (OSError, http.client.HTTPException) as error:
        raise _TryAgainError(f"{type(error).__name__}: {error}") from None


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
                raise DownloadError(f"{url}: more than {MOST_BYTES:,} bytes")
            file.write(chunk)
            manners.after_bytes(begun, came)
    if expected is not None and came < expected:
        raise _TryAgainError(f"cut off after {start + came:,} of {start + expected:,} bytes")


@contextlib.contextmanager
def _request(url: str, headers: dict[str, str], manners: Manners) -> Iterator[http.client.HTTPResponse]:
    """Send a request, follow redirects, each of them judged, and give the answer."""
    for _ in range(MOST_REDIRECTS + 1):
        parts = checked_url(url, manners.allowed)
        manners.before_request(parts.hostname or "")
        connection = open_connection(parts, manners.allowed)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity", **headers})
            response = connection.getresponse()
            if response.status not in _REDIRECTS:
                yield response
                return
            url = urljoin(url, response.getheader("Location") or "")
        finally:
            connection.close()
    raise DownloadError(f"{url}: more than {MOST_REDIRECTS} redirects")


def _check_status(url: str, response: http.client.HTTPResponse, fine: tuple[int, ...]) -> None:
    if response.status in fine:
        return
    said = f"the server answers {response.status} {response.reason}"
    if response.status in _BUSY:
        raise _TryAgainError(said, _retry_after(response.getheader("Retry-After")))
    raise DownloadError(f"{url}: {said}")


def _retry_after(value: str | None) -> float | None:
    """Return the seconds that a server asks to wait (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _starts_at(response: http.client.HTTPResponse, place: int) -> bool:
    return (response.getheader("Content-Range") or "").replace(" ", "").startswith(f"bytes{place}-")


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
