"""What a corpus publishes, written as CCNet writes its documents: JSON Lines by language and bucket of perplexity.

The fields are those of CCNet's own output (facebookresearch/cc_net, cc_net/mine.py), which RedPajama-V2 passes on.
"""

import base64
import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pyarrow.parquet as pq

from pipelines.corpus import Shard, Shelf
from pipelines.corpus.files import publish, temporary_of
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError
from pipelines.stages.publish import STAGE
from pipelines.tokens.order import aligned
from signals.languages import to_iso639_1

SUFFIX = ".json.gz"
NO_BUCKET = "all"  # CCNet's name for documents of languages without a model

_COMPRESSION = 6
_PASSED_ON = ("cc_segment", "line_ids")  # what a source brought along, and nothing here can tell
_MEASURED = {
    "lid_score": "signals/language",
    "perplexity_ccnet": "signals/perplexity",
    "perplexity_bucket": "signals/perplexity",
}


@dataclass(frozen=True)
class Written:
    """What an export came to."""

    files: int
    documents: int


def export_ccnet(root: Path, to: Path) -> Written:
    """Write the published documents of a corpus in CCNet's form, with their edits applied.

    Args:
        root: The corpus.
        to: Receives SOURCE/SHARD/LANGUAGE_BUCKET.json.gz.

    Raises:
        CorpusError: The directory is no corpus, or nothing is published in it.
    """
    read_corpus_identity(root)
    receipts = list(read_receipts(root))
    standing = frozenset(path for receipt in receipts for path in receipt.outputs)
    published = {
        receipt.name: sorted(path for path in receipt.outputs if path.endswith(".parquet"))
        for receipt in receipts
        if receipt.stage == STAGE.name
    }
    if not any(published.values()):
        raise CorpusError(
            f"{root}: nothing is published; run the corpus's recipe, with a `licensing` section, to its end"
        )
    files = documents = 0
    for unit, paths in sorted(published.items()):
        shard = Shard(*unit.split("/"))
        lines = sorted(_lines(Shelf(root), shard, paths, standing), key=lambda line: line[0])
        for name, group in groupby(lines, key=lambda line: line[0]):
            documents += _write(to / shard.source / shard.name / f"{name}{SUFFIX}", (line for _, line in group))
            files += 1
    return Written(files, documents)


def _lines(shelf: Shelf, shard: Shard, paths: Iterable[str], standing: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the documents of a shard, each with the name of its file."""
    stored = shelf.read(shard.path("documents"), ["id", "text", "lang", "meta"])
    measures = {
        name: shelf.read(shard.path(table), ["id", name])
        for name, table in _MEASURED.items()
        if shard.path(table) in standing and name in pq.read_schema(shelf.root / shard.path(table)).names
    }
    for path in paths:
        rows = shelf.read(path, ["id", "text", "lang", "url", "title", "created"])
        for name, column in (("original", "text"), ("declared", "lang"), ("meta", "meta")):
            rows = rows.append_column(name, aligned(stored, column, rows["id"]))
        for name, table in measures.items():
            rows = rows.append_column(name, aligned(table, name, rows["id"]))
        for row in rows.to_pylist():
            record = ccnet_record(row)
            yield f"{record['language']}_{record['bucket']}", orjson.dumps(record)


def ccnet_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in CCNet's form.

    Args:
        row: `text` as published, `original` as it was taken in, `lang`, `url`, `title`, `created`, `meta` (JSON) and,
            where they were measured, `lid_score`, `perplexity_ccnet` and `perplexity_bucket`. What CCNet itself
            measured stands in `meta` and goes before what was measured here, if `declared` is the same language.
    """
    text, original = row["text"], row["original"]
    meta = orjson.loads(row["meta"]) if row["meta"] else {}
    language = _label(row["lang"])
    said = meta if _label(row["declared"]) == language else {}
    record = {
        "url": row["url"] or "",
        "date_download": row["created"] or "",
        "digest": meta.get("digest") or _digest(original),
        "length": len(text),
        "nlines": text.count("\n") + 1,
        "source_domain": meta.get("source_domain") or _host(row["url"]),
        "title": row["title"] or "",
        "raw_content": text,
        "original_nlines": meta.get("original_nlines", original.count("\n") + 1),
        "original_length": meta.get("original_length", len(original.encode())),
        "language": language,
        "language_score": _first(said.get("language_score"), _rounded(row.get("lid_score"), 2)),
        "perplexity": _first(said.get("perplexity"), _rounded(row.get("perplexity_ccnet"), 1)),
        "bucket": _first(said.get("bucket"), row.get("perplexity_bucket"), NO_BUCKET),
    }
    record |= {name: meta[name] for name in _PASSED_ON if name in meta and text == original}
    return {name: value for name, value in record.items() if value is not None}


def _label(lang: str | None) -> str:
    """Return the label of a language as CCNet's identifier writes it: of two letters, or three where there are none."""
    return to_iso639_1(lang) or str(lang).partition("_")[0]


def _first(*values: object) -> object:
    return next((value for value in values if value is not None), None)


def _rounded(value: float | None, digits: int) -> float | None:
    """Return a measure with as many digits as CCNet writes."""
    return None if value is None else round(value, digits)


def _digest(text: str) -> str:
    """Return a text's SHA-1 in the form of crawl archives."""
    return "sha1:" + base64.b32encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode()


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").netloc
    except ValueError:  # brackets that enclose no IPv6 address
        return ""


def _write(path: Path, lines: Iterable[bytes]) -> int:
    """Write a file that is the same bytes for the same documents; return how many there are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with temporary_of(path).open("wb") as raw, gzip.GzipFile("", "wb", _COMPRESSION, raw, mtime=0) as file:
        for line in lines:
            file.write(line + b"\n")
            written += 1
    publish({temporary_of(path): path})
    return written
