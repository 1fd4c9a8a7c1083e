"""Lines of a file, plain or compressed, whole or a byte range of it; damaged stretches are among them."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.sources.decompressed import Gap, chunks, pieces
from pipelines.sources.record import MAX_RAW_BYTES, Part

MAX_LINE_BYTES = 128 * 2**20

# What no file of lines of text begins with: a file under the wrong name, told once instead of line by line.
_FOREIGN = {
    b"\x1f\x8b\x08": "gzip, which is read where a file's name ends with .gz",
    b"\x28\xb5\x2f\xfd": "zstd, which is read where a file's name ends with .zst",
    b"BZh91AY&SY": "bz2, which is read where a file's name ends with .bz2",
    b"\xfd7zXZ\0": "xz, which is not read; compress the file with zstd",
    b"PK\x03\x04": "a zip archive; unpack it",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it",
    b"PAR1": "Parquet",
    b"\xff\xfe": "UTF-16; write the file in UTF-8",
    b"\xfe\xff": "UTF-16; write the file in UTF-8",
}


@dataclass(frozen=True)
class Lines:
    """Consecutive lines without their line feeds, and where the first begins in the decompressed file."""

    offset: int
    lines: list[bytes]


@dataclass(frozen=True)
class Damage:
    """A stretch that gives no line: cut off, damaged, or longer than any record may be."""

    offset: int
    reason: str
    detail: str
    raw: bytes


def line_blocks(part: Part) -> Iterator[Lines | Damage]:
    """Yield the lines whose first byte lies in a part, in blocks, with damaged stretches among them.

    Parts that meet share no line and lose none: a line belongs to the part in which it begins.
    """
    splitter = _LineSplitter(part)
    for number, piece in enumerate(pieces(part.file, splitter.offset)):
        if isinstance(piece, Gap):
            yield splitter.damage(piece.reason, piece.detail)
            splitter.resume()
        elif number == 0 and part.start == 0 and (foreign := _foreign(piece)) is not None:
            yield Damage(0, "wrong_format", f"the file begins as {foreign}", piece[:MAX_RAW_BYTES])
            return
        else:
            yield from splitter.feed(piece)
        if splitter.is_done():
            return
    yield from splitter.end()


def _foreign(begin: bytes) -> str | None:
    """Tell what a file is that begins so, if it is none of lines."""
    return next((name for magic, name in _FOREIGN.items() if begin.startswith(magic)), None)


class _LineSplitter:
    """Cuts a stream into the lines that begin in a part."""

    def __init__(self, part: Part) -> None:
        self.offset = max(part.start - 1, 0)  # the byte before tells whether a line begins with the part
        self._stop = part.stop
        self._within = part.start == 0  # until the first line feed, the line belongs to the part before
        # Pieces of the line that is not finished, or the beginning of one that is too long.
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._skipped = 0  # bytes of a line that is too long

    def is_done(self) -> bool:
        """Tell whether the next line begins after the part."""
        return self._stop is not None and self.offset >= self._stop

    def feed(self, chunk: bytes) -> Iterator[Lines | Damage]:
        """Take bytes in, and yield the lines that they finish."""
        if self._skipped:
            head, line_feed, chunk = chunk.partition(b"\n")
            self._skipped += len(head) + len(line_feed)
            if not line_feed:
                return
            yield from self._end_long_line()
        if not self._within:
            head, line_feed, chunk = chunk.partition(b"\n")
            self.offset += len(head) + len(line_feed)
            self._within = bool(line_feed)
        if self._within and not self.is_done():
            yield from self._feed_within(chunk)

    def _feed_within(self, chunk: bytes) -> Iterator[Lines]:
        if b"\n" in chunk:
            lines = b"".join([*self._held, chunk]).split(b"\n")
            self._hold(lines.pop())
            lines = _begun_before(self._stop, self.offset, lines)
            yield Lines(self.offset, lines)
            self.offset += sum(map(len, lines)) + len(lines)
        else:
            self._held.append(chunk)
            self._held_bytes += len(chunk)
        if self._held_bytes > MAX_LINE_BYTES:
            self._skipped = self._held_bytes
            self._hold(self._beginning())

    def _hold(self, piece: bytes) -> None:
        self._held, self._held_bytes = [piece], len(piece)

    def _beginning(self) -> bytes:
        """Return the first bytes of the line that is not finished."""
        begin, enough = b"", iter(self._held)
        while len(begin) < MAX_RAW_BYTES and (piece := next(enough, None)) is not None:
            begin += piece[:MAX_RAW_BYTES]
        return begin[:MAX_RAW_BYTES]

    def _end_long_line(self) -> Iterator[Damage]:
        yield self.damage("too_large", f"a line of {self._skipped:,} bytes; at most {MAX_LINE_BYTES:,} are read")
        self.offset += self._skipped
        self._skipped = 0
        self._hold(b"")

    def end(self) -> Iterator[Lines | Damage]:
        """Yield the last line, which need not end with a line feed."""
        if self._skipped:
            yield from self._end_long_line()
        elif self._held_bytes and self._within and not self.is_done():
            yield Lines(self.offset, [b"".join(self._held)])

    def resume(self) -> None:
        """Go on behind a gap with a line: members and frames of a file of lines mostly begin with one."""
        self.offset += self._skipped or self._held_bytes
        self._skipped, self._within = 0, True
        self._hold(b"")

    def damage(self, reason: str, detail: str) -> Damage:
        """Return what is left unread from here."""
        return Damage(self.offset, reason, detail, self._beginning())


def _begun_before(stop: int | None, offset: int, lines: list[bytes]) -> list[bytes]:
    if stop is None or offset + sum(map(len, lines)) + len(lines) <= stop:
        return lines
    for number, line in enumerate(lines):
        if offset >= stop:
            return lines[:number]
        offset += len(line) + 1
    return lines


def line_feeds_before(part: Part) -> int:
    """Return how many lines of a plain file begin before a part."""
    if part.start == 0:
        return 0
    count, left = 0, part.start - 1
    for chunk in chunks(part.file):
        count += chunk[:left].count(b"\n")
        left -= len(chunk)
        if left <= 0:
            break
    return count + 1
