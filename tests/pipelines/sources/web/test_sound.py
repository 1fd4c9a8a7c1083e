import gzip
import os
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.record import InputFile, Part
from pipelines.sources.web import records, sound
from pipelines.sources.web.records import Damage, stored_records
from pipelines.sources.web.stored_record import StoredRecord

HEAD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:a>\r\nWARC-Date: 2024-05-17T23:31:22Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
)
BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
RECORD = HEAD % len(BLOCK) + BLOCK + b"\r\n\r\n"
PIECES = (
    *(RECORD, HEAD % 0 + b"\r\n\r\n", HEAD % 10, HEAD % 5 + b"\r\n\r\n\r\n", RECORD.replace(b"\r\n", b"\n")),
    *(RECORD.replace(b"WARC/1.0", b"WARC/x"), b"\r\n", b"\n\n", b"\0", b"x", b"WARC/1.0\r\n", b""),
)
MEMBERS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(b"".join).map(gzip.compress)
BETWEEN = st.sampled_from([b"", b"", b"", b"\0" * 40, b"x", b"\x1f\x8b\x08"])


def _none(_stored: object, start: int, _stop: int | None) -> Generator[StoredRecord, None, int]:
    """Read nothing fast."""
    yield from ()
    return start


def _shown(found: StoredRecord | Damage) -> tuple[object, ...]:
    if isinstance(found, Damage):
        return (found.offset, found.reason, found.detail, found.raw)
    return (found.offset, list(found.record.headers.items()), found.payload)


@given(
    st.lists(st.tuples(st.one_of(st.just(gzip.compress(RECORD)), MEMBERS), BETWEEN), min_size=1, max_size=5),
    st.none() | st.integers(0, 999),
    st.none() | st.integers(1, 999),
)
def test_what_is_read_fast_is_what_is_read_with_care(
    tmp_path_factory: pytest.TempPathFactory,
    members: list[tuple[bytes, bytes]],
    damage: int | None,
    stop: int | None,
) -> None:
    content = b"".join(member + between for member, between in members)
    if damage is not None:
        content = content[: damage % len(content)] + content[damage % len(content) + 1 :] + b"W"
    path = tmp_path_factory.getbasetemp() / f"{os.getpid()}.warc.gz"
    path.write_bytes(content)
    part = Part(InputFile(str(path), path.name, len(content)), stop=stop)
    found = [_shown(one) for one in stored_records(part)]
    with patch.object(records, "sound_records", _none):
        assert found == [_shown(one) for one in stored_records(part)]


def test_sound_records_are_read_fast_to_the_end_of_a_part(tmp_path: Path) -> None:
    member = gzip.compress(RECORD)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(member * 3)
    for stop, count in ((None, 3), (len(member) + 1, 2), (len(member), 1)):
        with path.open("rb") as stored:
            assert len(list(sound.sound_records(stored, 0, stop))) == count
