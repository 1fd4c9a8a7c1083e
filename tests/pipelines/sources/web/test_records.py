from pathlib import Path
from unittest.mock import patch

from pipelines.sources.record import InputFile, Part
from pipelines.sources.web import records
from pipelines.sources.web.records import Damage

RECORD = b"WARC/%s\r\nWARC-Type: resource\r\nContent-Length: 20\r\n\r\n" + b"x" * 20 + b"\r\n\r\n"


def test_a_long_record_of_a_version_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(RECORD % b"1.0" + RECORD % b"9.9" + RECORD % b"1.1")
    with patch.object(records, "MAX_BLOCK_BYTES", 10):
        first, second, third = records.stored_records(Part(InputFile(str(path), path.name, path.stat().st_size)))
    assert isinstance(second, Damage)
    assert (second.offset, second.reason) == (len(RECORD) + 1, "bad_http")
    assert not isinstance(first, Damage)
    assert not isinstance(third, Damage)
    assert (first.payload, third.payload) == (None, None)
