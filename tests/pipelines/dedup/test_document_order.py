from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.dedup.document_order import document_order, read_order, write_order


def test_places_follow_the_order_across_shards() -> None:
    shards: list[dict[str, list[Any]]] = [
        {"id": ["a", "b"], "created": ["2003", None], "word_count": [5, 9]},
        {"id": [], "created": [], "word_count": []},
        {"id": ["c", "d", "e"], "created": ["2001", "2003", "2002"], "word_count": [1, 7, 2]},
    ]
    types: dict[str, pa.DataType] = {"id": pa.string(), "created": pa.string(), "word_count": pa.int64()}
    schema = pa.schema(types)
    order = "(created) asc NULLS LAST, (word_count) desc NULLS LAST, id"
    for some in (shards, shards[1:], shards[1:2]):
        with duckdb.connect() as connection:
            found = document_order(connection, (pa.table(shard, schema=schema) for shard in some), order)
        rows = [
            (created or "9999", -words, identity)
            for shard in some
            for created, words, identity in zip(shard["created"], shard["word_count"], shard["id"], strict=True)
        ]
        assert [len(places) for places in found] == [len(shard["id"]) for shard in some]
        assert [place for places in found for place in places.tolist()] == [sorted(rows).index(row) for row in rows]


def test_a_later_generation_comes_behind(tmp_path: Path) -> None:
    write_order(tmp_path / "first", np.array([1, 0, 2**40]), 0)
    write_order(tmp_path / "second", np.array([0, 1]), 1)
    first, second = read_order(tmp_path / "first"), read_order(tmp_path / "second")
    assert first.tolist() == [1, 0, 2**40]
    assert first.max() < second.min()
    assert second[0] < second[1]
