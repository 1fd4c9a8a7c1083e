"""`loam diff`: which documents came, went or changed between two builds of a corpus."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from datacards import Manifest
from datacards.blocks import Block, Card, Code, Section, Table, paragraph
from datacards.difference import SHOWN, difference
from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.corpus.sql import bounded_connection
from pipelines.errors import CorpusError
from pipelines.stages.card import FOLDER

_TABLES = {"documents": "documents", "core": "signals/core", "decisions": "decisions", "licences": "licences"}

_SIDE = """
    CREATE TABLE {side} AS
    SELECT documents.id, core.text_hash, decisions.kept, decisions.rule, decisions.lang, licences.license
    FROM read_parquet($documents) AS documents
    LEFT JOIN read_parquet($core) AS core USING (id)
    LEFT JOIN read_parquet($decisions) AS decisions USING (id)
    LEFT JOIN read_parquet($licences) AS licences USING (id)
"""
_FATES = """
    WITH pairs AS (
        SELECT id,
               CASE WHEN old.id IS NULL THEN 'new' WHEN new.id IS NULL THEN 'gone'
                    WHEN old.text_hash IS DISTINCT FROM new.text_hash THEN 'other text'
                    WHEN old.lang IS DISTINCT FROM new.lang THEN 'other language'
                    WHEN old.license IS DISTINCT FROM new.license THEN 'other licence'
                    WHEN old.kept IS DISTINCT FROM new.kept OR old.rule IS DISTINCT FROM new.rule THEN 'other decision'
               END AS fate,
               CASE WHEN old.kept THEN 'kept' ELSE old.rule END AS decided_before,
               CASE WHEN new.kept THEN 'kept' ELSE new.rule END AS decided_now
        FROM old FULL JOIN new USING (id)
    )
    SELECT fate, decided_before, decided_now, count(*) AS documents, min(id, 3)
    FROM pairs WHERE fate IS NOT NULL
    GROUP BY fate, decided_before, decided_now
    ORDER BY documents DESC, fate, decided_before, decided_now
"""


@dataclass(frozen=True)
class Change:
    """How many documents changed in one way.

    Attributes:
        fate: `new`, `gone`, or the first of what differs: text, language, licence, decision.
        before: What was decided: `kept`, or the rule that dropped them; None for new ones.
        now: What is decided; None for those that are gone.
        documents: How many.
        examples: Ids of a few.
    """

    fate: str
    before: str | None
    now: str | None
    documents: int
    examples: tuple[str, ...]


def changes(before: Path, after: Path) -> tuple[Change, ...]:
    """Return how the documents of two corpora differ, by id.

    Raises:
        CorpusError: One of them is no corpus, or has no decisions yet.
    """
    for root in (before, after):
        read_corpus_identity(root)
    with bounded_connection(after) as connection:
        for side, root in (("old", before), ("new", after)):
            connection.execute(_SIDE.format(side=side), _paths(root))
        return tuple(
            Change(fate, was, now, documents, tuple(examples))
            for fate, was, now, documents, examples in connection.execute(_FATES).fetchall()
        )


def _paths(root: Path) -> Mapping[str, list[str]]:
    standing = sorted(path for receipt in read_receipts(root) for path in receipt.outputs if path.endswith(".parquet"))
    found = {
        name: [str(root / path) for path in standing if path.startswith(f"{table}/")] for name, table in _TABLES.items()
    }
    missing = [table for name, table in _TABLES.items() if not found[name]]
    if missing:
        raise CorpusError(f"{root}: no {missing[0]} yet; `loam run RECIPE --corpus {root}` makes them")
    return found


def section(found: tuple[Change, ...]) -> Section:
    """Return changes of documents as a section."""
    if not found:
        return Section("Documents", (paragraph("No document came, went or changed."),))
    rows = tuple(
        (
            change.fate,
            change.documents,
            _decided(change.before),
            _decided(change.now),
            tuple(map(Code, change.examples)),
        )
        for change in found
    )
    table: Block = Table(
        "Documents that came, went or changed",
        ("change", "documents", "decided before", "decided now", "for example"),
        rows,
        SHOWN,
        "changes",
    )
    return Section("Documents", (table,))


def _decided(decision: str | None) -> Code | None:
    return None if decision is None else Code(decision)


def compare(before: Path, after: Path) -> Card:
    """Return what changed between two corpora; counts of what is published where both have a card.

    Raises:
        CorpusError: As `changes`.
    """
    blocks: list[Block] = [section(changes(before, after))]
    manifests = [root / FOLDER / "manifest.json" for root in (before, after)]
    if all(path.is_file() for path in manifests):
        blocks.append(difference(*(_manifest(path) for path in manifests)))
    else:
        blocks.append(paragraph("What is published cannot be compared: both corpora need a card."))
    return Card(f"{before} → {after}", "What changed between two builds.", tuple(blocks))


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.from_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CorpusError(f"{path}: {error}; run `loam run` there to have the card written anew") from None
