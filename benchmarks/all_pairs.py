"""Which documents are alike, found by comparing all with all: the truth that deduplication is held to."""

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from signals.minhash.shinglings import Shingling
from signals.reference.minhash import shingles

Pairs = dict[tuple[int, int], float]

# Whatever two documents have in common, some shingle is: none that could be alike is left out.
_ALL_PAIRS = """
    WITH shared AS (
        SELECT one.document AS earlier, other.document AS later, count(*) AS shared
        FROM shingles AS one JOIN shingles AS other USING (shingle) WHERE one.document < other.document GROUP BY ALL
    ), sizes AS (SELECT document, count(*) AS shingles FROM shingles GROUP BY ALL)
    SELECT earlier, later, shared / (one.shingles + other.shingles - shared) AS similarity
    FROM shared JOIN sizes AS one ON earlier = one.document JOIN sizes AS other ON later = other.document
    WHERE similarity >= ?
"""


def alike(texts: Sequence[str], shingling: Shingling, threshold: float) -> Pairs:
    """Return the Jaccard similarity of every pair (earlier, later) that reaches a threshold above 0.

    Sets of shingles are those of the pure-Python reference, as 64-bit hashes.
    """
    sets = [np.array([hash(shingle) for shingle in shingles(text, shingling)], np.int64) for text in texts]
    documents = np.repeat(np.arange(len(sets)), [len(found) for found in sets])
    table = pa.table({"document": documents, "shingle": np.concatenate([np.empty(0, np.int64), *sets])})
    with duckdb.connect() as connection:
        connection.register("shingles", table)
        rows = connection.execute(_ALL_PAIRS, [threshold]).fetchall()
    return {(earlier, later): similarity for earlier, later, similarity in rows}
