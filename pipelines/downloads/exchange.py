"""One request by HTTP and its answer: redirects followed and judged, busy servers asked again, slow ones given up."""

import contextlib
import email.utils
import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from pipelines.downloads.addresses import Allowed, checked_url, joined_url, open_connection, shown, split_url
from pipelines.downloads.kept import DeniedError, DownloadError, MissingError

ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 120.0  # seconds between attempts, doubled each time
MOST_REDIRECTS = 5
OK, PARTIAL, NOT_SATISFIABLE = 200, 206, 416

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIED = frozenset({401, 403})
_MISSING = frozenset({404, 410})
_AGENT = "loam-curation"
_SECRET = "authorization"  # noqa: S105 -- the name of a header

Answered = TypeVar("Answered")


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


class TryAgainError(Exception):
    """What went wrong may go right later; after so many seconds, if the server said so."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


def patiently(what: str, attempt: Callable[[], Answered], manners: Manners, *, then: str = "") -> Answered:
    """Return what an attempt gives, made again after a pause while it may go right later.

    Args:
        what: What is asked for, for the message.
        attempt: The attempt.
        manners: Who waits.
        then: What to do when all attempts have failed.

    Raises:
        DownloadError: All attempts failed; the message says how the last one did.
    """
    why = ""
    for number in range(1, ATTEMPTS + 1):
        try:
            return attempt()
        except TryAgainError as error:
            why = str(error)
            if number < ATTEMPTS:
                manners.sleep(pause_after(number, error))
    raise DownloadError(f"{what}: failed {ATTEMPTS} times: {why}{then}")


def pause_after(number: int, error: TryAgainError) -> float:
    """Return the seconds to wait after so many attempts, the last of which failed so."""
    return min(FIRST_PAUSE * 2.0 ** (number - 1) if error.after is None else error.after, LONGEST_PAUSE)


@contextlib.contextmanager
def answer_to(url: str, headers: Mapping[str, str], manners: Manners) -> Iterator[http.client.HTTPResponse]:
    """Send a request, follow redirects, each of them judged, and give the answer.

    What goes wrong on the line, here or while the answer is read, may go right later. A header that proves who asks
    goes to no other host than the one that was named.

    Raises:
        DownloadError: The address may not be asked, or leads nowhere.
        TryAgainError: The connection failed.
    """
    where, sent = url, dict(headers)
    for _ in range(MOST_REDIRECTS + 1):
        parts = checked_url(where, manners.allowed)
        manners.before_request(parts.hostname or "")
        with _line_errors():
            connection = open_connection(parts, manners.allowed)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            with _line_errors():
                connection.request("GET", path, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity", **sent})
                response = connection.getresponse()
            if response.status not in _REDIRECTS:
                with _line_errors():
                    yield response
                return
            where = joined_url(where, response.getheader("Location") or "")
        finally:
            connection.close()
        if (parts.scheme, parts.netloc) != split_url(where)[:2]:
            sent = {name: value for name, value in sent.items() if name.lower() != _SECRET}
    raise DownloadError(f"{shown(url)}: more than {MOST_REDIRECTS} redirects")


@contextlib.contextmanager
def _line_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise TryAgainError(f"{type(error).__name__}: {error}") from None


def check_status(url: str, response: http.client.HTTPResponse, fine: tuple[int, ...]) -> None:
    """Refuse an answer that is none of those that are fine.

    Raises:
        DownloadError: There is no such file, or it may not be had.
        TryAgainError: The server is busy.
    """
    if response.status in fine:
        return
    said = f"the server answers {response.status} {response.reason}"
    if response.status in _BUSY:
        raise TryAgainError(said, _retry_after(response.getheader("Retry-After")))
    if response.status in _DENIED:
        raise DeniedError(f"{shown(url)}: {said}")
    if response.status in _MISSING:
        raise MissingError(f"{shown(url)}: {said}")
    raise DownloadError(f"{shown(url)}: {said}")


def _retry_after(value: str | None) -> float | None:
    """Return the seconds that a server asks to wait (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # a date without its zone, which can only be this one
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def starts_at(response: http.client.HTTPResponse, place: int) -> bool:
    """Tell whether an answer of a part begins at a byte."""
    return (response.getheader("Content-Range") or "").replace(" ", "").startswith(f"bytes{place}-")
