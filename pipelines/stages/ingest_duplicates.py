"""Ids that stand in several units of a source: the first unit keeps them, the later ones leave them out."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from pipelines.corpus.sql import NO_PROGRESS_BAR, spill_folder
from pipelines.removals.removed import FOLDER as REMOVED
from pipelines.sources.identity import REPEAT_KEY

DUPLICATE_REASON = "duplicate_id"


def ids_to_exclude(root: Path, outputs: Sequence[Sequence[str]], memory: int) -> dict[int, list[str]]:
    """Return, for each unit that has them, the ids that an earlier unit claims.

    A unit claims every id that its input holds, whether it became a document, was quarantined as a duplicate, or was
    told apart as a repetition, or is removed. Claims depend on the unit's input alone, never on what was excluded from
    it before: so a plan made from them is stable, and the same after any history of runs.

    Args:
        root: The corpus directory.
        outputs: What each unit wrote, units in the order of files and parts.
        memory: Bytes that the comparison may hold; more goes to temporary files.

    Returns:
        Sorted ids by the unit's position.
    """
    documents = _unit_of_file(root, outputs, "documents/")
    quarantined = _unit_of_file(root, outputs, "quarantine/")
    removed = _unit_of_file(root, outputs, f"{REMOVED}/")
    if len({*documents.values(), *quarantined.values(), *removed.values()}) < 2:  # noqa: PLR2004  # one unit alone repeats nobody's ids
        return {}
    with spill_folder(root) as spill, duckdb.connect() as connection:
        connection.execute(NO_PROGRESS_BAR)
        connection.execute("SET memory_limit = ?", [f"{memory}B"])
        connection.execute("SET temp_directory = ?", [spill])
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("CREATE TABLE units (filename VARCHAR, unit INTEGER)")
        connection.executemany(
            "INSERT INTO units VALUES (?, ?)", [*documents.items(), *quarantined.items(), *removed.items()]
        )
        connection.execute("CREATE TABLE claims (id VARCHAR, unit INTEGER)")
        for files, insert in (
            (documents, _CLAIMS_OF_DOCUMENTS),
            (quarantined, _CLAIMS_OF_QUARANTINE),
            (removed, _CLAIMS_OF_REMOVED),
        ):
            if files:
                connection.execute(insert, [list(files)])
        found = connection.execute(_CLAIMED_EARLIER).fetchall()
    excluded: dict[int, list[str]] = {}
    for unit, id_ in found:
        excluded.setdefault(unit, []).append(id_)
    return excluded


_CLAIMS_OF_DOCUMENTS = f"""
    INSERT INTO claims
    SELECT CASE WHEN source_id IS NULL AND url IS NULL AND contains(meta, '"{REPEAT_KEY}":')
                THEN regexp_extract(meta, '"{REPEAT_KEY}":"([0-9a-f]{{32}})"', 1) ELSE id END, unit
    FROM read_parquet(?, filename = true) JOIN units USING (filename)
"""  # noqa: S608  # a constant
_CLAIMS_OF_QUARANTINE = f"""
    INSERT INTO claims
    SELECT id, unit FROM read_parquet(?, filename = true) JOIN units USING (filename)
    WHERE reason = '{DUPLICATE_REASON}'
"""  # noqa: S608  # a constant
_CLAIMS_OF_REMOVED = """
    INSERT INTO claims SELECT claim, unit FROM read_parquet(?, filename = true) JOIN units USING (filename)
"""
_CLAIMED_EARLIER = """
    WITH several AS (SELECT id, min(unit) AS first FROM claims GROUP BY id HAVING min(unit) < max(unit))
    SELECT DISTINCT unit, id FROM claims JOIN several USING (id) WHERE unit > first ORDER BY unit, id
"""


def _unit_of_file(root: Path, outputs: Sequence[Sequence[str]], prefix: str) -> Mapping[str, int]:
    """Return the unit of each file that stands on disk; a unit whose file is gone will run again, and be seen then."""
    return {
        str(root / path): unit
        for unit, paths in enumerate(outputs)
        for path in paths
        if path.startswith(prefix) and (root / path).exists()
    }
