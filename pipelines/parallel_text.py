"""Parallel text: files of segments and their translations, a pair a line."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from pipelines.errors import LoamError


def read_parallel(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (source, reference) of each line.

    Args:
        path: A `.jsonl` file with the fields `source` and `reference`, or a file of two columns parted by a tab.

    Raises:
        LoamError: There is no such file, or a line is no pair.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LoamError(f"{path}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        match _of_json(line) if path.suffix == ".jsonl" else line.rstrip("\r").split("\t"):
            case [source, reference] if source.strip() and reference.strip():
                yield source, reference
            case _:
                raise LoamError(
                    f"{path}, line {number}: no pair; expected two columns parted by a tab, "
                    'or {"source": …, "reference": …} in a .jsonl file'
                )


def _of_json(line: str) -> list[str]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return []
    match row:
        case {"source": str(source), "reference": str(reference)}:
            return [source, reference]
        case _:
            return []
