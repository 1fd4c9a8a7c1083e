"""Plain text, compressed or not: a document a file, or several with a separator between them."""

import posixpath
from collections.abc import Iterator, Mapping

from pipelines.sources.decompressed import Gap, pieces
from pipelines.sources.options import Option, Options
from pipelines.sources.pending import PendingRecords
from pipelines.sources.record import (
    BATCH_ROWS,
    BATCH_TEXT_BYTES,
    MAX_RAW_BYTES,
    MAX_TEXT_BYTES,
    Batch,
    Part,
    Reader,
    nothing_before,
    unreadable,
    whole_file,
)

OPTIONS = {
    "separator": Option(str, None, "what stands between documents; without it a file is one document"),
    "encoding": Option(str, "utf-8", "encoding of the files"),
}


def read(part: Part, _columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's documents. What is no text of its encoding is put aside, the rest of the file read.

    Of a compressed file that is damaged, the documents at either end of the damage are put aside; those behind it are
    read from the next separator on.
    """
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    encoding, separator = str(options["encoding"]), options["separator"]
    try:
        parted = separator.encode(encoding) if isinstance(separator, str) and separator else None
    except (LookupError, UnicodeEncodeError) as error:
        yield unreadable("unknown_encoding", str(error))
        return
    rows = PendingRecords(BATCH_ROWS, BATCH_TEXT_BYTES)
    splitter = _Splitter(parted)
    for found in pieces(part.file):
        if isinstance(found, Gap):
            rows.next_row()
            at = splitter.offset
            rows.fault(found.reason, f"{found.detail}: a document that begins at byte {at}", splitter.rest(), at)
            splitter.pass_over()
            continue
        for piece in splitter.feed(found):
            _add(rows, piece, encoding, part.file.relative)
            if rows.is_full():
                yield rows.batch()
    if not splitter.is_within_damage:
        _add(rows, splitter.last(), encoding, part.file.relative)
    yield rows.batch()


class _Splitter:
    """Cuts a stream at a separator; of a piece that is too long only the beginning is kept, and its size."""

    def __init__(self, separator: bytes | None) -> None:
        self.offset = 0  # of the piece that is not finished
        self.is_within_damage = False  # until the next separator
        self._separator = separator
        self._tail = bytearray()
        self._skipped = 0

    def feed(self, chunk: bytes) -> Iterator[tuple[int, bytes, int]]:
        """Take bytes in; yield (offset, content, size) of each piece that they finish."""
        searched = max(0, len(self._tail) - len(self._separator or b"") + 1)
        self._tail += chunk
        if self._separator is not None:
            while (end := self._tail.find(self._separator, searched)) >= 0:
                if not self.is_within_damage:
                    yield self.offset, bytes(self._tail[:end]), end + self._skipped
                self.is_within_damage = False
                self.offset += end + self._skipped + len(self._separator)
                del self._tail[: end + len(self._separator)]
                searched = self._skipped = 0
        keep = MAX_TEXT_BYTES + 2**20
        if len(self._tail) > keep + len(chunk):
            gone = len(self._tail) - keep
            del self._tail[MAX_RAW_BYTES : MAX_RAW_BYTES + gone]
            self._skipped += gone

    def last(self) -> tuple[int, bytes, int]:
        """Return the piece behind the last separator."""
        return self.offset, bytes(self._tail), len(self._tail) + self._skipped

    def pass_over(self) -> None:
        """Give up the piece that is not finished, as bytes are missing here, and the one in which reading goes on."""
        self.offset += len(self._tail) + self._skipped
        self._tail.clear()
        self._skipped, self.is_within_damage = 0, True

    def rest(self) -> bytes:
        """Return the beginning of the piece that is not finished."""
        return bytes(self._tail[:MAX_RAW_BYTES])


def _add(rows: PendingRecords, piece: tuple[int, bytes, int], encoding: str, relative: str) -> None:
    offset, content, size = piece
    row = rows.next_row()
    if size > MAX_TEXT_BYTES:
        detail = f"a text of {size:,} bytes from byte {offset}; at most {MAX_TEXT_BYTES:,} are taken"
        rows.fault("too_large", detail, content, offset)
        return
    try:
        text = content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") and offset == 0 else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        at = offset + error.start if isinstance(error, UnicodeDecodeError) else offset
        rows.fault("bad_encoding", f"byte {at} of the file: {error}", content, at)
        return
    if not text.strip():
        rows.drop("empty")
        return
    rows.keep({"row": row, "text": text, "title": posixpath.basename(relative)}, len(content))


READER = Reader(whole_file, read, nothing_before, has_columns=False, options=OPTIONS)
