"""Files of reviews: YAML or JSON (a list of entries, or one under `reviews`), or CSV with a column a key."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import RecipeError
from pipelines.licensing.reviews import Review, read_review

_KEY = "licensing.reviews"


def load_reviews(named: Sequence[str], directories: Sequence[Path]) -> list[Review]:
    """Return the reviews of some files, in their order.

    Args:
        named: Paths, as a recipe names them.
        directories: Where relative ones are looked up, in this order.

    Raises:
        RecipeError: A file is missing or cannot be read, or an entry is wrong; one line that names file and entry.
    """
    return [review for name in named for review in _read(name, directories)]


def _read(name: str, directories: Sequence[Path]) -> Iterator[Review]:
    places = [directory / name for directory in directories]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise RecipeError(f"{_KEY}: no file {name}; looked at {', '.join(map(str, places))}")
    try:
        text = found.read_text(encoding="utf-8-sig")
        for where, entry in _entries(name, text):
            yield read_review(entry, f"{name}, {where}")
    except (ValueError, csv.Error, RecursionError) as error:
        place = "" if str(error).startswith(name) else f"{name}: "
        raise RecipeError(f"{_KEY}: {place}{_one_line(error)}") from None


def _entries(name: str, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each entry with where it stands: its row in CSV, its number else, both from 1."""
    if name.endswith(".csv"):
        rows = csv.DictReader(text.splitlines(keepends=True), restkey="", strict=True)
        for row in rows:
            if "" in row:
                raise ValueError(f"{name}, row {rows.line_num}: more cells than the header has")
            yield f"row {rows.line_num}", row
        return
    value = json.loads(text) if name.endswith(".json") else _yaml(text)
    listed = value.get("reviews") if isinstance(value, dict) else value
    if not isinstance(listed, list):
        raise ValueError(f"{name}: expected a list of reviews")  # noqa: TRY004 -- about a user's file
    for number, entry in enumerate(listed, 1):
        if not isinstance(entry, dict):
            raise ValueError(f"{name}, entry {number}: expected keys and values, got {entry!r}")  # noqa: TRY004
        yield f"entry {number}", entry


def _yaml(text: str) -> Any:  # noqa: ANN401 -- whatever stands in the file
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(_one_line(error)) from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
