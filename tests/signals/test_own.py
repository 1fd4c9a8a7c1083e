"""Signals that users declare in Python files of their own."""

from pathlib import Path

import pyarrow as pa
import pytest

import signals

HEAD = """
import pyarrow as pa, pyarrow.compute as pc
from signals import Signal
SIGNALS = (Signal("question_marks", "own", pa.int64(), "marks", "0 or more", "Question marks.", "a test"),)
"""
COMPUTE = """
def compute(inputs, names):
    return pa.table({"question_marks": pc.count_substring(inputs.texts, "?")})
"""


def computed(folder: Path, content: str) -> list[object]:
    path = folder / "own.py"
    path.write_text(content, encoding="utf-8")
    table = signals.compute(pa.array(["Who? Me?", None]), names=["question_marks"], resources={"own/own.py": path})
    assert table.schema.field(0).type == pa.int64()
    return table["question_marks"].to_pylist()


def test_a_users_signal_is_computed_and_declared(tmp_path: Path) -> None:
    assert computed(tmp_path, HEAD + COMPUTE) == [2, None]
    (declared,) = signals.schema("own", {"own/own.py": tmp_path / "own.py"})
    assert declared.metadata[b"unit"] == b"marks"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("def compute(", "SyntaxError"),
        ("x = 1", "SIGNALS is missing, or is no tuple"),
        (HEAD, r"compute\(inputs, names\) is missing"),
        (HEAD + "def compute(i, n): return 1 / 0", r"compute\(\) failed: ZeroDivisionError: division by zero"),
        (HEAD + "def compute(i, n): return {'question_marks': [1, 2]}", r"returned a dict, expected a pyarrow\.Table"),
        (
            HEAD + "def compute(i, n): return pa.table({'z': [1, 2]})",
            r"returned \['z'\], expected \['question_marks'\]",
        ),
        (HEAD + "def compute(i, n): return pa.table({n[0]: [1]})", "returned 1 rows for 2 documents"),
        (HEAD + "def compute(i, n): return pa.table({n[0]: ['a', 'b']})", "question_marks: .* gives no int64"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_name(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ValueError, match=rf"own\.py: .*{message}"):
        computed(tmp_path, content)


def test_a_name_that_another_signal_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="signal 'word_count' is declared twice"):
        computed(tmp_path, (HEAD + COMPUTE).replace("question_marks", "word_count"))
