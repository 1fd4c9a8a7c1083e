"""C4 and mC4 as published (allenai/c4: JSON Lines of `text`, `timestamp` and `url`), a language a file."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pipelines.sources import jsonl
from pipelines.sources.described import Record, described
from pipelines.sources.options import Options
from pipelines.sources.record import Batch, Part, Reader, declared_language

# `c4-train.00000-of-01024.json.gz` is English; `c4-fr.tfrecord-00000-of-02048.json.gz` says what it is.
_FILE = re.compile(r"(?:^|/)c4-(?:(?:train|validation)\.|([a-z]{2,3}(?:-[A-Za-z]+)?)(?:-validation)?\.tfrecord)")


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's pages. None has a licence: ODC-BY is that of the collection, and says so itself."""
    names = {"created": "timestamp", **columns}
    language = language_of(part.file.relative)
    return described(jsonl.READER.read(part, names, options), partial(_describe, language))


def language_of(path: str) -> str | None:
    """Return the language that a file's name tells.

    >>> [language_of(path) for path in ("en/c4-train.00000-of-01024.json.gz", "c4-fr.tfrecord-0.json.gz", "x.json.gz")]
    ['eng_Latn', 'fra_Latn', None]
    """
    found = _FILE.search(path)
    return declared_language(found[1] or "en") if found else None


def _describe(language: str | None, record: Record, _others: dict[str, Any]) -> Record:
    return {"lang": record["lang"] or language}


READER = Reader(jsonl.READER.parts, read, jsonl.READER.rows_before)
