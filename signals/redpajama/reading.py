"""From lines of a RedPajama-V2 signal file to columns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import orjson
import pyarrow as pa

from signals.arrow import Column
from signals.redpajama.form import IMPORTED, LINE_SIGNALS, METADATA, SIGNALS

BATCH_LINES = 1024

Row: TypeAlias = dict[str, Any]

_NO_LINES = [[0, 0, None]]  # what RedPajama-V2 has for the bullet points of an empty text


@dataclass(frozen=True)
class BrokenLine:
    """A line of a signal file that is no record.

    Attributes:
        row: Its number, from 1.
        detail: What is wrong with it.
        raw: The line as found.
    """

    row: int
    detail: str
    raw: bytes


@dataclass(frozen=True)
class Signals:
    """Some of a file's lines.

    Attributes:
        rows: One row for each line that is a record, with the schema IMPORTED; null for a signal that it lacks.
        broken: The other lines.
    """

    rows: pa.Table
    broken: tuple[BrokenLine, ...]


def read_signals(lines: Iterable[bytes]) -> Iterator[Signals]:
    """Yield the records of a signal file, BATCH_LINES lines at a time, in their order; blank lines are passed over.

    Args:
        lines: The file's lines, decompressed.
    """
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, BATCH_LINES)):
        yield _read_batch([(number, line) for number, line in batch if line.strip()])


def _read_batch(lines: Sequence[tuple[int, bytes]]) -> Signals:
    rows: list[Row] = []
    origins: list[tuple[int, bytes]] = []
    broken: list[BrokenLine] = []
    for number, line in lines:
        try:
            rows.append(_row(orjson.loads(line)))
            origins.append((number, line))
        except ValueError as error:
            broken.append(BrokenLine(number, str(error), line))
    try:
        return Signals(_table(rows), tuple(broken))
    except (TypeError, ValueError, pa.ArrowException):  # a value has not its column's type: find out whose
        pass
    tables = [_table([])]
    for row, (number, line) in zip(rows, origins, strict=True):
        try:
            tables.append(_table([row]))
        except (TypeError, ValueError, pa.ArrowException) as error:
            broken.append(BrokenLine(number, str(error), line))
    return Signals(pa.concat_tables(tables), tuple(sorted(broken, key=lambda line: line.row)))


def _table(rows: Sequence[Row]) -> pa.Table:
    """Return rows as columns.

    Raises:
        ValueError: A value has not its column's type; the message names the column.
    """
    columns = []
    for field in IMPORTED:
        try:
            columns.append(_column([row.get(field.name) for row in rows], field.type))
        except (OverflowError, TypeError, ValueError) as error:  # Arrow's own errors are among them
            raise ValueError(f"{field.name}: {error}") from None
    return pa.table(columns, schema=IMPORTED)


def _column(values: Sequence[object], kind: pa.DataType) -> Column:
    """Return values as an array. Of fractions Arrow would make whole numbers, unless they are cast afterwards."""
    if kind == pa.list_(pa.int32()):
        return pa.array(values, pa.list_(pa.float64())).cast(kind)
    return pa.array(values, pa.float64()).cast(kind) if kind == pa.int64() else pa.array(values, kind)


def _row(record: object) -> Row:
    """Return the columns of a record.

    Raises:
        ValueError: It has not the form of one.
    """
    match record:
        case {"id": str(identifier), "quality_signals": dict(found)}:
            pass
        case {"id": str(identifier), "quality_signals": str(text)}:  # as in the copies on the Hugging Face Hub
            found = orjson.loads(text)
        case _:
            raise ValueError("not an object with id and quality_signals")
    row: Row = {"id": identifier}
    match record:
        case {"id_int": int(number)}:
            row["id_int"] = number
    match record:
        case {"metadata": dict(metadata)}:
            row |= {name: metadata.get(name) for name in METADATA}
    for name in SIGNALS:
        spans = found.get(name)
        if not spans:
            row[name] = [] if spans == [] and name in LINE_SIGNALS else None
        elif name in LINE_SIGNALS:
            row[name] = _line_scores(name, spans, row)
        else:
            row[name] = _document_score(name, spans, row)
    if row.get("line_start") is None and any(row[name] is not None for name in LINE_SIGNALS):
        row["line_start"] = row["line_end"] = []
    return row


def _document_score(name: str, spans: object, row: Row) -> object:
    """Return the score of a document, whose length goes to the row."""
    match spans:
        case [[0, int(length), score]]:
            if row.setdefault("char_count", length) != length:
                raise ValueError(f"{name} is of {length} characters, others of {row['char_count']}")
            return score
    raise ValueError(f"{name} is not one [0, length, score]")


def _line_scores(name: str, spans: list[Any], row: Row) -> Sequence[object]:
    """Return the scores of a document's lines, whose bounds go to the row."""
    if spans == _NO_LINES:
        return [None]
    try:
        starts, ends, scores = zip(*spans, strict=True)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is not a list of [start, end, score]") from None
    if row.setdefault("line_start", starts) != starts or row.setdefault("line_end", ends) != ends:
        raise ValueError(f"the lines of {name} are others than those of signals before it")
    found: Sequence[object] = scores
    return found
