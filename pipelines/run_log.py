"""`loam run --log FILE`: the events of a run as JSON, one a line, in a file that any tool for logs reads."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pipelines.errors import LoamError
from pipelines.events import FACTS, LOGGER


class RunLog:
    """Appends every event of a run to a file, as it happens.

    A line has `time` (UTC, ISO 8601), `level` and `event`, and what the event tells; see `pipelines.events`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            LoamError: It cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Names of files need not be Unicode; `\udc..`, which Python makes of their bytes, is JSON's escape too.
            self._handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise LoamError(f"--log: {error}; give a file that can be written") from error
        self._handler.setFormatter(_JsonLines())

    def __enter__(self) -> Self:
        LOGGER.addHandler(self._handler)
        self._level_before = LOGGER.level
        LOGGER.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        LOGGER.removeHandler(self._handler)
        LOGGER.setLevel(self._level_before)
        self._handler.close()


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return an event as one line of JSON."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(line | getattr(record, FACTS, {}), ensure_ascii=False)
