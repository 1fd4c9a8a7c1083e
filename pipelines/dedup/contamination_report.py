"""What of each benchmark was found in the corpus, in numbers."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def contamination_report(texts: pa.Table, evidence: pa.Table) -> dict[str, Any]:
    """Return how many texts of each benchmark and field were found, and in how many documents.

    Args:
        texts: Columns `benchmark`, `item`, `field` and `ngram` (0 where a text is too short to be sought), a row a
            text.
        evidence: Columns `id`, `benchmark`, `item` and `field`, a row for each document and text of a benchmark that
            it holds.

    Returns:
        `documents`, and `benchmarks`: by name `items`, `items_found`, `documents` and `fields`; these by name `texts`,
        `too_short`, `items_found` and `documents`.
    """
    return {
        "documents": pc.count_distinct(evidence["id"]).as_py(),
        "benchmarks": {
            name: _benchmark(_where(texts, "benchmark", name), evidence, name) for name in _distinct(texts, "benchmark")
        },
    }


def _benchmark(texts: pa.Table, evidence: pa.Table, name: str) -> dict[str, Any]:
    found = _where(evidence, "benchmark", name)
    return {
        "items": pc.count_distinct(texts["item"]).as_py(),
        "items_found": pc.count_distinct(found["item"]).as_py(),
        "documents": pc.count_distinct(found["id"]).as_py(),
        "fields": {
            field: _field(_where(texts, "field", field), _where(found, "field", field))
            for field in _distinct(texts, "field")
        },
    }


def _field(texts: pa.Table, found: pa.Table) -> dict[str, int]:
    return {
        "texts": texts.num_rows,
        "too_short": texts.num_rows - int(np.count_nonzero(texts["ngram"].to_numpy())),
        "items_found": pc.count_distinct(found["item"]).as_py(),
        "documents": pc.count_distinct(found["id"]).as_py(),
    }


def _distinct(table: pa.Table, column: str) -> list[str]:
    return sorted(map(str, pc.unique(table[column]).to_pylist()))


def _where(table: pa.Table, column: str, value: str) -> pa.Table:
    return table.filter(pc.equal(table[column], pa.scalar(value)))
