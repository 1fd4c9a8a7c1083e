"""What every reader takes and gives: input files, parts of them, batches of records, and records that are bad."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa

from pipelines.sources.json_values import writable
from pipelines.sources.options import Option, Options
from signals.languages import UNKNOWN, to_flores

MAX_TEXT_BYTES = 32 * 2**20  # a longer document is no document but a file that was not split
MAX_RAW_BYTES = 4096  # how much of a bad record is kept
BATCH_TEXT_BYTES = 8 * 2**20  # readers close a batch at this much text …
BATCH_ROWS = 4096  # … or at this many records

# What a recipe can map to columns of the source. `id` becomes the record's key, every column not named here `meta`.
FIELDS = (
    "text",
    "id",
    "lang",
    "license",
    "license_evidence",
    "url",
    "title",
    "created",
    "attribution",
    "preferences",
    "derived_from",
)

_EVIDENCE_KEYS = {"class", "kind", "value", "locator"}
_EVIDENCE_EXTRAS = {"about", "sha256", "retrieved_at"}
_EVIDENCE_CLASSES = {"E1", "E2", "E3", "E4", "E5", "E6"}

_COLUMNS: dict[str, pa.DataType] = {
    "row": pa.int64(),  # record in the part, from 1; null where records are told by their offset
    "key": pa.string(),  # the source's own id
    "text": pa.large_string(),
    "lang": pa.string(),  # FLORES form; the label as found stands in `meta` where it differs
    "url": pa.string(),
    "title": pa.string(),
    "created": pa.string(),
    "license_declared": pa.string(),
    "license_evidence": pa.string(),
    "attribution": pa.string(),
    "preferences": pa.string(),
    "derived_from": pa.string(),
    "meta": pa.string(),
}
RECORDS = pa.schema(_COLUMNS)


@dataclass(frozen=True)
class InputFile:
    """One file of a source.

    Attributes:
        path: Where it lies: an absolute path, an address in a store, or a URL that fsspec opens.
        relative: Its path below the glob's root, the only form that enters ids, shard names and outputs.
        size: Bytes, as stored.
        version: What a store says of the version that is meant; None for local files.
    """

    path: str
    relative: str
    size: int
    version: str | None = None


@dataclass(frozen=True)
class Part:
    """A stretch of a file that one unit of work reads.

    Attributes:
        file: The file.
        index: Which part of the file this is, from 0.
        start: First byte (JSONL) or row group (Parquet); 0 where a reader does not split.
        stop: The one after the last; None for the end of the file.
        companions: Other files that reading it takes, such as a table that is joined to it.
    """

    file: InputFile
    index: int = 0
    start: int = 0
    stop: int | None = None
    companions: tuple[InputFile, ...] = ()


@dataclass(frozen=True)
class BadRecord:
    """A record, or a stretch of a file, that cannot become a document.

    Attributes:
        row: Record in the part, from 1; None when it concerns the whole file.
        reason: Named reason, such as `not_json`.
        detail: What exactly was found, for a reader who wants to mend it.
        raw: Its first bytes as found, at most `MAX_RAW_BYTES`.
        offset: Byte offset, where known: in the decompressed file, for crawl archives in the file as stored.
        rows: How many records are lost with it.
    """

    row: int | None
    reason: str
    detail: str
    raw: bytes = b""
    offset: int | None = None
    rows: int = 1


@dataclass(frozen=True)
class Batch:
    """A bounded stretch of a part.

    Attributes:
        records: Well-formed records (`RECORDS`).
        bad: Records to quarantine.
        dropped: Well-formed records that are no documents, such as redirects: named reason to count.
    """

    records: pa.RecordBatch
    bad: Sequence[BadRecord] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
    """How files of one kind are split and read.

    Attributes:
        parts: The parts of a file, in order. Where to split depends on the file alone.
        read: Yields a part's records, in order. Never fails on what a file holds: bad records are in the batches.
            Takes the recipe's column names (ours to theirs) and a value for each option that is declared here.
        rows_before: How many records (lines, rows) of the file come before a part.
        has_columns: Whether the recipe's `columns` means something to it.
        options: What it takes under `options:` in the recipe, by name.
    """

    parts: Callable[[InputFile], Sequence[Part]]
    read: Callable[[Part, Mapping[str, str], Options], Iterator[Batch]]
    rows_before: Callable[[Part], int]
    has_columns: bool = True
    options: Mapping[str, Option] = field(default_factory=dict)


def whole_file(file: InputFile) -> tuple[Part, ...]:
    """Return the one part of a file that cannot be split."""
    return (Part(file),)


def nothing_before(_part: Part) -> int:
    """Return 0, the records before the only part of a file."""
    return 0


def unreadable(reason: str, detail: str) -> Batch:
    """Return the batch that says why a whole file cannot be read."""
    return Batch(records_of([]), (BadRecord(None, reason, detail),))


def records_of(rows: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Return records, given as dictionaries with some of the columns, as an Arrow batch."""
    return pa.RecordBatch.from_pylist(list(rows), schema=RECORDS)


