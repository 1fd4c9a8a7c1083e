import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import RecipeError
from pipelines.sources import own
from tests.pipelines.sources.reading import Read, read_all

if TYPE_CHECKING:
    from pipelines.sources.options import Options


def _read(folder: Path, code: str) -> Read:
    reader, data = folder / "reader.py", folder / "data.bin"
    reader.write_text(code, encoding="utf-8")
    data.write_bytes(b"data")
    return read_all(own.READER, data, options={"reader": (str(reader),)})


def test_what_it_raises_ends_the_file_alone(tmp_path: Path) -> None:
    code = """
def records(path):
    yield {"text": "good", "id": 7, "license": "MIT", "depth": 2, "lang": "xx-none"}
    yield {"text": None}
    yield ["no dictionary"]
    yield {"text": " "}
    yield {"text": "\\ud800"}
    yield {"bad": "broken", "detail": "as it said"}
    raise OSError("the end")
"""
    found = _read(tmp_path, code)
    (record,) = found.records
    assert (record["key"], record["license_declared"], record["lang"]) == ("7", "MIT", None)
    assert json.loads(record["meta"]) == {"depth": 2, "lang": "xx-none"}
    assert json.loads(record["license_evidence"])[0]["class"] == "E2"
    assert found.reasons == [
        *((2, "null_text"), (3, "wrong_type"), (4, "empty_text"), (5, "bad_utf8"), (6, "broken"), (7, "reader_failed")),
    ]


@pytest.mark.parametrize(
    "code", ["def records(path):\n    raise OSError('at once')", "def records(path):\n    return None"]
)
def test_what_fails_before_the_first_record_ends_the_file_alone(tmp_path: Path, code: str) -> None:
    assert _read(tmp_path, code).reasons == [(1, "reader_failed")]


def test_no_value_is_too_odd_to_be_written(tmp_path: Path) -> None:
    code = """
def records(path):
    yield {"text": "a", "title": "half \\ud800", "url": "\\udfff", "lang": "\\ud800", "big": 2**80, "raw": b"\\xff"}
    yield {"bad": "half \\ud800", "detail": "\\udfff"}
"""
    found = _read(tmp_path, code)
    (record,) = found.records
    assert (record["title"], record["url"]) == ("half \\ud800", "\\udfff")
    assert json.loads(record["meta"]) == {"big": str(2**80), "raw": "\\xff", "lang": "\\ud800"}
    assert found.reasons == [(2, "half \\ud800")]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("records = 3", "no function `records"),
        ("import nothing_of_the_kind", "ModuleNotFoundError"),
        ("(", "SyntaxError"),
    ],
)
def test_files_that_are_no_readers(tmp_path: Path, code: str, why: str) -> None:
    with pytest.raises(RecipeError, match=why):
        _read(tmp_path, code)


def test_it_needs_a_reader(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    cases: list[Options] = [{}, {"reader": ("a", "b")}]
    for options in cases:
        with pytest.raises(RecipeError, match="expected one Python file"):
            read_all(own.READER, tmp_path / "a", options=options)
