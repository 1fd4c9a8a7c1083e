"""Records of a crawl archive (ISO 28500), and the damage among them.

A record belongs to the part of the file in which its gzip member begins, or itself where the file is not compressed;
so does damage.
"""

from collections.abc import Iterator
from typing import BinaryIO

from pipelines.sources.record import InputFile, Part
from pipelines.sources.stored import open_binary
from pipelines.sources.web.cutter import Cutter, Damage
from pipelines.sources.web.decoders import Codec, codec_of, magic_offsets
from pipelines.sources.web.gzip_input import STORED_CHUNK
from pipelines.sources.web.heads import begins_record, find_record
from pipelines.sources.web.sound import sound_records
from pipelines.sources.web.stored_record import StoredRecord
from pipelines.sources.web.stream import DecodedStream

PART_BYTES = 64 * 2**20  # as stored

_SPLITTABLE = ("gzip", "plain")
_PATIENCE = STORED_CHUNK  # bytes as stored that are read with care behind a doubt: to turn back, a chunk is read anew


def parts(file: InputFile) -> tuple[Part, ...]:
    """Split gzip and plain archives every `PART_BYTES`; others are read from their beginning only."""
    if file.size <= PART_BYTES:
        return (Part(file),)
    with open_binary(file) as stored:
        if codec_of(stored) not in _SPLITTABLE:
            return (Part(file),)
    starts = range(0, file.size, PART_BYTES)
    return tuple(Part(file, index, start, start + PART_BYTES) for index, start in enumerate(starts))


def stored_records(part: Part) -> Iterator[StoredRecord | Damage]:
    """Yield the records that begin in a part, and the damage among them.

    What is sound is read fast. From a doubt on, each length is checked, for a while that is twice as long when the next
    doubt follows at once.
    """
    with open_binary(part.file) as stored:
        codec = codec_of(stored)
        start = 0 if part.start == 0 else _next_start(stored, codec, part.start, part.stop)
        patience = _PATIENCE
        while start is not None:
            doubted = yield from sound_records(stored, codec, start, part.stop)
            patience = _PATIENCE if doubted > start else 2 * patience
            enough = doubted + patience if codec in _SPLITTABLE else None
            cutter = Cutter(DecodedStream(stored, codec, doubted), part.stop, enough)
            yield from cutter.records()
            damage = cutter.unread
            start = cutter.left if damage is None else _next_start(stored, codec, damage + 1, part.stop)


def _next_start(stored: BinaryIO, codec: Codec, offset: int, stop: int | None) -> int | None:
    """Return the first place, from an offset on, at which a record can be read."""
    if codec == "plain":
        stream = DecodedStream(stored, codec, offset)
        return stream.position if find_record(stream, stop) else None
    for candidate in magic_offsets(stored, codec, offset, stop):
        if begins_record(DecodedStream(stored, codec, candidate)):
            return candidate
    return None
