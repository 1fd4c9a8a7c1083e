"""Every column that a rule may read about a document, and the table that holds it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Plan, Shard, Shelf
from pipelines.corpus.schemas import (
    ANY_LANGUAGE,
    CONTAMINATED,
    DECISIONS,
    DOCUMENTS,
    DUPLICATES,
    LICENCES,
    THRESHOLDS,
)
from pipelines.errors import CorpusError, RecipeError
from pipelines.recipe_signals import group_schemas
from pipelines.rules.line_rules import LINE_RULES, left_schema, set_names

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.recipe import Recipe

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"
Tables: TypeAlias = Mapping[str, Sequence[str]]  # names of columns, by the table that holds them

LANGUAGES = "signals/language"

TRANSFORMS = "transforms"  # the folder of what a source's operations propose among `edits`, and of drops in `signals`
TRANSFORM_DROPS = f"signals/{TRANSFORMS}"
TRANSFORM_DROPPED = "transform_dropped"
TRANSFORMED = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field(
            TRANSFORM_DROPPED,
            pa.string(),
            metadata={"comment": "the operation of its source that dropped the document, null where none did"},
        ),
    ]
)

# A document without duplicates has no row in `duplicates`: it speaks for itself. One that shares nothing with a
# benchmark has none in `contaminated`.
LONE_DOCUMENT: Mapping[str, bool | int | float] = {
    "representative": True,
    "cluster_size": 1,
    "contaminated": False,
    "contaminated_texts": 0,
    "contaminated_fraction": 0.0,
}
_SPARSE_TABLES = frozenset({"duplicates", "contaminated"})


@dataclass(frozen=True)
class Columns:
    """Every column about a document that a recipe gives.

    Attributes:
        known: The table and the type of each column, by name.
    """

    known: Mapping[str, tuple[str, pa.DataType]]

    def without(self, *tables: str) -> "Columns":
        """Return the columns of all other tables."""
        return Columns({name: place for name, place in self.known.items() if place[0] not in tables})

    def beside(self, tables: Mapping[str, pa.Schema]) -> "Columns":
        """Return these columns and those of other tables."""
        return Columns({**self.known, **{f.name: (table, f.type) for table, schema in tables.items() for f in schema}})

    def schema(self, names: Collection[str]) -> pa.Schema:
        """Return the schema of some columns, sorted by name."""
        return pa.schema([(name, self.known[name][1]) for name in sorted(names)])

    def by_table(self, names: Collection[str]) -> dict[str, list[str]]:
        """Return some columns by the table that holds them, all sorted; `id` is in every table and left out."""
        tables: dict[str, list[str]] = {}
        for name in sorted(set(names) - {"id"}):
            tables.setdefault(self.known[name][0], []).append(name)
        return dict(sorted(tables.items()))


def recipe_columns(recipe: "Recipe", directory: "Path") -> Columns:
    """Return every column about a document that a recipe gives.

    Args:
        recipe: The recipe.
        directory: Its folder.

    Raises:
        RecipeError: A file that declares signals cannot be used, or a column's name is taken.
    """
    schemas = group_schemas(recipe.annotate, directory)
    _check_names(schemas)
    sets = set_names(recipe.annotate.edits.lines)
    if sets:
        schemas[LINE_RULES] = left_schema(sets)
    if any(source.transforms for source in recipe.sources):
        schemas[TRANSFORMS] = pa.schema([TRANSFORMED.field(TRANSFORM_DROPPED)])
    return columns_beside(schemas, recipe.dedup.decontaminate is not None)


def _check_names(signal_schemas: Mapping[str, pa.Schema]) -> None:
    """See that no signal has the name of another, or of a column of `documents`: models and users name some."""
    owners = dict.fromkeys(DOCUMENTS.names, "column of documents")
    for group, schema in signal_schemas.items():
        for name in schema.names:
            if name in owners:
                raise RecipeError(f"annotate: signal {name} of group {group} has the name of a {owners[name]}")
            owners[name] = f"signal of group {group}"


def table_path(shard: Shard, table: str) -> str:
    """Return where a table about the documents of a shard lies."""
    return f"{table}.parquet" if table.startswith(f"{THRESHOLDS}/") else shard.path(table)


def columns_beside(signal_schemas: Mapping[str, pa.Schema], decontaminated: bool = False) -> Columns:
    """Return every column about a document, given those of each group of signals.

    Args:
        signal_schemas: The columns of each group.
        decontaminated: Whether benchmarks are looked for.
    """
    tables = {"documents": DOCUMENTS}
    tables |= {f"signals/{group}": schema for group, schema in signal_schemas.items()}
    tables |= {"duplicates": DUPLICATES, "licences": LICENCES, "decisions": DECISIONS}
    if decontaminated:
        tables["contaminated"] = CONTAMINATED
    known: dict[str, tuple[str, pa.DataType]] = {}
    for table, schema in tables.items():
        for field in schema:
            known.setdefault(field.name, (table, field.type))
    return Columns(known)


def planned_columns(plan: Plan) -> Columns:
    """Return every column about a document that a plan's recipe gives; see `recipe_columns`."""
    return recipe_columns(plan.recipe, plan.recipe_directory)


def read_columns(shelf: Shelf, shard: Shard, tables: Tables) -> pa.Table:
    """Return `id` and some columns about the documents of a shard, in the order of `documents`.

    Args:
        shelf: The corpus.
        shard: The shard.
        tables: The columns, by the table that holds them.

    Raises:
        CorpusError: A table does not tell of the same documents.
    """
    ids = shelf.read(shard.path("documents"), ["id"])["id"]
    columns: dict[str, Column] = {"id": ids}
    for table, names in tables.items():
        if table.startswith(f"{THRESHOLDS}/"):
            languages = shelf.read(shard.path(LANGUAGES), ["language"])["language"]
            columns |= _of_language(shelf.read(table_path(shard, table), ["language", *names]), languages)
            continue
        rows = shelf.read(shard.path(table), ["id", *names])
        if table in _SPARSE_TABLES:
            positions = pc.index_in(ids, value_set=rows["id"])
            columns |= {name: _with_lone(name, rows[name].take(positions)) for name in names}
        elif rows["id"].equals(ids):
            columns |= {name: rows[name] for name in names}
        else:
            raise CorpusError(
                f"{shard.path(table)}: not the documents of {shard.path('documents')}; delete it, run again"
            )
    return pa.table(columns)


def _of_language(figures: pa.Table, languages: "pa.ChunkedArray[Any]") -> dict[str, Column]:
    """Return the figures for each document by its language, those of any language where it has none."""
    known = figures["language"].combine_chunks()
    rows: Any = pc.fill_null(pc.index_in(languages, value_set=known), pc.index(known, ANY_LANGUAGE).cast(pa.int32()))
    return {name: figures[name].take(rows) for name in figures.column_names if name != "language"}


def _with_lone(name: str, column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    if name not in LONE_DOCUMENT:
        return column
    filled: pa.ChunkedArray[Any] = pc.if_else(column.is_null(), pa.scalar(LONE_DOCUMENT[name]), column)
    return filled
