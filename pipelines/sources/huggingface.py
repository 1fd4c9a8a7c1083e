"""Files of a dataset repository of the Hugging Face Hub, by `hf://` path or from a local copy.

The licence in the repository's card is what an uploader said of the whole: evidence E6, which declares nothing.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import yaml
from fsspec.core import url_to_fs

from pipelines.sources.described import Record, described
from pipelines.sources.formats import format_of, rows_before
from pipelines.sources.formats import parts as parts_by_format
from pipelines.sources.lines import open_binary
from pipelines.sources.options import Options
from pipelines.sources.record import Batch, InputFile, Part, Reader, evidence_list, unreadable

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
        filesystem, name = url_to_fs(path)
        if filesystem.isfile(name):
            return InputFile(path, _CARD, int(filesystem.info(name)["size"]))
        folder = posixpath.dirname(folder)
    return None


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's records."""
    reader = format_of(part.file)
    if reader is None:
        yield unreadable("unknown_format", "expected a file of Parquet or JSON Lines")
        return
    stated = [license_ for card in part.companions for license_ in card_licenses(_content(card))]
    found = evidence_list([("E6", "dataset_card", value, f"{_CARD}#license") for value in stated]) if stated else None
    yield from described(reader.read(part, columns, options), partial(_describe, found))


def _content(card: InputFile) -> str:
    with open_binary(card) as stored:
        return stored.read(_MAX_CARD_BYTES).decode("utf-8", "replace")


def card_licenses(card: str) -> list[str]:
    r"""Return the licences in the metadata of a card, as found; none where it has none that can be read.

    >>> card_licenses("---\nlicense: [mit, cc-by-4.0]\n---\n# Data")
    ['mit', 'cc-by-4.0']
    """
    if not card.startswith("---"):
        return []
    try:
        metadata = yaml.safe_load(card.split("\n---", 1)[0].removeprefix("---"))
    except yaml.YAMLError:
        return []
    found = metadata.get("license") if isinstance(metadata, dict) else None
    values = found if isinstance(found, list) else [found]
    return [str(value) for value in values if value]


def _describe(found: str | None, record: Record, _others: dict[str, Any]) -> Record:
    return {"license_evidence": record["license_evidence"] or found}


READER = Reader(parts, read, rows_before)
