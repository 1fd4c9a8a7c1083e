"""Stored bytes of a gzip file on their way to a decoder, which may have been given more than its member."""

from typing import BinaryIO

STORED_CHUNK = 2**18
_STEP = 2**14  # what a member leaves over of it is copied


class GzipInput:
    """Stored bytes of a file, handed out in steps, each but the file's last of the same size.

    So what a decoder makes of a member before damage in it is the same wherever in the file reading began.
    """

    def __init__(self, stored: BinaryIO, start: int) -> None:
        self._stored = stored
        self._chunk = b""
        self._at = 0
        self._next = start
        self._ended = False

    @property
    def offset(self) -> int:
        """Where the next byte stands in the file."""
        return self._next - len(self._chunk) + self._at

    def step(self) -> bytes:
        """Return the next bytes; none at the end."""
        while self._at + _STEP > len(self._chunk) and not self._ended:
            self._stored.seek(self._next)
            more = self._stored.read(STORED_CHUNK)
            self._chunk, self._at = self._chunk[self._at :] + more, 0
            self._next += len(more)
            self._ended = not more
        step = self._chunk[self._at : self._at + _STEP]
        self._at += len(step)
        return step

    def give_back(self, count: int) -> None:
        """Make the last bytes of the latest step the next ones again."""
        self._at -= count
