"""Files in S3 buckets, by `s3://BUCKET/KEY`, by obstore: the environment alone says who asks, and where.

The variables are those of AWS: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION;
AWS_ENDPOINT_URL for a server of one's own; AWS_SKIP_SIGNATURE=true for a public bucket.
"""

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache, partial
from io import BufferedReader
from typing import TYPE_CHECKING, TypeVar

from fsspec.utils import glob_translate

from pipelines.downloads.exchange import Manners, TryAgainError, patiently
from pipelines.downloads.kept import DeniedError, DownloadError, MissingError
from pipelines.storage.objects import ChangedError, StoredObject, refuse_where_off, version_of
from pipelines.storage.stream import BLOCK_BYTES, Chunks, open_stream

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Store

Answered = TypeVar("Answered")

SCHEME = "s3://"
RETRIES = 8
RETRY_SECONDS = 180
REQUEST_SECONDS = 60

_MAGIC = re.compile(r"[*?\[]")
_CUT = "body error"  # of the library, which asks again for what did not begin, and not for what did not end
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true for a public bucket"


def split_address(url: str) -> tuple[str, str]:
    """Return bucket and key.

    Raises:
        DownloadError: It is no such address.
    """
    bucket, _, key = url.removeprefix(SCHEME).partition("/")
    if not url.startswith(SCHEME) or not _BUCKET.fullmatch(bucket):
        raise DownloadError(f"{url}: expected s3://BUCKET/KEY")
    return bucket, key


def describe_in_bucket(url: str) -> StoredObject | None:
    """Return what the bucket says of a file, whatever characters its name has; None where there is none.

    Raises:
        DownloadError: The bucket does not answer.
    """
    refuse_where_off(url)
    bucket, key = split_address(url)
    return _described(bucket, key) if key and not key.endswith("/") else None


def find_in_bucket(pattern: str) -> tuple[str, list[StoredObject]]:
    """Return the folder that a glob stands in, and its files; a key with a wildcard in it is found by its name too.

    Raises:
        DownloadError: The bucket cannot be listed.
    """
    exact = describe_in_bucket(pattern)
    if exact is not None:
        return pattern.rpartition("/")[0], [exact]
    bucket, key = split_address(pattern)
    wildcard = _MAGIC.search(key)
    if wildcard is None:
        return pattern.rpartition("/")[0], []
    folder = key[: wildcard.start()].rpartition("/")[0]
    matches = re.compile(glob_translate(key))
    found = [_stored(bucket, entry) for entry in listed(bucket, folder) if matches.match(entry["path"])]
    return f"{SCHEME}{bucket}/{folder}".rstrip("/"), found


def read_from_bucket(url: str, size: int, version: str | None, start: int) -> Chunks:
    """Yield the bytes of a file from one of them on, block by block, all of the same version.

    Raises:
        ChangedError: It is another version than expected.
        DownloadError: It cannot be had, also after some attempts.
    """
    refuse_where_off(url)
    kind, _, tag = (version or "").partition(":")
    return _blocks(url, size, f'"{tag}"' if kind == "etag" else None, start)


def open_block_stream(url: str, size: int, tag: str) -> BufferedReader:
    """Open the version of a file that an entity tag names; reading it goes on where a connection was cut."""
    return open_stream(url, size, partial(_blocks, url, size, tag), time.sleep)


def _blocks(url: str, size: int, tag: str | None, start: int) -> Chunks:
    bucket, key = split_address(url)
    for place in range(start, size, BLOCK_BYTES):
        with explained(url):
            block = _block(bucket, key, (place, min(place + BLOCK_BYTES, size)), tag)
        yield block


def _block(bucket: str, key: str, part: tuple[int, int], tag: str | None) -> bytes:
    import obstore  # noqa: PLC0415 -- an extra

    options: obstore.GetOptions = {"range": part}
    if tag is not None:
        options["if_match"] = tag
    return bytes(obstore.get(bucket_store(bucket), key, options=options).bytes())


