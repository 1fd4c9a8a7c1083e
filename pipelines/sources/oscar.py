"""OSCAR: documents of Common Crawl by language, as JSON Lines of its releases 21.09, 22.01 and 23.01.

Source: oscar-project's documentation of the schema (https://oscar-project.github.io/documentation/versions/oscar-2301/).
The project's CC0 is about its packaging; of the texts it says nothing, so no licence is declared.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pipelines.sources import jsonl
from pipelines.sources.described import Record, described
from pipelines.sources.lines import Lines, line_blocks
from pipelines.sources.options import Options
from pipelines.sources.record import Batch, Part, Reader, declared_language, meta_of

TEXTS = ("content", "text")
_HEADERS = ("warc-record-id", "warc-target-uri", "warc-date", "warc-block-digest")


def read(part: Part, columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield a part's documents, known by the record of the crawl that each was read from."""
    names = {"text": _text_field(part), **columns}
    return described(jsonl.read(part, names, {}), _describe)


def _text_field(part: Part) -> str:
    """Return where the texts of a file stand: `content` since 22.01, `text` before."""
    for block in line_blocks(part):
        for line in block.lines if isinstance(block, Lines) else ():
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if isinstance(found, dict):
                return next((name for name in TEXTS if name in found), TEXTS[0])
    return TEXTS[0]


def _describe(record: Record, others: dict[str, Any]) -> Record:
    before_2022 = _object(others.get("meta"))
    headers = {
        key.lower(): value for key, value in _object(others.get("warc_headers") or before_2022.get("headers")).items()
    }
    metadata = _object(others.get("metadata"))
    label = _object(metadata.get("identification")).get("label")
    label = label if isinstance(label, str) else headers.get("warc-identified-content-language")
    digest = headers.get("warc-block-digest")
    kept = {name: value for name, value in headers.items() if name not in _HEADERS}
    rest = {
        **{key: value for key, value in others.items() if key not in ("warc_headers", "metadata", "meta", "id")},
        **{key: value for key, value in before_2022.items() if key != "headers"},
        **metadata,
        "digest": digest,
        "warc": kept or None,
    }
    record_id = headers.get("warc-record-id")
    return {
        "key": record_id if isinstance(record_id, str) else record["key"],
        "url": record["url"] or headers.get("warc-target-uri"),
        "created": record["created"] or headers.get("warc-date"),
        "lang": record["lang"] or declared_language(label if isinstance(label, str) else None),
        "meta": meta_of(rest, label if isinstance(label, str) else None),
    }


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


READER = Reader(jsonl.parts, read, jsonl.READER.rows_before)
