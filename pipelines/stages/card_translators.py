"""The translators that a card tells of: what each published translation says that it was made by."""

from collections.abc import Sequence

import duckdb

from datacards.manifest import Translator

# Of a model that lies in a folder of the machine that translated, the folder's name.
_TRANSLATORS = r"""
    SELECT meta ->> '$.translation.engine' AS engine, meta ->> '$.translation.engine_version',
           regexp_replace(meta ->> '$.translation.model', '^/(?:.*/)?([^/]+)/*$', '\1'),
           meta ->> '$.translation.model_license', count(*)
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
    return tuple(Translator(*row) for row in rows)
