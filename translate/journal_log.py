"""Logs: answers appended as they come, so that a killed run loses the last few and no more.

Every process writes a log of its own, so that one that is believed dead on another node, and is not, can spoil no
other's. A log is read by whoever does the same work next, and deleted when a part of the journal holds its answers.
Plain appended files: any file system that several nodes share will do.
"""

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from translate.engines.base import Reply
from translate.journal import JournalContent, checksum

# What a kill of the process loses at most: one second's or so many answers …
_WRITE_SECONDS, _WRITE_ENTRIES = 1.0, 256
# … and what a loss of power does.
_SYNC_SECONDS = 10.0
_COLUMNS = 6


class JournalLog:
    """A log open for appending.

    Args:
        path: The part of the journal that the answers will go into; the log lies beside it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A hidden name in .tmp, as of every file that no receipt names: the end of a whole run takes it away.
        self._file = (path.parent / f".{path.stem}.{uuid.uuid4().hex}.log.tmp").open("xb", buffering=0)
        self._pending: list[bytes] = []
        self._written = self._synced = time.monotonic()

    def append(self, key: str, reply: Reply) -> None:
        """Take an answer down; it is in the file at the latest after some more, or a second."""
        content = (key, reply.text, reply.finish, reply.tokens_in, reply.tokens_out)
        self._pending.append(orjson.dumps((*content, checksum(*content))) + b"\n")
        if len(self._pending) >= _WRITE_ENTRIES or time.monotonic() - self._written >= _WRITE_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is pending, and from time to time have it on the disk itself."""
        if self._pending:
            self._file.write(b"".join(self._pending))
            self._pending.clear()
        self._written = time.monotonic()
        if self._written - self._synced >= _SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = self._written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()
        self._file.close()


def logs_of(path: Path) -> list[Path]:
    """Return the logs that runs left beside a part of the journal."""
    return sorted(path.parent.glob(f".{_escaped(path.stem)}.*.log.tmp")) if path.parent.exists() else []


def read_log(path: Path) -> JournalContent:
    """Read a log. The last line of a killed run is often half a line: it counts as damaged, and is said."""
    replies: dict[str, Reply] = {}
    damaged = []
    for number, row in enumerate(_rows(path), 1):
        if len(row) == _COLUMNS and row[-1] == checksum(*row[:-1]):
            replies[row[0]] = Reply(*row[1:-1])
        else:
            damaged.append(f"{path.name}: line {number} fails its checksum")
    return JournalContent(replies, tuple(damaged))


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open("rb") as file:
        for line in file:
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError:
                row = None
            yield tuple(row) if isinstance(row, list) else ()


def _escaped(stem: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in stem)
