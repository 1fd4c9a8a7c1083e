"""Whether what leaves a corpus carries the licence that was concluded: no stage but `license` decides one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from pipelines.corpus.receipts import Receipt
from pipelines.corpus.sql import bounded_connection
from pipelines.stages import license as license_stage
from pipelines.stages import publish
from pipelines.tokens import provenance

_PUBLISHED, _SEQUENCES = "published documents", "token sequences"

# An id that no licence is concluded for compares as distinct too.
_DISAGREEING = """
    SELECT left_out.id, left_out.license, concluded.license
    FROM read_parquet($leaving, union_by_name = true) AS left_out
    LEFT JOIN read_parquet($concluded) AS concluded USING (id)
    WHERE left_out.license IS DISTINCT FROM concluded.license
    ORDER BY left_out.id
"""
_SHOWN = 5


def changed_licences(root: Path, receipts: Sequence[Receipt]) -> Iterator[str]:
    """Yield documents whose licence in what is published, or beside their tokens, is not the one concluded.

    Args:
        root: The corpus.
        receipts: All its receipts.
    """
    standing = [path for receipt in receipts for path in receipt.outputs if (root / path).is_file()]
    concluded = [str(root / path) for path in standing if path.startswith(f"{license_stage.FOLDER}/")]
    leaving = {
        _PUBLISHED: [path for path in standing if path.startswith(f"{publish.FOLDER}/")],
        _SEQUENCES: [path for path in standing if path.endswith(provenance.SUFFIX)],
    }
    for what, paths in leaving.items():
        if not (paths and concluded):
            continue
        parameters = {"leaving": [str(root / path) for path in paths], "concluded": concluded}
        with bounded_connection(root) as connection:
            try:
                found = connection.execute(_DISAGREEING, parameters).fetchall()
            except duckdb.Error as error:
                yield f"{what}: licences cannot be compared ({str(error).splitlines()[0]}); run again"
                continue
        for document, license_, was in found[:_SHOWN]:
            yield f"{what}: {document} is under {license_}, concluded was {was}; run again"
        if len(found) > _SHOWN:
            yield f"{what}: {len(found) - _SHOWN:,} more carry another licence than was concluded; run again"
