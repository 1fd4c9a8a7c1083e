"""Lists of files, an address or a path a line, as crawls publish them (`warc.paths.gz`)."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.downloads.addresses import joined_url, shown, split_url
from pipelines.errors import RecipeError
from pipelines.sources.decompressed import DamagedStreamError, chunks
from pipelines.sources.stored import file_at
from pipelines.storage.finding import describe_all, is_stored
from pipelines.storage.objects import StoredObject

MOST_BYTES = 2**30  # of a list, decompressed

_LIST = re.compile(r"(?:\.paths|\.urls|(?:^|[/._-])urls\.txt)(?:\.gz)?$")


@dataclass(frozen=True)
class Below:
    """How lists are taken.

    Attributes:
        base: What paths in them are below; None for the host or the bucket of the list itself.
        first: Only so many files of each, in its order.
    """

    base: str | None = None
    first: int | None = None


def is_list(pattern: str) -> bool:
    """Tell whether a path is one of a list of files.

    >>> [is_list(one) for one in ("https://h/warc.paths.gz", "data/urls.txt", "data/urls.jsonl")]
    [True, True, False]
    """
    return _LIST.search(pattern.partition("?")[0]) is not None


def files_of_list(pattern: str, directories: Sequence[Path], below: Below) -> tuple[str, list[StoredObject]] | None:
    """Return the folder that the files of a list have in common, and the files; None where there is no such list.

    Args:
        pattern: Where the list is.
        directories: Where the path of a local list is looked up.
        below: How it is taken.

    Raises:
        DownloadError: A store does not answer.
        RecipeError: A line names no file, or a file is not there.
    """
    content = _content(pattern, directories)
    if content is None:
        return None
    base = below.base or (_root(pattern) if is_stored(pattern) else None)
    urls = list(_urls(shown(pattern), content, base))[: below.first]
    named = [one for one in (pattern, below.base) if one is not None and is_stored(one)]
    found = []
    for url, file in zip(urls, describe_all(urls, named), strict=True):
        if file is None:
            raise RecipeError(f"{shown(pattern)} names {shown(url)}: there is no such file")
        found.append(file)
    return (base or "").rstrip("/"), found


def _content(pattern: str, directories: Sequence[Path]) -> bytes | None:
    name = posixpath.basename(pattern.partition("?")[0])
    paths = [pattern] if is_stored(pattern) else [str(directory / pattern) for directory in directories]
    file = next(filter(None, (file_at(path, name) for path in paths)), None)
    if file is None:
        return None
    content = bytearray()
    try:
        for chunk in chunks(file):
            content += chunk
            if len(content) > MOST_BYTES:
                raise RecipeError(f"{shown(pattern)}: more than {MOST_BYTES:,} bytes")
    except DamagedStreamError as error:
        raise RecipeError(f"{shown(pattern)}: cut off or damaged: {error}") from None
    return bytes(content)


def _urls(shown_pattern: str, content: bytes, base: str | None) -> Iterator[str]:
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if "://" in text:
            if not is_stored(text):
                raise RecipeError(f"{shown_pattern}:{number}: expected https://, s3:// or hf://, got {shown(text)}")
            yield text
        elif base is None:
            raise RecipeError(f"{shown_pattern}:{number}: a path; `base` has to say what it is below")
        elif text.startswith("/") or ".." in text.split("/"):
            raise RecipeError(f"{shown_pattern}:{number}: {text!r} leads out of {base}")
        else:
            yield joined_url(base.rstrip("/") + "/", text) if base.startswith("http") else f"{base.rstrip('/')}/{text}"


def _root(url: str) -> str:
    """Return the host or the bucket of an address."""
    parts = split_url(url)
    return f"{parts.scheme}://{parts.netloc}/"
