"""`loam why`: a document's whole story, and back from a token sequence to its document."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from pipelines.corpus.identity import read_corpus_identity
from pipelines.corpus.receipts import read_receipts
from pipelines.errors import CorpusError, LoamError
from pipelines.queries import open_corpus
from pipelines.recipe.select import SelectSection
from pipelines.removals.published import document_of_sequence
from pipelines.removals.remembered import removed_document
from pipelines.rules.chosen import chosen_rules
from pipelines.rules.columns import LONE_DOCUMENT
from pipelines.rules.expressions import check_expression, evaluate
from pipelines.tokens.provenance import find_shard, origin_of_sequence, sequences_of_document

EXCERPT_CHARACTERS = 280

_LINEAGE = """
    SELECT documents.id, documents.lang, source, license, kept, rule
    FROM documents LEFT JOIN licences USING (id) LEFT JOIN decisions USING (id)
"""


def story_of_document(root: Path, document: str) -> dict[str, Any]:
    """Return everything that a corpus knows about one document; of a removed one, `removed` alone.

    Args:
        root: The corpus.
        document: Its id, or the beginning of it.

    Raises:
        LoamError: No document, or more than one, has that id.
    """
    recipe = read_corpus_identity(root)["recipe"]
    with open_corpus(root) as connection, _readable(root):
        found_ids = _ids(connection, document)
        removed = None if found_ids else removed_document(root, list(read_receipts(root)), document)
        if removed is not None:
            return {"removed": removed}
        identity = _only(found_ids, document)
        found = _one(connection, "documents", identity) or {}
        text = found.pop("text")
        decision = _one(connection, "decisions", identity)
        story: dict[str, Any] = {
            "document": {name: _parsed(name, value) for name, value in found.items()} | {"excerpt": _excerpt(text)},
            "signals": _without_lists(_one(connection, "signals", identity)),
            "duplicates": _one(connection, "duplicates", identity),
            "contamination": _many(connection, "contamination", identity),
            "license": _one(connection, "licences", identity),
            "rules": _rule_values(connection, recipe, identity),
            "edits": _many(connection, "edits", identity),
            "decision": decision,
            "made_from": _rows(connection, f"{_LINEAGE} WHERE documents.id = ?", [str(found["derived_from"])]),
            "translations": _rows(connection, f"{_LINEAGE} WHERE documents.derived_from = ?", [identity]),
        }
    kept = decision is not None and decision["kept"]
    origins = sequences_of_document(root, identity, decision["lang"]) if kept and decision else []
    story["sequences"] = [asdict(origin) for origin in origins]
    return story


@contextlib.contextmanager
def _readable(root: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise CorpusError(f"{root}: a table cannot be read ({first}); `loam verify {root}` tells which") from None


def story_of_sequence(root: Path, shard: str, sequence: int) -> dict[str, Any]:
    """Return the story of the document that a token sequence was made from, also if both are removed.

    Args:
        root: The corpus.
        shard: A token shard: its prefix, one of its files, or the beginning of its name.
        sequence: The sequence in it, from 0.

    Raises:
        LoamError: There is no such shard or sequence.
    """
    read_corpus_identity(root)
    try:
        prefix = find_shard(root, shard)
    except LoamError:
        removed = document_of_sequence(root, shard, sequence)
        if removed is None:
            raise
        return story_of_document(root, removed)
    origin = origin_of_sequence(root, prefix, sequence)
    return {"sequence": asdict(origin)} | story_of_document(root, origin.id)


def _ids(connection: duckdb.DuckDBPyConnection, prefix: str) -> list[str]:
    """Return the ids that begin with something, two at most."""
    found = connection.execute("SELECT id FROM documents WHERE starts_with(id, ?) LIMIT 2", [prefix]).fetchall()
    return [str(id_) for (id_,) in found]


def _only(ids: list[str], prefix: str) -> str:
    if len(ids) != 1:
        number = "no document" if not ids else "several documents"
        raise LoamError(f"{number} with an id that begins with {prefix!r}; `loam sql` lists ids")
    return ids[0]


def _rule_values(connection: duckdb.DuckDBPyConnection, recipe: dict[str, Any], identity: str) -> list[dict[str, Any]]:
    """Return each rule of the recipe, in order, with its value and the columns that it reads; null before annotate."""
    known = _view_columns(connection)
    chosen = chosen_rules(SelectSection.model_validate(recipe["select"]), recipe["annotate"]["groups"])
    rules = [check_expression(rule.name, rule.composed, known) for rule in chosen]
    columns = sorted({"id"}.union(*(rule.columns for rule in rules)))
    selected = ", ".join(_of_lone_document(column) for column in columns)
    query = f"""
        SELECT {selected} FROM documents JOIN signals USING (id)
        LEFT JOIN duplicates USING (id) LEFT JOIN contaminated USING (id) LEFT JOIN licences USING (id) WHERE id = ?
    """  # noqa: S608 -- columns of the schema
    document = connection.sql(query, params=[identity]).to_arrow_table()
    values = []
    for rule in rules:
        passed = evaluate(document, rule).to_pylist()
        read = document.select(sorted(rule.columns)).to_pylist()
        values.append(
            {
                "rule": rule.name,
                "sql": rule.sql,
                "passed": passed[0] if passed else None,
                "values": {name: _plain(value) for name, value in read[0].items()} if passed else None,
            }
        )
    return values


def _view_columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return every column that a rule may read of this corpus."""
    views = "('documents', 'signals', 'duplicates', 'contaminated', 'licences')"
    query = f"SELECT column_name FROM duckdb_columns() WHERE table_name IN {views}"  # noqa: S608 -- names of views
    return {name for (name,) in connection.execute(query).fetchall()}


def _of_lone_document(column: str) -> str:
    """Return how a column is selected, where a document without copies has no row in `duplicates`."""
    if column not in LONE_DOCUMENT:
        return f'"{column}"'
    return f'coalesce("{column}", {LONE_DOCUMENT[column]!r}) AS "{column}"'


def _one(connection: duckdb.DuckDBPyConnection, view: str, identity: str) -> dict[str, Any] | None:
    return next(iter(_many(connection, view, identity)), None)


def _many(connection: duckdb.DuckDBPyConnection, view: str, identity: str) -> list[dict[str, Any]]:
    return _rows(connection, f"SELECT * FROM {view} WHERE id = ?", [identity])  # noqa: S608 -- a view of this module


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[str]) -> list[dict[str, Any]]:
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _parsed(name: str, value: object) -> object:
    in_json = ("license_evidence", "attribution", "preferences", "meta")
    return json.loads(value) if name in in_json and isinstance(value, str) else value


def _without_lists(row: dict[str, Any] | None) -> dict[str, Any] | None:
    """Leave out the values of each line: `loam sql` shows them."""
    return None if row is None else {name: _plain(value) for name, value in row.items() if not isinstance(value, list)}


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT_CHARACTERS else text[:EXCERPT_CHARACTERS] + "…"
