"""The translators that a card tells of: what each published translation says that it was made by."""

from collections.abc import Sequence
from pathlib import PurePosixPath

import duckdb

from datacards.manifest import Translator

_TRANSLATORS = """
    SELECT meta ->> '$.translation.engine' AS engine, meta ->> '$.translation.engine_version',
           meta ->> '$.translation.model', meta ->> '$.translation.model_license', count(*)
    FROM read_parquet($documents) AS documents JOIN facts USING (id)
    WHERE facts.generation > 0 AND facts.rule IS NULL AND engine IS NOT NULL
    GROUP BY ALL ORDER BY count(*) DESC, 1, 2, 3, 4
"""


def counted_translators(connection: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> tuple[Translator, ...]:
    """Return what translated the published translations, that with most of them first.

    Args:
        connection: With the table `facts`, one row a document.
        documents: Where the tables of documents lie.
    """
    if not documents:
        return ()
    rows = connection.execute(_TRANSLATORS, {"documents": list(documents)}).fetchall()
    return tuple(
        Translator(engine, version, None if model is None else _name(model), license_, count)
        for engine, version, model, license_, count in rows
    )


def _name(model: str) -> str:
    """Return a model's name: of one that lies in a folder of this machine the folder's name."""
    return PurePosixPath(model).name if model.startswith("/") else model
