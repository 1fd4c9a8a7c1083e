"""Which documents of a sample are offered for reading."""

from typing import Any

import duckdb
import pyarrow as pa


def documents_to_read(decided: pa.Table, count: int) -> list[str]:
    """Return the ids of some documents, so that every decision and in it every language is seen.

    Decisions take turns, and within one its languages do; chance, a hash of the id, chooses among the rest. The same
    documents give the same choice.

    Args:
        decided: One row a document: `id`, `rule` (null when kept), `language`.
        count: How many to choose at most.
    """
    query = """
        WITH drawn AS (
            SELECT id, rule, md5(id) AS chance, row_number() OVER (PARTITION BY rule, language ORDER BY md5(id)) AS turn
            FROM decided
        ), ranked AS (
            SELECT id, rule, row_number() OVER (PARTITION BY rule ORDER BY turn, chance) AS turn FROM drawn
        )
        SELECT id FROM ranked ORDER BY turn, rule NULLS FIRST LIMIT $count
    """
    with duckdb.connect(config={"threads": "1", "enable_external_access": "false"}) as connection:
        connection.register("decided", decided)
        found: list[tuple[Any, ...]] = connection.execute(query, {"count": count}).fetchall()
    return [identity for (identity,) in found]
