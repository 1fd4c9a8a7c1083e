from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dedup.document_order import document_order, read_order, write_order


def test_places_follow_the_order_across_shards_and_tables(tmp_path: Path) -> None:
    rows: dict[str, list[tuple[str, str | None, int]]] = {
        "one": [("a", "2003", 5), ("b", None, 9)],
        "two": [("c", "2001", 1), ("d", "2003", 7), ("e", "2002", 2)],
    }
    paths: dict[str, list[str]] = {"documents": [], "signals/core": []}
    for shard, members in rows.items():
        ids, created, words = ([member[column] for member in members] for column in range(3))
        for table, cells in (
            ("documents", {"id": ids, "created": created}),
            ("signals/core", {"id": ids, "word_count": words}),
        ):
            path = tmp_path / f"{table.replace('/', '-')}-it's {shard}.parquet"
            pq.write_table(pa.table(cells), path)
            paths[table].append(str(path))
    columns = {"documents": ["created"], "signals/core": ["word_count"]}
    order = "(created) asc NULLS LAST, (word_count) desc NULLS LAST, id"
    with duckdb.connect() as connection:
        found = document_order(connection, paths, columns, order)
    assert [places.tolist() for places in found] == [[3, 4], [0, 2, 1]]


def test_a_later_generation_comes_behind(tmp_path: Path) -> None:
    write_order(tmp_path / "first", np.array([1, 0, 2**40]), 0)
    write_order(tmp_path / "second", np.array([0, 1]), 1)
    first, second = read_order(tmp_path / "first"), read_order(tmp_path / "second")
    assert first.tolist() == [1, 0, 2**40]
    assert first.max() < second.min()
    assert second[0] < second[1]
