"""JSON Lines, plain or compressed: one object a line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

from pipelines.sources.lines import Damage, line_blocks, line_feeds_before
from pipelines.sources.options import Options
from pipelines.sources.record import (
    BATCH_ROWS,
    BATCH_TEXT_BYTES,
    FIELDS,
    MAX_RAW_BYTES,
    MAX_TEXT_BYTES,
    RECORDS,
    BadRecord,
    Batch,
    InputFile,
    Part,
    Reader,
    declared_language,
    given_evidence,
    meta_of,
    object_text,
    text_of,
    unreadable,
)
from pipelines.sources.stored import compression_of

PART_BYTES = 64 * 2**20

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _RecordError(Exception):
    """Why a line is no record: (reason, detail)."""


def parts(file: InputFile) -> tuple[Part, ...]:
    """Split a plain file every `PART_BYTES`; a compressed one can only be read from its beginning."""
    if compression_of(file.relative) is not None:
        return (Part(file),)
    starts = range(0, max(file.size, 1), PART_BYTES)
    return tuple(Part(file, index, start, start + PART_BYTES) for index, start in enumerate(starts))


def read(part: Part, columns: Mapping[str, str], _options: Options) -> Iterator[Batch]:
    """Yield a part's records; a line that is no record is a bad one. Blank lines are no records."""
    if part.file.size == 0:
        yield unreadable("empty_file", "0 bytes")
        return
    names = {field: columns.get(field, field) for field in FIELDS}
    collected = _Collected(names, part.file.relative)
    row, any_record = 0, False
    for block in line_blocks(part):
        if isinstance(block, Damage):
            row += 1
            collected.bad.append(BadRecord(row, block.reason, block.detail, block.raw, block.offset))
            continue
        offset = block.offset
        for line in block.lines:
            row += 1
            if not line.isspace() and line:
                collected.add(row, offset, line)
            offset += len(line) + 1
            if collected.text_bytes >= BATCH_TEXT_BYTES or len(collected.rows) >= BATCH_ROWS:
                any_record = True
                yield collected.batch()
    if collected.rows or collected.bad:
        yield collected.batch()
    elif not any_record and part.start == 0 and (part.stop is None or part.stop >= part.file.size):
        yield unreadable("empty_file", "no line holds a record")


class _Collected:
    """Records on their way to a batch."""

    def __init__(self, names: Mapping[str, str], locator: str) -> None:
        self._names = names
        self._license_locator = f"{locator}:{names['license']}"
        self._taken = frozenset(names.values())
        self._clear()

    def _clear(self) -> None:
        self.rows: list[int] = []
        self.bad: list[BadRecord] = []
        self.text_bytes = 0
        self._records: list[dict[str, Any]] = []

    def add(self, row: int, offset: int, line: bytes) -> None:
        """Take a line in, as a record or as a bad one."""
        try:
            record = _parsed(line.removeprefix(_BYTE_ORDER_MARK) if offset == 0 else line)
            _check_text(record, self._names["text"])
        except _RecordError as error:
            reason, detail = error.args
            self.bad.append(BadRecord(row, reason, detail, line[:MAX_RAW_BYTES], offset))
            return
        self.rows.append(row)
        self.text_bytes += len(line)
        self._records.append(record)

    def batch(self) -> Batch:
        """Return what was collected, and begin anew."""
        labels = self._strings("lang")
        licenses = self._strings("license")
        evidence = zip(self._values("license_evidence"), licenses, strict=True)
        others = ({name: record[name] for name in record.keys() - self._taken} for record in self._records)
        columns: dict[str, Sequence[object]] = {
            "row": self.rows,
            "key": self._strings("id"),
            "text": self._values("text"),
            "lang": [declared_language(label) for label in labels],
            "license_declared": licenses,
            "license_evidence": [given_evidence(given, found, self._license_locator) for given, found in evidence],
            "attribution": [object_text(value, "creators") for value in self._values("attribution")],
            "preferences": [object_text(value, "raw") for value in self._values("preferences")],
            "meta": [meta_of(other, label) for other, label in zip(others, labels, strict=True)],
        }
        columns |= {field: self._strings(field) for field in ("url", "title", "created", "derived_from")}
        arrays = [pa.array(columns[field.name], field.type) for field in RECORDS]
        batch = Batch(pa.RecordBatch.from_arrays(arrays, schema=RECORDS), tuple(self.bad))
        self._clear()
        return batch

    def _values(self, field: str) -> list[Any]:
        name = self._names[field]
        return [record.get(name) for record in self._records]

    def _strings(self, field: str) -> list[str | None]:
        return [value if type(value) is str and value else text_of(value) for value in self._values(field)]


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _RecordError(*_why_unparsed(line, error)) from None
    if not isinstance(record, dict):
        raise _RecordError("wrong_type", f"the line holds a {_json_type(record)}; expected an object")
    return record


def _why_unparsed(line: bytes, error: orjson.JSONDecodeError) -> tuple[str, str]:
    try:
        line.decode()
    except UnicodeDecodeError as undecodable:
        return "bad_utf8", f"byte {undecodable.start} of the line: {undecodable.reason}"
    if "surrogate" in error.msg:
        return "bad_utf8", error.msg  # an escape such as \ud83d without its other half is no character
    return "not_json", f"{error.msg} at character {error.pos} of the line"


def _check_text(record: dict[str, Any], name: str) -> None:
    if name not in record:
        raise _RecordError("missing_text", f"no field {name!r}; `columns: {{text: …}}` names another")
    text = record[name]
    if text is None:
        raise _RecordError("null_text", f"field {name!r} is null")
    if not isinstance(text, str):
        raise _RecordError("wrong_type", f"field {name!r} holds a {_json_type(text)}; expected a string")
    if not text or text.isspace():
        raise _RecordError("empty_text", f"field {name!r} holds no text")
    # 4 bytes a character at most: only a long text needs to be encoded to know its size.
    if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode()) > MAX_TEXT_BYTES:
        raise _RecordError("too_large", f"a text of {len(text.encode()):,} bytes; at most {MAX_TEXT_BYTES:,} are taken")


def _json_type(value: object) -> str:
    names = {dict: "object", list: "list", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


READER = Reader(parts, read, line_feeds_before)
