"""Select: every document kept, or dropped by the first rule that it fails; and the language it counts for."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import DECISIONS
from pipelines.edits.edited import edit_paths, read_edits
from pipelines.edits.permission import refused_edits
from pipelines.rules.chosen import check_packs, chosen_rules
from pipelines.rules.columns import TRANSFORM_DROPPED, Columns, planned_columns, read_columns, table_path
from pipelines.rules.expressions import Expression, check_types, first_failing
from pipelines.rules.packs.thresholds import threshold_schemas
from signals.languages import to_flores

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe import Recipe

TABLE = "decisions"

DUPLICATE = "duplicate"
CONTAMINATED = "contaminated"
LICENSE_PREFIX = "license:"
TRANSFORM_PREFIX = "transform:"
LANGUAGE = "language"
_ALWAYS_READ = frozenset({"id", "representative", "operations", "status", "reason", "language", "byte_count"})


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    section, known = plan.recipe.select, rule_columns(plan.recipe, planned_columns(plan))
    rules = checked_rules(plan.recipe, known)
    benchmarks = plan.recipe.dedup.decontaminate
    drop = frozenset({CONTAMINATED}) if benchmarks is not None and benchmarks.action == "drop" else frozenset[str]()
    transformed = frozenset({TRANSFORM_DROPPED} & known.known.keys())
    tables = known.by_table(_ALWAYS_READ.union(drop, transformed, *(rule.columns for rule in rules.values())))
    languages = None if section.languages is None else sorted(map(to_flores, section.languages))
    parameters: dict[str, Json] = {
        "rules": [{"name": name, "sql": rule.sql, "columns": sorted(rule.columns)} for name, rule in rules.items()],
        "languages": languages,
        "tables": tables,
        "drops": sorted(drop),
    }
    read = sorted({"documents", *tables})
    return [
        Unit(
            STAGE.name,
            shard.unit,
            generation,
            (*(table_path(shard, table) for table in read), *edit_paths(plan, shard)),
            parameters,
        )
        for shard in plan.document_shards(generation)
    ]


def rule_columns(recipe: "Recipe", columns: Columns) -> Columns:
    """Return every column that a recipe's rules may read, given all columns about a document."""
    return columns.without("decisions").beside(threshold_schemas(recipe.select.use))


def checked_rules(recipe: "Recipe", columns: Columns) -> dict[str, Expression]:
    """Return the recipe's rules by name in their order, each under the place where it stands.

    Args:
        recipe: The recipe.
        columns: See `rule_columns`.

    Raises:
        RecipeError: There is no such pack, or the recipe lacks what one reads.
        RuleError: A rule is no condition on one document's columns.
    """
    check_packs(recipe)
    chosen = chosen_rules(recipe.select, recipe.annotate.all_groups())
    rules = {rule.name: rule.check(columns.known) for rule in chosen}
    check_types(list(rules.values()), columns.schema(frozenset({"id"}).union(*(r.columns for r in rules.values()))))
    return rules


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    shard = next(Shard.of(path) for path in unit.inputs if path.startswith("documents/"))
    parameters = unit.parameters
    columns = read_columns(shelf, shard, cast("dict[str, list[str]]", parameters["tables"]))
    rules = [
        Expression(rule["name"], rule["sql"], frozenset(rule["columns"]))
        for rule in cast("list[dict[str, str]]", parameters["rules"])
    ]
    refused = _refused_edits(unit, shelf, shard, columns["operations"])
    flagged = cast("list[str]", parameters["drops"])
    failed = _first_reason(columns, flagged, rules, cast("list[str] | None", parameters["languages"]), refused)
    kept = pc.is_null(failed)
    decisions = pa.table({"id": columns["id"], "kept": kept, "rule": failed, "lang": columns["language"]})
    shelf.write(shard.path(TABLE), decisions.cast(DECISIONS))
    dropped = Counter(reason for reason in failed.to_pylist() if reason is not None)
    bytes_in = int(pc.sum(columns["byte_count"]).as_py() or 0)
    return Outcome(columns.num_rows, failed.null_count, dict(sorted(dropped.items())), bytes_in)


def _refused_edits(unit: Unit, shelf: Shelf, shard: Shard, operations: "pa.ChunkedArray[Any]") -> "pa.Array[Any]":
    """Return for each document of a shard why it cannot be kept with its edits, or null."""
    edits = read_edits(shelf, unit.inputs)
    if edits.num_rows == 0:
        return pa.nulls(len(operations), pa.string())
    documents = shelf.read(shard.path("documents"), ["id", "text"]).append_column("operations", operations)
    return refused_edits(documents, edits)


def _first_reason(
    columns: pa.Table,
    flagged: Sequence[str],
    rules: Sequence[Expression],
    languages: Sequence[str] | None,
    refused_edits: "pa.Array[Any]",
) -> "pa.Array[Any]":
    """Return why each document is dropped.

    By its source's operations, as a copy, for a flag, its licence, edits, language, then by a rule.
    """
    nothing = pa.scalar(None, pa.string())
    duplicate = pc.if_else(columns["representative"], nothing, DUPLICATE)
    refused = pc.is_in(columns["status"], value_set=pa.array(["deny", "quarantine"]))
    named = pc.coalesce(columns["reason"], columns["status"])
    reason = pc.replace_substring_regex(named, "^", LICENSE_PREFIX, max_replacements=1)
    license_ = pc.if_else(refused, reason, nothing)
    flags = [pc.if_else(columns[name], name, nothing) for name in flagged]
    reasons = [duplicate, *flags, license_, refused_edits]
    if TRANSFORM_DROPPED in columns.column_names:
        operations = columns[TRANSFORM_DROPPED]
        reasons.insert(0, pc.replace_substring_regex(operations, "^", TRANSFORM_PREFIX, max_replacements=1))
    if languages is not None:
        wanted = pc.is_in(columns["language"], value_set=pa.array(languages, pa.string()))
        reasons.append(pc.if_else(wanted, nothing, LANGUAGE))
    reasons.append(first_failing(columns, rules))
    return pa.chunked_array([pc.coalesce(*(_whole(reason) for reason in reasons))]).combine_chunks()


def _whole(column: "pa.Array[Any] | pa.ChunkedArray[Any]") -> "pa.Array[Any]":
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


STAGE = Stage("select", 3, (TABLE,), _plan, _work)
