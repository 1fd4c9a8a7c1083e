"""Decoded bytes of a crawl archive, and where each stands in the file as stored."""

import bisect
from typing import BinaryIO

from pipelines.sources.web.decoders import DECODERS, Codec, FrameDamage, FrameError


class DecodedStream:
    """A file's bytes, decoded from a member or frame on.

    Attributes:
        damage: What ended the stream before the file ended, once it was met.
    """

    def __init__(self, stored: BinaryIO, codec: Codec, start: int) -> None:
        self.damage: FrameDamage | None = None
        self._pieces = DECODERS[codec](stored, start)
        self._plain = codec == "plain"
        self._buffer = b""
        self._at = 0  # what of the buffer was taken
        self._before = start if self._plain else 0  # decoded bytes before the buffer
        self._frames = [0]  # decoded position of each member or frame …
        self._stored = [start]  # … and where it is stored
        self._decoded = self._before
        self._ended = False

    @property
    def position(self) -> int:
        """How many bytes were taken; the offset in a plain file."""
        return self._before + self._at

    def offset(self) -> int:
        """Return where the next byte's member or frame is stored, in a plain file the byte itself."""
        if self._plain:
            return self.position
        self._fill(1)
        last = bisect.bisect_right(self._frames, self.position) - 1
        del self._frames[:last], self._stored[:last]
        return self._stored[0]

    def behind_offset(self, position: int) -> int:
        """Return how many decoded bytes lie between the member or frame that `offset` told last and a place."""
        return 0 if self._plain else position - self._frames[0]

    def may_begin_part(self, position: int) -> bool:
        """Tell whether reading may begin at a place that was reached: where a member does, in a plain file anywhere."""
        return self._plain or position in self._frames

    def peek(self, size: int, begin: int = 0) -> bytes:
        """Return the next bytes, those behind as many as `begin`, without taking them; fewer at the end."""
        self._fill(begin + size)
        return self._buffer[self._at + begin : self._at + begin + size]

    def take(self, size: int) -> bytes:
        """Return the next bytes; fewer at the end."""
        content = self.peek(size)
        self._at += len(content)
        return content

    def put_back(self, content: bytes) -> None:
        """Make bytes that were taken last the next ones again."""
        if content and self._buffer[max(self._at - len(content), 0) : self._at] == content:
            self._at -= len(content)
            return
        self._buffer = content + self._buffer[self._at :]
        self._before -= len(content) - self._at
        self._at = 0

    def find(self, pattern: bytes, limit: int, begin: int = 0) -> int:
        """Return how many bytes come before a pattern that ends within a limit, no fewer than `begin`; -1 for none."""
        size, searched = min(begin + 2**12, limit), begin
        while True:
            self._fill(size)
            held = min(len(self._buffer) - self._at, limit)
            place = self._buffer.find(pattern, self._at + searched, self._at + held)
            if place >= 0:
                return place - self._at
            if held < size or held == limit:
                return -1
            searched = max(begin, held - len(pattern) + 1)
            size = min(8 * held, limit)

    def _fill(self, size: int) -> None:
        """Hold as many bytes, or all that are left."""
        held = len(self._buffer) - self._at
        if held >= size or self._ended:
            return
        parts = [self._buffer[self._at :]]
        self._before += self._at
        self._at = 0
        while held < size:
            try:
                piece = next(self._pieces, None)
            except FrameError as error:
                self.damage, piece = error.damage, None
            if piece is None:
                self._ended = True
                break
            if piece.frame is not None and not self._plain:
                self._frames.append(self._decoded)
                self._stored.append(piece.frame)
            parts.append(piece.content)
            held += len(piece.content)
            self._decoded += len(piece.content)
        self._buffer = b"".join(parts)
