import gzip
import os
from collections.abc import Callable, Generator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.record import InputFile, Part
from pipelines.sources.web import records, sound
from pipelines.sources.web.cutter import Cutter, Damage
from pipelines.sources.web.decoders import codec_of
from pipelines.sources.web.records import stored_records
from pipelines.sources.web.stored_record import StoredRecord

HEAD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:a>\r\nWARC-Date: 2024-05-17T23:31:22Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
)
BLOCK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
RECORD = HEAD % len(BLOCK) + BLOCK + b"\r\n\r\n"
PIECES = (
    *(RECORD, HEAD % 0 + b"\r\n\r\n", HEAD % 10, HEAD % 5 + b"\r\n\r\n\r\n", RECORD.replace(b"\r\n", b"\n")),
    *(RECORD.replace(b"application", b"Application"), RECORD.replace(b"WARC/1.0", b"WARC/x")),
    *(b"\r\n", b"\n\n", b"\0", b"x", b"WARC/1.0\r\n", b""),
)
MEMBERS = st.lists(st.sampled_from(PIECES), max_size=3).map(b"".join).map(gzip.compress)
BETWEEN = st.sampled_from([b"", b"", b"", b"\0" * 40, b"x", b"\x1f\x8b\x08"])
PACKED = st.lists(st.tuples(st.just(gzip.compress(RECORD)) | MEMBERS, BETWEEN), min_size=1, max_size=5)
PLAIN = st.lists(st.sampled_from([RECORD, RECORD, *PIECES]), min_size=1, max_size=9).map(b"".join)


def _none(_stored: object, _codec: object, start: int, _stop: int | None) -> Generator[StoredRecord, None, int]:
    """Read nothing fast."""
    yield from ()
    return start


def _shown(found: StoredRecord | Damage) -> tuple[object, ...]:
    if isinstance(found, Damage):
        return (found.offset, found.reason, found.detail, found.raw)
    return (found.offset, list(found.record.headers.items()), found.payload)


@given(
    PLAIN | PACKED.map(lambda packed: b"".join(member + between for member, between in packed)),
    st.none() | st.integers(0, 999),
    st.none() | st.integers(1, 999),
    st.sampled_from([1, 500, records._PATIENCE]),
    st.sampled_from([100, sound.STORED_CHUNK]),
)
def test_what_is_read_fast_is_what_is_read_with_care(
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes,
    damage: int | None,
    stop: int | None,
    patience: int,
    chunk: int,
) -> None:
    if damage is not None:
        content = content[: damage % (len(content) + 1)] + content[damage % (len(content) + 1) + 1 :] + b"W"
    path = tmp_path_factory.getbasetemp() / f"{os.getpid()}.warc.gz"
    path.write_bytes(content)
    part = Part(InputFile(str(path), path.name, len(content)), stop=stop)
    with patch.object(records, "_PATIENCE", patience), patch.object(sound, "STORED_CHUNK", chunk):
        found = [_shown(one) for one in stored_records(part)]
    with patch.object(records, "sound_records", _none), patch.object(records, "_PATIENCE", 10**9):
        assert found == [_shown(one) for one in stored_records(part)]


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
@pytest.mark.parametrize("in_each", [1, 2])
def test_sound_records_are_read_fast_to_the_end_of_a_part(
    tmp_path: Path, pack: Callable[[bytes], bytes], in_each: int
) -> None:
    member = pack(RECORD * in_each)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(member * 3)
    for stop, members in ((None, 3), (2 * len(member), 2), (len(member), 1)):
        with path.open("rb") as stored:
            found = list(sound.sound_records(stored, codec_of(stored), 0, stop))
        assert len(found) == members * in_each


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_reading_is_fast_again_behind_what_is_odd(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.warc.gz"
    odd = RECORD.replace(b"\r\n", b"\n")
    path.write_bytes(b"".join(map(pack, [RECORD, odd, *[RECORD] * 9])))
    part = Part(InputFile(str(path), path.name, path.stat().st_size))
    with_care = patch.object(Cutter, "_record", autospec=True, side_effect=Cutter._record)
    with patch.object(records, "_PATIENCE", 1), with_care as careful:
        assert len(list(stored_records(part))) == 11
    assert careful.call_count == 1
