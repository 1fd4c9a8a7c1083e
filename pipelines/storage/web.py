"""Files on web servers, by `https://`: asked for by range, from public hosts alone."""

import http.client
import re
import time
from urllib.parse import unquote

from pipelines import trust
from pipelines.downloads.addresses import Allowed, shown, split_url
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
from pipelines.downloads.hub import TOKEN, proof_for
from pipelines.downloads.kept import DeniedError, DownloadError, MissingError
from pipelines.storage.objects import StoredObject, check_version, refuse_where_off, version_of
from pipelines.storage.stream import Chunks

CHUNK_BYTES = 2**18
SLOW_SECONDS, SLOW_BYTES = 60.0, 2**16  # fewer bytes in so much time of waiting for them is a connection that hangs

_BY = "--trust-recipe"
_TOTAL = re.compile(r"bytes\s*(?:\d+-\d+|\*)/(\d+)")


def manners_for(*named: str) -> Manners:
    """Return how servers are treated: those of addresses that a trusted recipe names may be any, others are public.

    A redirect is judged by itself: from a server inside it leads to public ones, or to those that are named.
    """
    hosts = frozenset(split_url(url).netloc for url in named) if trust.is_trusted() else frozenset()
    return Manners(Allowed(hosts=hosts, http_by=_BY, private_by=_BY))


def describe_on_web(url: str, manners: Manners) -> StoredObject | None:
    """Return what a web server says of a file; None where there is none.

    Raises:
        DownloadError: The server does not answer, or does not tell the size.
    """
    refuse_where_off(shown(url))

    def asked() -> StoredObject:
        with answer_to(url, {**proof_for(url), "Range": "bytes=0-0"}, manners) as response:
            check_status(url, response, (OK, PARTIAL, NOT_SATISFIABLE))
            return StoredObject(url, _name(url), _size(url, response), _version(response))

    try:
        return patiently(shown(url), asked, manners)
    except MissingError:
        return None
    except DeniedError as error:
        raise _denied(url, error) from None


def read_from_web(url: str, version: str | None, manners: Manners, start: int) -> Chunks:
    """Yield the bytes of a file from one of them on; a server that gives no ranges is read from the beginning.

    Raises:
        ChangedError: It is another version than expected.
        DownloadError: It cannot be had.
        TryAgainError: The connection failed or hangs.
    """
    refuse_where_off(shown(url))
    with answer_to(url, {**proof_for(url), "Range": f"bytes={start}-"}, manners) as response:
        try:
            check_status(url, response, (OK, PARTIAL))
        except DeniedError as error:
            raise _denied(url, error) from None
        check_version(shown(url), version, _version(response))
        if response.status == PARTIAL and not starts_at(response, start):
            raise TryAgainError("the server sent another part than it was asked for")
        to_skip = start if response.status == OK else 0
        waited, came = 0.0, 0
        while True:
            begun = time.monotonic()
            chunk = response.read1(CHUNK_BYTES)
            waited += time.monotonic() - begun
            came += len(chunk)
            if not chunk:
                return
            if waited > SLOW_SECONDS:
                if came < SLOW_BYTES:
                    raise TryAgainError(f"slow: {came:,} bytes in {waited:.0f} seconds")
                waited, came = 0.0, 0
            skipped = min(to_skip, len(chunk))
            to_skip -= skipped
            yield chunk[skipped:]


def _denied(url: str, error: DeniedError) -> DeniedError:
    hint = f"; set {TOKEN} to read what is not for everyone" if _is_hub(url) and not proof_for(url) else ""
    return DeniedError(f"{error}: it may not be read{hint}")


def _is_hub(url: str) -> bool:
    return "/datasets/" in url and "/resolve/" in url


def _name(url: str) -> str:
    parts = split_url(url)
    return f"{parts.scheme}://{parts.netloc}{unquote(parts.path)}"


def _size(url: str, response: http.client.HTTPResponse) -> int:
    total = _TOTAL.match(response.getheader("Content-Range") or "")
    if total is not None:
        return int(total[1])
    length = response.getheader("Content-Length") or ""
    if response.status != OK or not length.isdigit():
        raise DownloadError(f"{shown(url)}: the server does not tell how large it is; bring it by `fetch` instead")
    return int(length)


def _version(response: http.client.HTTPResponse) -> str | None:
    return version_of(response.getheader("ETag"), response.getheader("Last-Modified"))
