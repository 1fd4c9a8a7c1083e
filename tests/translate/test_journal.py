from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from translate.checks import Finding
from translate.engines import EngineIdentity, OutputLicense
from translate.journal import Entry, append_to_log, entry_key, part_table, read_log, read_part

ENTRIES = [Entry(f"{number:032x}", f"source {number}", f"answer {number}\n\0é") for number in range(20)]
FINDINGS = (Finding("empty", 3, passed=True), Finding("placeholders", 1, passed=False))


def write_part(path: Path) -> None:
    pq.write_table(part_table([(entry, FINDINGS) for entry in reversed(ENTRIES)]), path)


def test_a_part_gives_back_its_answers_sorted(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    write_part(path)
    content = read_part(path)
    assert content.answers == {entry.key: entry.answer for entry in ENTRIES}
    assert not content.damaged
    table = pq.read_table(path)
    assert table["key"].to_pylist() == sorted(table["key"].to_pylist())
    assert table["failed"].to_pylist()[0] == "placeholders"
    assert table["check_empty"].to_pylist()[0] == 3
    assert table["check_copied"].null_count == len(ENTRIES)


def test_a_missing_part_is_empty(tmp_path: Path) -> None:
    assert read_part(tmp_path / "none.parquet").answers == {}


@pytest.mark.parametrize("position", [0.0, 0.3, 0.6, 0.99])
def test_no_flipped_byte_of_a_part_becomes_a_wrong_answer(tmp_path: Path, position: float) -> None:
    path = tmp_path / "part.parquet"
    write_part(path)
    content = bytearray(path.read_bytes())
    content[int(position * len(content))] ^= 0x5A
    path.write_bytes(content)
    true = {entry.key: entry.answer for entry in ENTRIES}
    read = read_part(path)
    assert read.answers.items() <= true.items()
    assert read.damaged or read.answers == true


def test_a_truncated_part_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    write_part(path)
    path.write_bytes(path.read_bytes()[:-100])
    read = read_part(path)
    assert read.answers == {}
    assert "part.parquet: unreadable" in read.damaged[0]


def test_a_changed_answer_fails_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    table = part_table([(entry, FINDINGS) for entry in ENTRIES])
    answers = table["answer"].to_pylist()
    answers[3] = "forged"
    index = table.schema.get_field_index("answer")
    pq.write_table(table.set_column(index, table.schema.field("answer"), pa.array(answers, pa.large_string())), path)
    read = read_part(path)
    assert len(read.answers) == len(ENTRIES) - 1
    assert read.damaged == ("part.parquet: entry 4 fails its checksum",)


def test_a_log_survives_a_kill_in_the_middle_of_a_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    append_to_log(log, ENTRIES[:5])
    log.write_bytes(log.read_bytes()[:-7])
    append_to_log(log, ENTRIES[5:])
    read = read_log(log)
    assert set(read.answers) == {entry.key for entry in ENTRIES} - {ENTRIES[4].key}
    assert len(read.damaged) == 1


def test_the_key_changes_with_everything_that_an_answer_depends_on() -> None:
    def engine(version: str = "1", sha256: str = "ab") -> EngineIdentity:
        licence = OutputLicense("MIT", restricts_outputs=False, evidence=())
        return EngineIdentity("echo", version, "m", {"f": sha256}, "sentence", 500, licence)

    keys = {
        entry_key("text", "eng_Latn", "por_Latn", engine()),
        entry_key("text.", "eng_Latn", "por_Latn", engine()),
        entry_key("text", "fra_Latn", "por_Latn", engine()),
        entry_key("text", "eng_Latn", "spa_Latn", engine()),
        entry_key("text", "eng_Latn", "por_Latn", engine(version="2")),
        entry_key("text", "eng_Latn", "por_Latn", engine(sha256="cd")),
    }
    assert len(keys) == 6
    assert entry_key("text", "eng_Latn", "por_Latn", engine()) in keys
