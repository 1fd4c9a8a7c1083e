"""RedPajama-V2 as published: documents in CCNet's form, and beside them signals and duplicates, joined by id.

A document's id is its shard's place and its line, `2023-06/0000/en_head.json.gz/0`. Signals and duplicates exist for
heads and middles only, and some files of them are missing: documents are read without.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, cast

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.sources import ccnet
from pipelines.sources.lines import Damage, line_blocks
from pipelines.sources.options import Options
from pipelines.sources.record import BadRecord, Batch, InputFile, Part, Reader, json_text, nothing_before, whole_file
from pipelines.sources.stored import file_at, open_arrow
from signals.redpajama.form import LINE_SIGNALS, SIGNALS
from signals.redpajama.reading import read_signals

_DOCUMENTS = "documents"
_TABLES = {"quality_signals": ".signals.json.gz", "duplicates": ".duplicates.parquet"}
_BESIDE = (*_TABLES, "minhash", "minhashes")
_OF_DOCUMENTS = tuple(name for name in SIGNALS if name not in LINE_SIGNALS)
_DEPTH = 3  # snapshot, shard, file


def parts(file: InputFile) -> Sequence[Part]:
    """Return a file of documents as one part, with its signals and duplicates; none for the tree's other files."""
    folders = PurePosixPath(file.path).parts
    if len(folders) > _DEPTH and folders[-_DEPTH - 1] in _BESIDE:
        return ()
    return [replace(part, companions=tuple(_companions(file))) for part in whole_file(file)]


def _companions(file: InputFile) -> Iterator[InputFile]:
    path = file.path.rpartition(f"/{_DOCUMENTS}/")
    if not path[1] or not file.path.endswith(".json.gz"):
        return
    for table, suffix in _TABLES.items():
        place = f"{path[0]}/{table}/{path[2].removesuffix('.json.gz')}{suffix}"
        companion = file_at(place, f"{table}/{path[2].removesuffix('.json.gz')}{suffix}")
        if companion is not None:
            yield companion


def shard_of(path: str) -> str:
    """Return the place by which ids name a file of documents.

    >>> shard_of("data/documents/2023-06/0000/en_head.json.gz")
    '2023-06/0000/en_head.json.gz'
    """
    return "/".join(PurePosixPath(path).parts[-_DEPTH:])


def read(part: Part, columns: Mapping[str, str], options: Options) -> Iterator[Batch]:
    """Yield a file's documents under their published ids.

    `meta` holds CCNet's fields, the published signals of whole documents as `quality_signals`, and `duplicate` for
    those that RedPajama's filter had seen before.
    """
    signals = _Signals(part.companions)
    duplicates, faults = _duplicates(part.companions)
    shard = shard_of(part.file.path)
    for batch in ccnet.READER.read(part, columns, options):
        joined = _joined(batch.records, shard, signals, duplicates)
        yield replace(batch, records=joined, bad=(*batch.bad, *faults, *signals.take_faults()))
        faults = []


def _joined(records: pa.RecordBatch, shard: str, signals: "_Signals", duplicates: frozenset[str]) -> pa.RecordBatch:
    rows = cast("list[int]", records.column("row").to_pylist())
    keys = [f"{shard}/{row - 1}" for row in rows]
    metas = []
    for row, key, meta in zip(rows, keys, records.column("meta").to_pylist(), strict=True):
        fields = orjson.loads(meta) if meta else {}
        found = signals.of(row - 1, key)
        if found:
            fields["quality_signals"] = found
        if key in duplicates:
            fields["duplicate"] = True
        metas.append(json_text(fields))
    replaced = {"key": pa.array(keys, pa.string()), "meta": pa.array(metas, pa.string())}
    arrays = [replaced.get(name, records.column(name)) for name in records.schema.names]
    return pa.RecordBatch.from_arrays(arrays, schema=records.schema)


class _Signals:
    """Published signals, read along with the documents; their files are in the same order."""

    def __init__(self, companions: Sequence[InputFile]) -> None:
        self._faults: list[BadRecord] = []
        files = [file for file in companions if file.relative.endswith(_TABLES["quality_signals"])]
        self._batches = read_signals(self._lines(files[0])) if files else iter(())
        self._relative = files[0].relative if files else ""
        self._held: dict[str, dict[str, Any]] = {}
        self._reached = -1

    def _lines(self, file: InputFile) -> Iterator[bytes]:
        for block in line_blocks(Part(file)):
            if isinstance(block, Damage):
                detail = f"{self._relative}: {block.detail}"
                self._faults.append(BadRecord(None, "damaged_signals", detail, block.raw, block.offset, rows=0))
                return
            yield from block.lines

    def of(self, line: int, key: str) -> dict[str, Any] | None:
        """Return the signals of a document, None where there are none."""
        while self._reached < line and (batch := next(self._batches, None)) is not None:
            for row in batch.rows.select(["id", *_OF_DOCUMENTS]).to_pylist():
                document = row.pop("id")
                self._held[document] = {name: value for name, value in row.items() if value is not None}
            last = max(self._held, key=_line_of, default=None)
            self._reached = max(self._reached, _line_of(last) if last is not None else -1)
            for broken in batch.broken:
                detail = f"{self._relative}: line {broken.row}: {broken.detail}"
                self._faults.append(BadRecord(None, "broken_signals", detail, broken.raw[:4096], rows=0))
        return self._held.pop(key, None)

    def take_faults(self) -> list[BadRecord]:
        """Return what was found wrong since the last call; no document is lost with it."""
        faults, self._faults = self._faults, []
        return faults


def _line_of(key: str) -> int:
    number = key.rpartition("/")[2]
    return int(number) if number.isdigit() else -1


def _duplicates(companions: Sequence[InputFile]) -> tuple[frozenset[str], list[BadRecord]]:
    """Return the ids that the published filter had seen before; a table that cannot be read names none."""
    for file in companions:
        if file.relative.endswith(_TABLES["duplicates"]):
            try:
                with open_arrow(file) as stored:
                    ids = pq.read_table(stored, columns=["doc_id"])["doc_id"]
            except (pa.ArrowException, OSError, ValueError) as error:
                detail = f"{file.relative}: {' '.join(str(error).split())}"
                return frozenset(), [BadRecord(None, "damaged_duplicates", detail, rows=0)]
            return frozenset(filter(None, ids.to_pylist())), []
    return frozenset(), []


READER = Reader(parts, read, nothing_before)
