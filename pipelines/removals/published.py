"""What was passed on before it was removed: `removals/published.jsonl`, for telling those who have it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.corpus.files import write_whole
from pipelines.corpus.identity import REMOVALS
from pipelines.removals.lineage import Going, Publication
from pipelines.removals.tombstones import lines_of
from pipelines.tokens.provenance import shard_prefix

PUBLISHED_FILE = f"{REMOVALS}/published.jsonl"


def record_publications(root: Path, going: Sequence[Going], recipe_sha256: str) -> None:
    """Record where documents left a corpus; what is recorded already stands there once.

    Args:
        root: The corpus.
        going: The documents that are to be removed.
        recipe_sha256: The recipe of the build that they were part of.
    """
    new = (
        {"id": document.id, "recipe_sha256": recipe_sha256, **_facts(publication)}
        for document in going
        for publication in document.publications
    )
    lines = {json.dumps(row, sort_keys=True) for row in (*_rows(root), *new)}
    if lines:
        write_whole(root / PUBLISHED_FILE, "".join(f"{line}\n" for line in sorted(lines)).encode())


def publications_of(root: Path, document: str) -> list[dict[str, Any]]:
    """Return where a removed document had left a corpus."""
    return [dict(row) for row in _rows(root) if row["id"] == document]


def document_of_sequence(root: Path, shard: str, sequence: int) -> str | None:
    """Return the removed document that a sequence was of a token shard that is made anew since.

    Args:
        root: The corpus.
        shard: The shard's prefix, one of its files, or the beginning of its name.
        sequence: The sequence in it, from 0.
    """
    name = Path(shard_prefix(shard)).name
    found = {
        str(row["id"])
        for row in _rows(root)
        if row.get("sequence") == sequence and name and Path(row["file"]).name.startswith(name)
    }
    return found.pop() if len(found) == 1 else None


def _facts(publication: Publication) -> dict[str, Any]:
    return {name: value for name, value in asdict(publication).items() if value is not None}


def _rows(root: Path) -> Iterator[Mapping[str, Any]]:
    path = root / PUBLISHED_FILE
    if path.is_file():
        yield from map(json.loads, lines_of(path.read_text(encoding="utf-8")))
