from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from translate.checks import Finding
from translate.engines import EngineIdentity, Json, OutputLicense, Reply, Request
from translate.journal import Entry, Keys, part_table, read_part
from translate.journal_log import JournalLog, logs_of, read_log

FINDINGS = (Finding("empty", 3, passed=True), Finding("placeholders", 1, passed=False))
ENTRIES = [
    Entry(
        f"{number:032x}", "e/m", Request(f"source {number}", 0), Reply(f"answer {number}\n\0é", "stop", 7, 9), FINDINGS
    )
    for number in range(20)
]
REPLIES = {entry.key: entry.reply for entry in ENTRIES}


def write_part(path: Path) -> None:
    pq.write_table(part_table(reversed(ENTRIES)), path)


def test_a_part_gives_back_its_answers_sorted(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    write_part(path)
    content = read_part(path)
    assert content.replies == REPLIES
    assert not content.damaged
    table = pq.read_table(path)
    assert table["key"].to_pylist() == sorted(table["key"].to_pylist())
    assert table["failed"].to_pylist()[0] == "placeholders"
    assert table["check_empty"].to_pylist()[0] == 3
    assert table["check_copied"].null_count == len(ENTRIES)


def test_a_missing_part_is_empty(tmp_path: Path) -> None:
    assert read_part(tmp_path / "none.parquet").replies == {}
    assert logs_of(tmp_path / "none" / "none.parquet") == []


@pytest.mark.parametrize("position", [0.0, 0.3, 0.6, 0.99])
def test_no_flipped_byte_of_a_part_becomes_a_wrong_answer(tmp_path: Path, position: float) -> None:
    path = tmp_path / "part.parquet"
    write_part(path)
    content = bytearray(path.read_bytes())
    content[int(position * len(content))] ^= 0x5A
    path.write_bytes(content)
    read = read_part(path)
    assert read.replies.items() <= REPLIES.items()
    assert read.damaged or read.replies == REPLIES


def test_a_truncated_part_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    write_part(path)
    path.write_bytes(path.read_bytes()[:-100])
    read = read_part(path)
    assert read.replies == {}
    assert "part.parquet: unreadable" in read.damaged[0]


@pytest.mark.parametrize(("column", "forged"), [("answer", "forged"), ("finish", "length"), ("tokens_out", 1)])
def test_a_changed_answer_fails_its_checksum(tmp_path: Path, column: str, forged: object) -> None:
    path = tmp_path / "part.parquet"
    table = part_table(ENTRIES)
    values = table[column].to_pylist()
    values[3] = forged
    index = table.schema.get_field_index(column)
    field = table.schema.field(column)
    pq.write_table(table.set_column(index, field, pa.array(values, field.type)), path)
    read = read_part(path)
    assert len(read.replies) == len(ENTRIES) - 1
    assert read.damaged == ("part.parquet: entry 4 fails its checksum",)


def write_log(path: Path, replies: Mapping[str, Reply]) -> Path:
    before = set(logs_of(path))
    with JournalLog(path) as log:
        for key, reply in replies.items():
            log.append(key, reply)
    (made,) = set(logs_of(path)) - before
    return made


def test_every_process_has_a_log_of_its_own(tmp_path: Path) -> None:
    part = tmp_path / "source" / "a[1]*.parquet"
    first = write_log(part, dict(list(REPLIES.items())[:5]))
    second = write_log(part, dict(list(REPLIES.items())[5:]))
    write_log(tmp_path / "source" / "b.parquet", {"x": Reply("y")})
    assert {first, second} == set(logs_of(part))
    assert {**read_log(first).replies, **read_log(second).replies} == REPLIES


@given(st.integers(0, 3000))
def test_a_log_cut_off_anywhere_loses_what_was_cut_alone(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    log = write_log(tmp_path_factory.mktemp("log") / "a.parquet", REPLIES)
    content = log.read_bytes()
    log.write_bytes(content[:cut])
    read = read_log(log)
    whole = content[:cut].count(b"\n")
    assert read.replies.items() <= REPLIES.items()
    assert whole <= len(read.replies) <= whole + 1
    assert len(read.damaged) <= 1


@given(st.integers(0, 1999), st.integers(1, 255))
def test_no_flipped_byte_of_a_log_becomes_a_wrong_answer(
    tmp_path_factory: pytest.TempPathFactory, position: int, mask: int
) -> None:
    log = write_log(tmp_path_factory.mktemp("log") / "a.parquet", REPLIES)
    content = bytearray(log.read_bytes())
    content[position % len(content)] ^= mask
    log.write_bytes(content)
    read = read_log(log)
    assert read.replies.items() <= REPLIES.items()
    assert len(read.replies) >= len(REPLIES) - 2
    assert read.damaged or read.replies == REPLIES


def test_what_was_appended_is_in_the_file_before_it_is_closed(tmp_path: Path) -> None:
    part = tmp_path / "a.parquet"
    with JournalLog(part) as log:
        for key, reply in REPLIES.items():
            log.append(key, reply)
        log.flush()
        assert read_log(logs_of(part)[0]).replies == REPLIES


def test_the_key_changes_with_everything_that_an_answer_depends_on() -> None:
    def key(
        text: str = "text", attempt: int = 0, source: str = "eng_Latn", target: str = "por_Latn", **of: Json
    ) -> str:
        values: dict[str, Json] = {"name": "echo", "version": "1", "model": "m", "model_sha256": {"f": "ab"}, **of}
        licence = OutputLicense("MIT", restricts_outputs=False, evidence=())
        engine = EngineIdentity(**values, unit="sentence", max_segment_tokens=500, output_license=licence)  # type: ignore[arg-type]
        return Keys(engine, source, target)(Request(text, attempt))

    keys = {
        key(),
        key("text."),
        key(attempt=1),
        key(source="fra_Latn"),
        key(target="spa_Latn"),
        key(name="other"),
        key(version="2"),
        key(model="n"),
        key(model_sha256={"f": "cd"}),
        key(model_revision="1"),
        key(sampling={"temperature": 0.3}),
        key(template="tower"),
        key(template_sha256="ef"),
    }
    assert len(keys) == 13
    assert key() in keys
