"""What stands in a store: its address, its size, and what tells one version of it from the next."""

import os
from dataclasses import dataclass

from pipelines.downloads.addresses import OFF
from pipelines.downloads.kept import DownloadError

SHA256 = "sha256:"


class ChangedError(DownloadError):
    """What lies there is another version than the one that was planned."""


@dataclass(frozen=True)
class StoredObject:
    """A file in a store.

    Attributes:
        url: Where it is, as it is asked for.
        name: `SCHEME://PLACE/PATH` without escapes and query: what its place among others is taken from.
        size: Bytes, as stored.
        version: What changes when its content does, with a word before it that says what it is: `sha256:`, `blob:`
            (git's), `etag:` or `modified:`; None where the store tells nothing.
    """

    url: str
    name: str
    size: int
    version: str | None


def refuse_where_off(url: str) -> None:
    """Hold to what the environment says of downloads.

    Raises:
        DownloadError: They are turned off.
    """
    if os.environ.get(OFF):
        raise DownloadError(f"{url}: downloads are turned off ({OFF} is set)")


def version_of(etag: str | None, modified: str | None) -> str | None:
    """Return the version that an entity tag names (RFC 9110, section 8.8.3), or else the time of the last change.

    A weak tag stands for the same meaning and not for the same bytes; it still changes when the content does.
    """
    if etag:
        return f"etag:{etag.removeprefix('W/').strip(chr(34))}"
    return f"modified:{modified}" if modified else None


def check_version(url: str, expected: str | None, found: str | None) -> None:
    """Hold a version against the one that was planned, where both are known and of a kind.

    Raises:
        ChangedError: It is another.
    """
    if expected is None or found is None or expected.partition(":")[0] != found.partition(":")[0]:
        return
    if expected != found:
        raise ChangedError(f"{url}: changed since the run began ({expected}, now {found}); run again")
