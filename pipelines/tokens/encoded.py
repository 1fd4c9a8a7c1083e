"""Encoded documents on disk: for each document shard a file of token lists, ready to be gathered by language."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("id", pa.string()),
    ("lang", pa.string()),  # concluded
    ("key", pa.uint64()),  # the document's place in the seeded order
    ("split_key", pa.uint64()),  # documents below a bound are set aside for validation
    ("source", pa.string()),
    ("license", pa.string()),  # concluded; null without licensing
    ("url_hash", pa.string()),  # first 128 bits of the URL's SHA-256, in hexadecimal
    ("tokens", pa.list_(pa.int32())),
)
ENCODED = pa.schema(list(_COLUMNS))

# Every token shard of a language reads its own range of keys in each file: small groups, so that it reads little else.
ROWS_PER_GROUP = 256
_TOTALS = b"tokens_by_language"


@dataclass(frozen=True)
class KeyRange:
    """A range of order keys: `first` and `last` belong to it."""

    first: int
    last: int

    @classmethod
    def bucket(cls, number: int, buckets: int) -> "KeyRange":
        """Return one of `buckets` (a power of two) equal parts of all 64-bit keys."""
        width = 2**64 // buckets
        return cls(number * width, (number + 1) * width - 1)


def write_encoded(path: Path, rows: pa.Table) -> None:
    """Write encoded documents by language, then in seeded order; no row group holds two languages.

    Args:
        path: Where the file goes.
        rows: Columns of `ENCODED`, in any order of rows.
    """
    rows = rows.combine_chunks()
    order = pc.sort_indices(rows.drop_columns("tokens"), [(key, "ascending") for key in ("lang", "key", "id")])
    totals = _tokens_by_language(rows)
    schema = ENCODED.with_metadata({_TOTALS: json.dumps(totals).encode()})
    documents = Counter(map(str, rows["lang"].to_pylist()))
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=3,
        use_dictionary=["lang", "source", "license"],  # type: ignore[arg-type]  # the stubs know only bool
    ) as writer:
        begin = 0
        for lang in totals:
            of_language = order.slice(begin, documents[lang])
            for first in range(0, len(of_language), ROWS_PER_GROUP):
                group = rows.take(of_language.slice(first, ROWS_PER_GROUP))
                writer.write_table(group.cast(schema), row_group_size=ROWS_PER_GROUP)
            begin += documents[lang]


def _tokens_by_language(rows: pa.Table) -> dict[str, int]:
    """Return how many tokens of each language there are, the languages in order."""
    lengths = pa.table({"lang": rows["lang"], "tokens": pc.list_value_length(rows["tokens"])})
    sums = lengths.group_by("lang").aggregate([("tokens", "sum")]).sort_by("lang")
    return {str(row["lang"]): int(row["tokens_sum"]) for row in sums.to_pylist()}


def tokens_by_language(path: Path) -> dict[str, int]:
    """Return how many tokens of each language an encoded file holds; reads the footer alone."""
    metadata = pq.read_schema(path).metadata
    totals: dict[str, int] = json.loads(metadata[_TOTALS])
    return totals


def read_language(path: Path, lang: str, keys: KeyRange) -> Iterator[pa.Table]:
    """Yield the documents of one language whose order keys lie in a range, reading only row groups that hold any."""
    with pq.ParquetFile(path) as file:
        groups = range(file.num_row_groups)
        begin = bisect_left(groups, lang, key=lambda group: _bounds(file, group, "lang")[0])
        for group in groups[begin:]:
            if _bounds(file, group, "lang")[0] != lang:
                return
            least, greatest = _bounds(file, group, "key")
            if greatest < keys.first or least > keys.last:
                continue
            rows = file.read_row_group(group, use_threads=False)
            first, last = (pa.scalar(bound, pa.uint64()) for bound in (keys.first, keys.last))
            yield rows.filter(pc.and_(pc.greater_equal(rows["key"], first), pc.less_equal(rows["key"], last)))


def _bounds(file: pq.ParquetFile, group: int, column: str) -> tuple[Any, Any]:
    """Return the least and the greatest value of a column in a row group."""
    statistics: Any = file.metadata.row_group(group).column(ENCODED.get_field_index(column)).statistics
    return statistics.min, statistics.max
