"""The explorer's table `corpus`: a sample of all documents with their signals, licences, decisions and verdicts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from datacards.explorer.columns import is_category, sql_type
from pipelines.corpus import Shard
from pipelines.corpus.sql import bounded_connection
from pipelines.rules.columns import Columns, read_columns
from pipelines.rules.expressions import NULL_SUFFIX, Expression, evaluate

if TYPE_CHECKING:
    from pipelines.corpus import Shelf, Unit

VERDICT_PREFIX = "passes_"

# What the table says of a document beside its signals. Nothing here lets a text that may not be passed on be read.
_OF_DOCUMENTS = ("source", "generation", "lang")
_OF_LICENCES = ("license", "status", "reason")
_OF_DUPLICATES = ("representative", "cluster_size", "similarity")
_OF_DECISIONS = {
    "kept": (pa.bool_(), "whether the document goes on"),
    "rule": (pa.string(), "why it was dropped: the first rule that it failed, or what came before the rules"),
    "reached": (pa.bool_(), "whether the rules were asked: no copy, and its licence lets it pass"),
}
_ANY_STRINGS = frozenset({"id"})


def shown_columns(columns: Columns, rules: Sequence[Expression]) -> tuple[str, ...]:
    """Return the columns of the table that stand in the corpus's tables, those known from every corpus first.

    Args:
        columns: All columns about a document.
        rules: The rules: a figure by language that one of them reads is shown as well.
    """
    chosen = {"documents": _OF_DOCUMENTS, "licences": _OF_LICENCES, "duplicates": _OF_DUPLICATES}
    first = tuple(name for table, names in chosen.items() for name in names if columns.known[name][0] == table)
    read = frozenset[str]().union(*(rule.columns for rule in rules))
    others = (
        name
        for name, (table, _) in columns.known.items()
        if table.startswith("signals/") or (name in read and table not in (*chosen, "decisions"))
    )
    flat = (name for name in (*first, *others) if sql_type(columns.known[name][1]) is not None)
    return ("id", *(name for name in dict.fromkeys(flat) if name not in ("id", *_OF_DECISIONS)))


def decision_comments() -> dict[str, str]:
    """Return what the columns about the decision say, by name."""
    return {name: comment for name, (_, comment) in _OF_DECISIONS.items()}


def sampled_rows(unit: "Unit", shelf: "Shelf", shards: Sequence[Shard], rows: int) -> pa.Table:
    """Return the table: documents of each shard in their order, at most `rows` of them, chosen by a hash of the id.

    Args:
        unit: Its parameters name the `columns`, the `tables` that hold what columns and rules need, and the `rules`.
        shelf: The corpus.
        shards: The shards of documents.
        rows: How many documents at most.
    """
    parameters = cast("Mapping[str, Any]", unit.parameters)
    rules = [Expression(rule["name"], rule["sql"], frozenset(rule["columns"])) for rule in parameters["rules"]]
    names = [column["name"] for column in parameters["columns"] if column["name"] not in _OF_DECISIONS]
    chosen = _chosen(shelf, shards, rows)
    parts = []
    for shard in shards:
        columns = read_columns(shelf, shard, parameters["tables"])
        decisions = shelf.read(shard.path("decisions"), ["id", "kept", "rule"])
        if chosen is not None:
            mask = pc.is_in(columns["id"], value_set=chosen)
            columns, decisions = columns.filter(mask), decisions.filter(mask)
        parts.append(_with_decisions(columns.select([n for n in names if n in columns.column_names]), decisions, rules))
        for rule in rules:
            parts[-1] = parts[-1].append_column(f"{VERDICT_PREFIX}{rule.name}", evaluate(columns, rule))
    table = pa.concat_tables(parts)
    return table.select([field.name for field in table.schema if _is_shown(field, table[field.name])])


def _chosen(shelf: "Shelf", shards: Sequence[Shard], rows: int) -> "pa.Array[Any] | None":
    """Return the ids of the documents to show; None for all."""
    paths = [str(shelf.root / shard.path("documents")) for shard in shards]
    with bounded_connection(shelf.root) as connection:
        counted = connection.execute("SELECT count(*) FROM read_parquet($paths)", {"paths": paths}).fetchall()
        if counted[0][0] <= rows:
            return None
        query = "SELECT id FROM read_parquet($paths) ORDER BY md5(id), id LIMIT $rows"
        found: Any = connection.sql(query, params={"paths": paths, "rows": rows}).to_arrow_table()
        ids: pa.Array[Any] = found["id"].combine_chunks()
    return ids


def _with_decisions(columns: pa.Table, decisions: pa.Table, rules: Sequence[Expression]) -> pa.Table:
    reasons = pa.array([reason for rule in rules for reason in (rule.name, f"{rule.name}{NULL_SUFFIX}")], pa.string())
    reached = pc.or_(pc.is_null(decisions["rule"]), pc.is_in(decisions["rule"], value_set=reasons))
    for name, values in (("kept", decisions["kept"]), ("rule", decisions["rule"]), ("reached", reached)):
        columns = columns.append_column(name, values)
    return columns


def _is_shown(field: "pa.Field[Any]", values: "pa.ChunkedArray[Any]") -> bool:
    """Tell whether a column is shown: strings that are no categories might be taken from texts."""
    return not pa.types.is_string(field.type) or field.name in _ANY_STRINGS or is_category(values)
