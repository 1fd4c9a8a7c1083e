"""Choose what is translated: kept documents of the source language whose licence allows it, by rule and limit."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation
from pipelines.rules.columns import Columns, planned_columns
from pipelines.rules.expressions import Expression, check_expression, check_types, first_failing
from pipelines.tokens.order import Column, aligned, order_keys

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf
    from pipelines.recipe import Recipe

FOLDER = "chosen"
FORBIDDEN = "license_forbids_translation"
OVER_LIMIT = "limit"

_RULE = "where"
_UNIT = "all"
CHOSEN = pa.schema([pa.field("id", pa.string(), metadata={"comment": "document to be translated"})])


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit over all documents of generation 0: a limit is a choice among all of them."""
    recipe, shards = plan.recipe, plan.document_shards(0)
    if recipe.translate is None or recipe.licensing is None or generation != 1 or not shards:
        return []
    source = recipe.translate.source
    rule_tables = _rule_tables(plan, recipe)
    tables = dict.fromkeys(("decisions", "licences", *rule_tables))
    parameters = {
        "lang": source.lang,
        "where": source.where,
        "limit": source.limit,
        "seed": recipe.seed,
        "rule_tables": {table: list(columns) for table, columns in rule_tables.items()},
    }
    inputs = tuple(shard.path(table) for shard in shards for table in tables)
    return [Unit(STAGE.name, _UNIT, generation, inputs, parameters)]


def _rule_tables(plan: "Plan", recipe: "Recipe") -> Mapping[str, Sequence[str]]:
    """Return the columns that the rule reads, by the table that holds them.

    Raises:
        RuleError: The rule is none, or reads a column that no table has.
    """
    columns = planned_columns(plan)
    expression = checked_where(recipe, columns)
    return {} if expression is None else columns.by_table(expression.columns)


def checked_where(recipe: "Recipe", columns: Columns) -> Expression | None:
    """Return the condition under which a recipe has documents translated; None where it has none.

    Raises:
        RuleError: It is no condition, or reads a column that no table has.
    """
    where = recipe.translate.source.where if recipe.translate else None
    if where is None:
        return None
    expression = check_expression("translate.from.where", where, columns.known)
    check_types([expression], columns.schema(expression.columns or {"id"}))
    return expression


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    """Write the chosen ids of each shard that has any."""
    limit, lang = unit.parameters["limit"], str(unit.parameters["lang"])
    least = _Least(limit, f"{unit.parameters['seed']}/translate") if isinstance(limit, int) else None
    rows_in, rows_out, dropped = 0, 0, Counter[str]()
    for number, shard in enumerate(_shards(unit)):
        decisions = shelf.read(shard.path("decisions"), ["id", "kept", "lang"])
        in_language = pc.equal(decisions["lang"], pa.scalar(lang, pa.string()))
        ids: Column = decisions.filter(pc.and_(decisions["kept"], in_language))["id"]
        rows_in += len(ids)
        ids = _permitted(shelf.read(shard.path("licences"), ["id", "operations"]), ids, dropped)
        ids = _by_rule(unit, shelf, shard, ids, dropped)
        if least is not None:
            least.add(number, ids)
        else:
            rows_out += _write(shelf, shard, ids)
    if least is not None:
        for number, ids in least.by_shard():
            rows_out += _write(shelf, _shards(unit)[number], ids)
        dropped[OVER_LIMIT] = rows_in - rows_out - dropped.total()
    return Outcome(rows_in, rows_out, {reason: count for reason, count in sorted(dropped.items()) if count}, 0)


def _shards(unit: Unit) -> list[Shard]:
    return [Shard.of(path) for path in unit.inputs if path.startswith("decisions/")]


def _write(shelf: "Shelf", shard: Shard, ids: Column) -> int:
    if len(ids):
        shelf.write(shard.path(FOLDER), pa.table({"id": ids}, schema=CHOSEN))
    return len(ids)


def _permitted(licences: pa.Table, ids: Column, dropped: Counter[str]) -> Column:
    """Return the documents that may be translated; the others are counted before any work is spent on them."""
    permitted: Column = ids.filter(permits(aligned(licences, "operations", ids), Operation.TRANSLATE))
    dropped[FORBIDDEN] += len(ids) - len(permitted)
    return permitted


def _by_rule(unit: Unit, shelf: "Shelf", shard: Shard, ids: Column, dropped: Counter[str]) -> Column:
    where = unit.parameters["where"]
    if not isinstance(where, str):
        return ids
    tables = cast("Mapping[str, Sequence[str]]", unit.parameters["rule_tables"])
    columns: dict[str, Column] = {}
    for table, names in tables.items():
        rows = shelf.read(shard.path(table), ["id", *(name for name in names if name != "id")])
        columns |= {name: aligned(rows, name, ids) for name in names}
    failed = first_failing(pa.table({"id": ids, **columns}), [Expression(_RULE, where, frozenset(columns))])
    dropped.update(reason for reason in failed.to_pylist() if reason is not None)
    return ids.filter(pc.is_null(failed))


class _Least:
    """Keeps, of all documents shown to it, those with the least keys: a sample that no order of shards changes."""

    def __init__(self, limit: int, salt: str) -> None:
        self._limit = limit
        self._salt = salt
        self._kept = pa.table({"key": pa.array([], pa.uint64()), "id": pa.array([], pa.string()), "shard": []})

    def add(self, shard: int, ids: Column) -> None:
        """Show it the documents of a shard."""
        if not len(ids):
            return
        keys = pa.array(order_keys(ids, self._salt))
        shards = pa.repeat(pa.scalar(shard, pa.int64()), len(ids))
        shown = pa.table({"key": keys, "id": ids, "shard": shards})
        both = pa.concat_tables([self._kept.cast(shown.schema), shown])
        order = pc.sort_indices(both, sort_keys=[("key", "ascending"), ("id", "ascending")])
        self._kept = both.take(order.slice(0, self._limit))

    def by_shard(self) -> Iterator[tuple[int, Column]]:
        """Yield the shards that have any of the kept documents, with their ids in order."""
        ordered = self._kept.sort_by([("shard", "ascending"), ("id", "ascending")])
        shards = ordered["shard"].to_numpy()
        for shard in np.unique(shards):
            yield int(shard), ordered["id"].filter(pa.array(shards == shard))


STAGE = Stage(name="choose-translations", version=2, tables=(FOLDER,), plan=_plan, work=_work)
