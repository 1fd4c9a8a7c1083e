"""Documents to read, each with its story: what is shown of it, and why it was kept or dropped."""

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | None"

SUFFIX = ".json.gz"


@dataclass(frozen=True)
class Copies:
    """The cluster of documents that say the same as a document."""

    cluster: str
    corpus: str | None
    size: int
    match: str
    similarity: float


@dataclass(frozen=True)
class Licence:
    """A document's licence: as found, on what evidence, what was concluded from it, and where to read it."""

    concluded: str
    urls: tuple[str, ...]
    status: str | None
    reason: str | None
    obligations: tuple[str, ...]
    declared: str | None
    evidence: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True)
class Reading:
    """A document to read.

    Attributes:
        id: Its id.
        url: Where it stands on the web.
        source: The source's name in the recipe.
        created: Time of creation or last revision, ISO 8601.
        language: The concluded language.
        generation: 0 for documents from sources, 1 for translations.
        derived_from: The document that it was translated from.
        translations: The documents that were translated from it.
        rule: Why it was dropped; None when kept.
        licence: Its licence.
        copies: Its cluster; None where no other document says the same.
        title: Its title; None where its licence does not let title and text be shown.
        text: Its text, or the beginning of it; None likewise.
        characters: The length of the whole text.
        attribution: Who and what must be named with the text.
        changes: What was done to the text that is shown.
        values: Its row of the table `corpus`.
    """

    id: str
    url: str | None
    source: str
    created: str | None
    language: str | None
    generation: int
    derived_from: str | None
    rule: str | None
    licence: Licence
    copies: Copies | None
    title: str | None
    text: str | None
    characters: int
    attribution: tuple[str, ...]
    changes: tuple[str, ...]
    values: tuple[Value, ...]
    translations: tuple[str, ...] = ()


def documents_file(documents: Sequence[Reading]) -> bytes:
    """Return documents as gzipped JSON, a list."""
    rows = [{**asdict(document), "values": [_finite(value) for value in document.values]} for document in documents]
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def _finite(value: Value) -> Value:
    """Return a value as JSON can say it."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
