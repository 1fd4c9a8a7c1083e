"""Files of a dataset repository of the Hugging Face Hub, by `hf://` path or from a local copy.

The licence in the repository's card is what an uploader said of the whole: evidence E6, which declares nothing.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pipelines.licensing.collectors.dataset_card import card_evidence
from pipelines.sources.described import Record, described
from pipelines.sources.formats import format_of, rows_before
from pipelines.sources.formats import parts as parts_by_format
from pipelines.sources.options import Options
from pipelines.sources.record import Batch, InputFile, Part, Reader, json_text, unreadable
from pipelines.sources.stored import file_at, open_binary

_CARD = "README.md"
_MAX_CARD_BYTES = 2**20


def parts(file: InputFile) -> Sequence[Part]:
    """Return the parts of a file as its format is split, each with the card of the repository that it stands in."""
    card = _card_of(file)
    companions = () if card is None else (card,)
    return [replace(part, companions=companions) for part in parts_by_format(file)]


def _card_of(file: InputFile) -> InputFile | None:
    """Return the nearest card above a file, within the repository or the folders of the recipe's path."""
    folder = posixpath.dirname(file.path)
    for _ in range(file.relative.count("/") + 2):
        path = posixpath.join(folder, _CARD)
        card = file_at(path, _CARD)
        if card is not None:
            return card
        folder = posixpath.dirname(folder)
    return None


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's records."""
    reader = format_of(part.file)
    if reader is None:
        yield unreadable("unknown_format", "expected a file of Parquet or JSON Lines")
        return
    stated = [entry for card in part.companions for entry in card_evidence(_content(card), _CARD)]
    found = json_text(stated) if stated else None
    yield from described(reader.read(part, columns, options), partial(_describe, found))


def _content(card: InputFile) -> str:
    with open_binary(card) as stored:
        return stored.read(_MAX_CARD_BYTES).decode("utf-8", "replace")


def _describe(found: str | None, record: Record, _others: dict[str, Any]) -> Record:
    return {"license_evidence": record["license_evidence"] or found}


READER = Reader(parts, read, rows_before)