def json_text(value: object) -> str:
    """Return a value as JSON with sorted keys; what JSON does not know is written as text (`writable`)."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    try:
        return orjson.dumps(value, default=_json_default, option=options).decode()
    except TypeError:
        return orjson.dumps(writable(value), option=options).decode()


def _json_default(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def text_of(value: object) -> str | None:
    """Return a cell that should be a string as one: numbers and nested values as JSON, empty strings as null."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json_text(value)


def object_text(value: object, key: str) -> str | None:
    """Return a cell that should be a JSON object as one; anything else is put under a key as a list of one."""
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        return json_text(value)
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json_text(orjson.loads(value))
        except orjson.JSONDecodeError:
            pass  # then it is prose that begins with a brace
    return json_text({key: value if isinstance(value, list) else [value]})


@functools.lru_cache(maxsize=65536)
def evidence(evidence_class: str, kind: str, value: str, locator: str) -> str:
    """Return a `license_evidence` of one entry."""
    return evidence_list([(evidence_class, kind, value, locator)])


def given_evidence(given: object, license_found: str | None, locator: str) -> str | None:
    """Return the `license_evidence` of a record that may bring its own.

    Args:
        given: The record's own evidence, as a list or its JSON; what has not the form of `license_evidence` is ignored.
        license_found: The record's licence field.
        locator: Where that stands.
    """
    if isinstance(given, str):
        try:
            given = orjson.loads(given)
        except orjson.JSONDecodeError:
            given = None
    if isinstance(given, list) and given and all(_is_evidence(entry) for entry in given):
        return json_text(given)
    return None if license_found is None else evidence("E2", "record_field", license_found, locator)


def _is_evidence(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() - _EVIDENCE_EXTRAS == _EVIDENCE_KEYS
        and all(isinstance(value, str) for value in entry.values())
        and entry["class"] in _EVIDENCE_CLASSES
    )


def evidence_list(found: Sequence[tuple[str, str, str, str]]) -> str:
    """Return `license_evidence`: a JSON list of every licence statement found.

    Args:
        found: (class E1 to E6, kind, value as found, where it stands) of each, the strongest first.
    """
    return json_text([dict(zip(("class", "kind", "value", "locator"), entry, strict=True)) for entry in found])


@functools.lru_cache(maxsize=65536)
def declared_language(label: str | None) -> str | None:
    """Return the FLORES form of a label as found, null if there is none or it names no language."""
    code = to_flores(label)
    return None if code == UNKNOWN else code


def meta_of(others: dict[str, Any], label: str | None) -> str | None:
    """Return `meta`: the columns that have no place of their own, and the language label where it was rewritten.

    Args:
        others: The record's other columns; null ones are left out.
        label: The language label as found.
    """
    kept = {name: value for name, value in others.items() if value is not None}
    if label is not None and label != declared_language(label):
        kept.setdefault("lang", label)
    return json_text(kept) if kept else None
