"""The parallel corpus in a corpus: translated segments beside their sources, of what may be passed on on both sides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.corpus import Receipt, Shard, Shelf
from pipelines.corpus.files import publish, temporary_of
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.edits.edited import is_edits
from pipelines.errors import CorpusError
from pipelines.stages.publish import STAGE as PUBLISH
from pipelines.stages.translate import STAGE as TRANSLATE
from pipelines.stages.translate_shard import ALIGNED

_FIELDS: "list[pa.Field[Any]]" = [
    pa.field("id", pa.string(), metadata={"comment": "the translation"}),
    pa.field("derived_from", pa.string(), metadata={"comment": "the document that was translated"}),
    pa.field("segment", pa.int64(), metadata={"comment": "number of the segment in its document, from 0"}),
    pa.field("source_lang", pa.string()),
    pa.field("target_lang", pa.string()),
    pa.field("source", pa.large_string(), metadata={"comment": "the segment"}),
    pa.field("target", pa.large_string(), metadata={"comment": "its translation"}),
    pa.field("block", pa.string(), metadata={"comment": "paragraph, heading, list_item or table_row"}),
    pa.field("engine", pa.string(), metadata={"comment": "engine and model"}),
    pa.field("rung", pa.string(), metadata={"comment": "whole, again, parts or fallback"}),
    pa.field("license", pa.string(), metadata={"comment": "licence of the translation"}),
    pa.field("attribution", pa.string(), metadata={"comment": "JSON object: creators, notices, changes"}),
    pa.field("url", pa.string(), metadata={"comment": "where the original stands"}),
]
PAIRS = pa.schema(_FIELDS)
_NO_TRANSLATION = ("untouched", "rejected")
_NOTICE = ("id", "license", "attribution", "url")


@dataclass(frozen=True)
class Exported:
    """What an export came to: pairs and files written, and pairs left out because an edit touches the translation."""

    pairs: int
    files: int
    edited: int


def export_pairs(root: Path, to: Path) -> Exported:
    """Write the translated segments of a corpus as Parquet, a file for each shard and pair of languages.

    Only what is published on both sides is written; of equal segments in one shard, the first.

    Args:
        root: The corpus.
        to: Receives SOURCE_LANG-TARGET_LANG/SOURCE-SHARD.parquet.

    Raises:
        CorpusError: The directory is no corpus, or nothing is published in it.
    """
    read_corpus_identity(root)
    shelf, outputs = Shelf(root), _Outputs.of(read_receipts(root))
    if not outputs.published:
        raise CorpusError(f"{root}: nothing is published; run its recipe, with a `licensing` section, to its end")
    pairs = files = edited = 0
    for path in outputs.aligned:
        rows, touched = _shard_pairs(shelf, path, outputs)
        edited += touched
        if rows:
            shard = Shard.of(path)
            name = f"{shard.source.partition('-to-')[0]}-{shard.name}.parquet"
            _write(to / f"{rows[0]['source_lang']}-{rows[0]['target_lang']}" / name, rows)
            pairs, files = pairs + len(rows), files + 1
    return Exported(pairs, files, edited)


@dataclass(frozen=True)
class _Outputs:
    """Tables of a corpus that an export reads, by shard where there are several of one."""

    aligned: Sequence[str]
    published: Mapping[str, Sequence[str]]
    edits: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, receipts: Iterable[Receipt]) -> Self:
        aligned: list[str] = []
        published: dict[str, list[str]] = {}
        edits: dict[str, list[str]] = {}
        for receipt in receipts:
            for path in receipt.outputs:
                if receipt.stage == TRANSLATE.name and path.startswith(f"{ALIGNED}/"):
                    aligned.append(path)
                elif receipt.stage == PUBLISH.name and path.endswith(".parquet"):
                    published.setdefault(receipt.name, []).append(path)
                elif is_edits(path):
                    edits.setdefault(Shard.of(path).unit, []).append(path)
        return cls(aligned, published, edits)


def _shard_pairs(shelf: Shelf, path: str, outputs: _Outputs) -> tuple[list[dict[str, Any]], int]:
    """Return the distinct pairs of a shard, and how many an edit touches."""
    shard = Shard.of(path)
    original = Shard(shard.source.partition("-to-")[0], shard.name)
    notices = {row["id"]: row for row in _rows(shelf, outputs.published.get(shard.unit, ()), _NOTICE)}
    originals = {row["id"] for row in _rows(shelf, outputs.published.get(original.unit, ()), ["id"])}
    edits: dict[str, list[tuple[int, int]]] = {}
    for row in _rows(shelf, outputs.edits.get(shard.unit, ()), ["id", "start", "end"]):
        edits.setdefault(row["id"], []).append((row["start"], row["end"]))
    pairs: dict[tuple[str, str], dict[str, Any]] = {}
    touched = 0
    for document in shelf.read(path).to_pylist():
        if document["id"] not in notices or document["derived_from"] not in originals:
            continue
        spans = edits.get(document["id"], [])
        for start, pair in _pairs(document, notices[document["id"]]):
            end = start + len(pair["target"])
            if any(first < end and start < last for first, last in spans):
                touched += 1
            else:
                pairs.setdefault((pair["source"], pair["target"]), pair)
    return list(pairs.values()), touched


def _rows(shelf: Shelf, paths: Iterable[str], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for path in paths:
        yield from shelf.read(path, columns).to_pylist()


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_of(file)
    pq.write_table(pa.Table.from_pylist(rows, PAIRS), temporary, compression="zstd")
    publish({temporary: file})


def _pairs(document: Mapping[str, Any], notice: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the translated segments of a document, each with its first character in the translation."""
    of_document = {name: document[name] for name in ("id", "derived_from", "source_lang", "target_lang")}
    of_document |= {name: notice[name] for name in _NOTICE[1:]}
    for number, segment in enumerate(document["segments"]):
        if segment["rung"] not in _NO_TRANSLATION:
            own = {name: segment[name] for name in ("source", "target", "block", "engine", "rung")}
            yield segment["target_start"], {**of_document, **own, "segment": number}
