"""What a card counts: each document once, gathered by DuckDB from the tables of a corpus."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from datacards.cells import Cell
from datacards.manifest import LicenceFinding, StageFlow
from datacards.published import PublishedFile
from pipelines.dedup.keep_order import EVIDENCE_RANK_SQL
from pipelines.errors import CorpusError
from pipelines.stages import publish, select
from pipelines.tokens import provenance

if TYPE_CHECKING:
    from pipelines.corpus import Shelf, Unit

COUNTED_TABLES = ("documents", "signals/core", "licences", "decisions")
SAMPLES = 3

_PUBLISHED_STATUSES = ", ".join(f"'{status}'" for status in publish.MAY_BE_PASSED_ON)

_HOST = "^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)"

_FACTS = f"""
    CREATE TABLE facts AS
    SELECT coalesce(decisions.lang, '{publish.UNDETERMINED}') AS language, documents.source, licences.license,
           licences.status, licences.obligations, licences.reason, licences.review, documents.generation, documents.id,
           core.byte_count, lower(regexp_extract(documents.url, '{_HOST}', 1)) AS host,
           coalesce('E' || nullif({EVIDENCE_RANK_SQL}, 7), 'none') AS evidence,
           (documents.url IS NOT NULL OR coalesce(documents.attribution LIKE '%"creators":["%', false)) AS attributed,
           CASE WHEN NOT decisions.kept THEN decisions.rule
                WHEN licences.status NOT IN ({_PUBLISHED_STATUSES})
                     OR NOT list_contains(licences.operations, 'redistribute') THEN '{publish.WITHHELD}' END AS rule
    FROM read_parquet($documents) AS documents
    JOIN read_parquet($core) AS core USING (id)
    JOIN read_parquet($licences) AS licences USING (id)
    JOIN read_parquet($decisions) AS decisions USING (id)
"""  # noqa: S608 -- constants of this package

_CELLS = """
    SELECT language, source, license, status, generation, rule, count(*), sum(byte_count)::BIGINT,
           coalesce(sum(length), 0)::BIGINT, evidence, count_if(attributed)
    FROM facts LEFT JOIN sequences USING (id)
    GROUP BY ALL ORDER BY ALL
"""

_FINDINGS = f"""
    SELECT license, status, obligations, reason, count(*), sum(byte_count)::BIGINT, min(id, {SAMPLES})
    FROM facts GROUP BY license, status, obligations, reason ORDER BY ALL
"""  # noqa: S608 -- a constant of this module


def load_facts(connection: duckdb.DuckDBPyConnection, unit: "Unit", shelf: "Shelf") -> None:
    """Fill `facts`, one row a document, and `sequences`, one row a tokenized document."""
    paths = {
        table.rpartition("/")[2]: [str(shelf.root / path) for path in unit.inputs if path.startswith(f"{table}/")]
        for table in COUNTED_TABLES
    }
    if paths["documents"]:
        connection.execute(_FACTS, paths)
    else:
        connection.execute(
            "CREATE TABLE facts (language VARCHAR, source VARCHAR, license VARCHAR, status VARCHAR, "
            "obligations VARCHAR[], reason VARCHAR, review VARCHAR, generation TINYINT, id VARCHAR, byte_count BIGINT, "
            "host VARCHAR, evidence VARCHAR, attributed BOOLEAN, rule VARCHAR)"
        )
    sequences = [str(shelf.root / path) for path in unit.inputs if path.endswith(provenance.SUFFIX)]
    connection.execute("CREATE TABLE sequences (id VARCHAR, length INTEGER)")
    if sequences:
        connection.execute("INSERT INTO sequences SELECT id, length FROM read_parquet($paths)", {"paths": sequences})


def counted_cells(connection: duckdb.DuckDBPyConnection) -> tuple[Cell, ...]:
    """Return how many documents share each combination of what a card tells them apart by."""
    return tuple(Cell(*row) for row in connection.execute(_CELLS).fetchall())


def counted_findings(connection: duckdb.DuckDBPyConnection) -> tuple[LicenceFinding, ...]:
    """Return the licences that were found, and what was decided."""
    return tuple(
        LicenceFinding(license_, status, tuple(duties or ()), reason, documents, bytes_, tuple(samples))
        for license_, status, duties, reason, documents, bytes_, samples in connection.execute(_FINDINGS).fetchall()
    )


def check_counts(cells: Sequence[Cell], flows: Sequence[StageFlow], files: Sequence[PublishedFile]) -> None:
    """Check that the tables tell of the same documents as the receipts, and of each which licence it is under.

    Raises:
        CorpusError: They do not; a card of such a corpus would be wrong.
    """
    without = sum(cell.documents for cell in cells if cell.license is None or cell.status is None)
    if without:
        raise CorpusError(f"card: {without} documents have no concluded licence in the tables; run again")
    decided = sum(flow.rows_in for flow in flows if flow.stage == select.STAGE.name)
    counted = sum(cell.documents for cell in cells)
    if counted != decided:
        raise CorpusError(f"card: {counted} documents in the tables, {decided} in the ledger of select; run again")
    published = sum(cell.documents for cell in cells if cell.rule is None)
    written = sum(file.rows for file in files)
    if published != written:
        raise CorpusError(f"card: {published} documents to publish, {written} in {publish.FOLDER}/; run again")
