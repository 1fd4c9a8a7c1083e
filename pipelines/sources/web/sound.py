"""Records of an archive that is compressed record by record, up to the first of which there is any doubt."""

from collections.abc import Generator
from typing import BinaryIO

from pipelines.sources.web.members import sound_members
from pipelines.sources.web.stored_record import (
    BLANK_LINE,
    MAX_BLOCK_BYTES,
    MAX_HEAD_BYTES,
    VERSION,
    StoredRecord,
    parsed_record,
    stated_length,
)

_LONGEST = MAX_HEAD_BYTES + MAX_BLOCK_BYTES + len(BLANK_LINE)


def sound_records(stored: BinaryIO, start: int, stop: int | None) -> Generator[StoredRecord, None, int]:
    """Yield records for as long as each fills a gzip member and is as long as it says.

    Args:
        stored: The file.
        start: Where a member begins.
        stop: Where the next part of the file begins; None for the end of the file.

    Returns:
        Where reading must go on with care, be it at the end of the part.
    """
    for member in sound_members(stored, start, _LONGEST):
        found = _only_record(member.offset, member.content)
        if found is None:
            break
        yield found
        start = member.stop
        if stop is not None and start >= stop:
            break
    return start


def _only_record(offset: int, content: bytes) -> StoredRecord | None:
    """Return the record that a member holds; None where it may hold anything else."""
    head_size = content.find(BLANK_LINE, 0, MAX_HEAD_BYTES) + len(BLANK_LINE)
    head = content[:head_size]
    stop = len(content) - len(BLANK_LINE)
    if not VERSION.match(head) or b"\n\n" in head or stop - head_size > MAX_BLOCK_BYTES:
        return None
    if stated_length(head) != stop - head_size or not content.endswith(BLANK_LINE):
        return None
    try:
        return parsed_record(offset, content, head_size, stop)
    except OSError:
        return None
