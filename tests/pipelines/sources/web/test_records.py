import gzip
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest

from pipelines.sources.record import InputFile, Part
from pipelines.sources.web import cutter, sound
from pipelines.sources.web.cutter import Damage
from pipelines.sources.web.records import stored_records
from pipelines.sources.web.stored_record import StoredRecord

SOUND = (
    b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: a\r\nWARC-Date: b\r\nContent-Length: 20\r\n\r\n"
    + b"x" * 20
    + b"\r\n\r\n"
)
RECORD = b"WARC/%s\r\nWARC-Type: resource\r\nContent-Length: 20\r\n\r\n" + b"x" * 20 + b"\r\n\r\n"


def _read(path: Path, content: bytes) -> list[StoredRecord | Damage]:
    path.write_bytes(content)
    return list(stored_records(Part(InputFile(str(path), path.name, path.stat().st_size))))


@pytest.mark.parametrize("known", [b"0.9", b"0.18"])
@pytest.mark.parametrize("longest", [10, 100])
def test_a_record_of_an_unknown_version_is_damage_by_that_name(tmp_path: Path, longest: int, known: bytes) -> None:
    with patch.object(cutter, "MAX_BLOCK_BYTES", longest), patch.object(sound, "MAX_BLOCK_BYTES", longest):
        first, second, third = _read(tmp_path / "a.warc", RECORD % b"1.0" + RECORD % b"1.2" + RECORD % known)
    assert isinstance(second, Damage)
    assert (second.offset, second.reason) == (len(RECORD) + 1, "unknown_version")
    assert second.detail == "WARC/1.2: versions up to WARC/1.1 are read"
    assert not isinstance(first, Damage)
    assert not isinstance(third, Damage)
    payload = b"x" * 20 if longest > 20 else None
    assert (first.payload, third.payload) == (payload, payload)


def test_of_a_member_that_begins_with_damage_the_rest_is_read_whatever_part_it_lies_in(tmp_path: Path) -> None:
    members = [gzip.compress(content) for content in (SOUND, b"what\r\n" + SOUND, SOUND)]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(members))
    file = InputFile(str(path), path.name, path.stat().st_size)
    second, third = len(members[0]), len(members[0] + members[1])
    for bounds in ((0, None), (0, second, None), (0, second, third, None), (0, third, None)):
        found = [one for start, stop in pairwise(bounds) for one in stored_records(Part(file, 0, start, stop))]
        assert [(one.offset, isinstance(one, Damage)) for one in found] == [
            *((0, False), (second, True), (second, False), (third, False))
        ]


@pytest.mark.parametrize("longest", [20, 1000])
def test_a_member_s_record_may_hold_another_as_a_page_does(tmp_path: Path, longest: int) -> None:
    outer = SOUND.replace(b"20", b"%d" % len(SOUND)).replace(b"x" * 20, SOUND)
    content = gzip.compress(outer) + gzip.compress(SOUND)
    with patch.object(cutter, "MAX_BLOCK_BYTES", longest), patch.object(sound, "MAX_BLOCK_BYTES", longest):
        first, second = _read(tmp_path / "a.warc.gz", content)
    assert not isinstance(first, Damage)
    assert not isinstance(second, Damage)
    assert (first.payload, second.payload) == (SOUND if longest > 20 else None, b"x" * 20)


@pytest.mark.parametrize("longest", [20, 1000])
@pytest.mark.parametrize("stated", [b"100", b"999"])
def test_a_false_length_in_a_member_of_many_records_loses_none_behind(
    tmp_path: Path, longest: int, stated: bytes
) -> None:
    content = gzip.compress(SOUND + SOUND.replace(b"20", stated) + SOUND * 2)
    with patch.object(cutter, "MAX_BLOCK_BYTES", longest), patch.object(sound, "MAX_BLOCK_BYTES", longest):
        found = _read(tmp_path / "a.warc.gz", content)
    assert [one.reason if isinstance(one, Damage) else "sound" for one in found] == [
        *("sound", "wrong_length", "sound", "sound")
    ]


@pytest.mark.parametrize("longest", [20, 2**20])
def test_what_ends_within_a_damaged_member_is_told_by_that_damage(tmp_path: Path, longest: int) -> None:
    block = b"x" * 2**15
    for content in (SOUND.replace(b"20", b"%d" % len(block)).replace(b"x" * 20, block), b"WARC/1.0\r\nA: " + block):
        member = bytearray(gzip.compress(content, 0))
        member[-8] ^= 1  # of its checksum
        with patch.object(cutter, "MAX_BLOCK_BYTES", longest), patch.object(sound, "MAX_BLOCK_BYTES", longest):
            found, behind = _read(tmp_path / "a.warc.gz", bytes(member) + gzip.compress(SOUND))
        assert isinstance(found, Damage)
        assert found.reason == "damaged_compression"
        assert "incorrect data check" in found.detail
        assert not isinstance(behind, Damage)
