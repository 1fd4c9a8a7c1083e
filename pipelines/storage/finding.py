"""Any address of a store: what it names, and how that is opened."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BufferedReader

from pipelines.downloads.addresses import shown
from pipelines.downloads.kept import DownloadError
from pipelines.storage import hub, s3, web
from pipelines.storage.objects import StoredObject
from pipelines.storage.stream import open_stream

WEB = ("https://", "http://")
SCHEMES = (s3.SCHEME, hub.SCHEME, *WEB)
ASKED_AT_ONCE = 16


def is_stored(path: str) -> bool:
    """Tell whether a path is the address of a store that this package reads."""
    return path.startswith(SCHEMES)


def find(pattern: str) -> tuple[str, list[StoredObject]]:
    """Return the folder that an address or a glob stands in, and the files that it names.

    Raises:
        DownloadError: The store does not answer, or cannot be listed.
    """
    if pattern.startswith(s3.SCHEME):
        return s3.find_in_bucket(pattern)
    if pattern.startswith(hub.SCHEME):
        return hub.find_on_hub(pattern)
    if "*" in pattern.partition("?")[0]:
        raise DownloadError(f"{shown(pattern)}: web servers list no files: name each, or a list of them (`.paths.gz`)")
    found = describe(pattern)
    return ("", []) if found is None else (found.name.rpartition("/")[0], [found])


def describe(url: str, named: Sequence[str] | None = None) -> StoredObject | None:
    """Return what stands at an address, None where nothing does; no character of it is a wildcard.

    Args:
        url: The address.
        named: Addresses that a recipe names, whose servers its reader may have trusted; by default this one.

    Raises:
        DownloadError: The store does not answer.
    """
    if url.startswith(s3.SCHEME):
        return s3.describe_in_bucket(url)
    if url.startswith(hub.SCHEME):
        return hub.describe_on_hub(url)
    return web.describe_on_web(url, web.manners_for(*((url,) if named is None else named)))


def describe_all(urls: Sequence[str], named: Sequence[str]) -> list[StoredObject | None]:
    """Return what stands at each of some addresses, several asked for at a time.

    Args:
        urls: The addresses, which may come from a list that anyone wrote.
        named: Addresses that the recipe names itself.

    Raises:
        DownloadError: A store does not answer.
    """
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return list(pool.map(partial(describe, named=named), urls))


def open_stored(url: str, size: int, version: str | None) -> BufferedReader:
    """Open a file in a store; reading it goes on where a connection was cut.

    Args:
        url: Where it is.
        size: Bytes.
        version: The version that is meant, None for any.
    """
    if url.startswith(s3.SCHEME):
        return open_stream(url, size, partial(s3.read_from_bucket, url, size, version), time.sleep)
    if url.startswith(hub.SCHEME):
        return open_stream(url, size, partial(hub.read_from_hub, url), time.sleep)
    return open_stream(shown(url), size, partial(web.read_from_web, url, version, web.manners_for(url)), time.sleep)