def listed(bucket: str, folder: str) -> Sequence["ObjectMeta"]:
    """Return what lies below a folder of a bucket.

    Raises:
        DownloadError: The bucket cannot be listed.
    """

    def found() -> Sequence["ObjectMeta"]:
        import obstore  # noqa: PLC0415 -- an extra

        return obstore.list(bucket_store(bucket), prefix=folder or None).collect()

    return asked(f"{SCHEME}{bucket}/{folder}", found)


def _described(bucket: str, key: str) -> StoredObject | None:
    def found() -> "ObjectMeta":
        import obstore  # noqa: PLC0415 -- an extra

        return obstore.head(bucket_store(bucket), key)

    try:
        return _stored(bucket, asked(f"{SCHEME}{bucket}/{key}", found))
    except MissingError:
        return None


def _stored(bucket: str, entry: "ObjectMeta") -> StoredObject:
    url = f"{SCHEME}{bucket}/{entry['path']}"
    return StoredObject(url, url, entry["size"], version_of(entry["e_tag"], str(entry["last_modified"])))


def bucket_store(bucket: str) -> "S3Store":
    """Return the client of a bucket; a process keeps one."""
    return _client(bucket, os.environ.get("AWS_ENDPOINT_URL", ""), os.environ.get("AWS_ACCESS_KEY_ID", ""))


@lru_cache(maxsize=16)
def _client(bucket: str, endpoint: str, _who: str) -> "S3Store":
    from obstore.store import S3Store  # noqa: PLC0415 -- an extra

    return S3Store(
        bucket,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": timedelta(seconds=REQUEST_SECONDS)},
        retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
    )


def asked(url: str, call: Callable[[], Answered]) -> Answered:
    """Return what a call of the library gives: it asks a busy server again, and here it is asked after a cut answer.

    Raises:
        DownloadError: It failed, also after some attempts.
    """

    def attempt() -> Answered:
        with explained(url):
            return call()

    return patiently(url, attempt, Manners(), then="; run again to go on")


@contextlib.contextmanager
def explained(url: str) -> Iterator[None]:
    """Say of a failure what it means, without what a server or a library says at length.

    Raises:
        DownloadError: In place of what was raised.
        TryAgainError: The answer was cut off.
    """
    try:
        from obstore import exceptions as known  # noqa: PLC0415 -- an extra
    except ImportError:
        raise DownloadError(f"{url}: needs the extra `s3`: pip install 'loam-curation[s3]'") from None
    try:
        yield
    except FileNotFoundError:
        raise _missing(url) from None
    except (known.PermissionDeniedError, known.UnauthenticatedError):
        raise _denied(url) from None
    except known.PreconditionError:
        raise ChangedError(f"{url}: changed since the run began; run again") from None
    except known.BaseError as error:
        if _CUT in str(error):
            raise TryAgainError("the answer was cut off") from None
        raise _told(url, str(error)) from None


def _missing(url: str) -> DownloadError:
    return MissingError(f"{url}: there is no such object or bucket")


def _denied(url: str) -> DownloadError:
    return DeniedError(f"{url}: 403 Forbidden: it may not be read or written; set {_CREDENTIALS}")


def _told(url: str, said: str) -> DownloadError:
    """Return what the library says, less what the server says in it, which repeats the request and may tell a key."""
    status = _STATUS.search(said)
    if status is not None and status[1] == "404":
        return _missing(url)
    if status is not None and status[1] in ("401", "403"):
        return _denied(url)
    code = _CODE.search(said)
    short = " ".join(said.partition("Debug source:")[0].partition("<")[0].split())
    hint = f"; no credentials? Set {_CREDENTIALS}" if "169.254." in said else ""
    region = "; AWS_REGION names the bucket's region" if status is not None and status[1] == "301" else ""
    return DownloadError(f"{url}: {short}{f' {code[1]}' if code else ''}{hint}{region}; run again to go on")
