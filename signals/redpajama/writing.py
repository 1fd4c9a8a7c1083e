"""From columns to lines of a RedPajama-V2 signal file."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pyarrow as pa

from signals.redpajama.form import LINE_SIGNALS, METADATA, SIGNALS

NEEDED = ("id", "char_count", "line_start", "line_end")


def write_signals(rows: pa.Table) -> Iterator[bytes]:
    """Yield a line of a signal file for each row, as RedPajama-V2's code writes it, without the line feed.

    Args:
        rows: NEEDED, and whatever else there is of IMPORTED's columns. A signal without a column is null; an id_int
            without one is made from the id, as on little-endian machines.

    Raises:
        ValueError: A needed column is missing.
    """
    missing = [name for name in NEEDED if name not in rows.column_names]
    if missing:
        raise ValueError(f"a signal file needs the columns {', '.join(missing)}, which are missing")
    for batch in rows.to_batches():
        columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
        for row in range(batch.num_rows):
            yield orjson.dumps(_record({name: values[row] for name, values in columns.items()}))


def id_number(identifier: str) -> int:
    """Return RedPajama-V2's id_int: the first eight bytes of the id's SHA-1, little-endian."""
    return int.from_bytes(hashlib.sha1(identifier.encode(), usedforsecurity=False).digest()[:8], "little")


def _record(row: dict[str, Any]) -> dict[str, object]:
    number = row.get("id_int")
    return {
        "id": row["id"],
        "id_int": id_number(row["id"]) if number is None else number,
        "metadata": {name: row.get(name) for name in METADATA},
        "quality_signals": {name: _spans(name, row) for name in SIGNALS},
    }


def _spans(name: str, row: dict[str, Any]) -> Sequence[tuple[int, int, object]]:
    score = row.get(name)
    if name not in LINE_SIGNALS:
        return [(0, row["char_count"] or 0, score)]
    starts, ends = row["line_start"] or [], row["line_end"] or []
    if score == [None] and not starts:
        return [(0, 0, None)]
    return list(zip(starts, ends, score or [], strict=bool(score)))
