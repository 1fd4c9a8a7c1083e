"""Order: the place of every document in the recipe's order of preference, where a later step keeps first copies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.sql import bounded_connection
from pipelines.dedup.document_order import document_order, write_order
from pipelines.dedup.keep_order import keep_order_sql
from pipelines.rules.columns import planned_columns, read_columns

if TYPE_CHECKING:
    from pipelines.corpus import Json

FOLDER = "matches/order"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit over all documents of a generation."""
    shards = plan.document_shards(generation)
    section = plan.recipe.dedup
    if (section.exact is None and section.fuzzy is None and section.spans is None) or not shards:
        return []
    known = planned_columns(plan)
    order, columns = keep_order_sql(plan.recipe.dedup.keep, known)
    tables: dict[str, list[str]] = {"documents": [], **known.by_table(columns)}
    parameters: dict[str, Json] = {"order": order, "tables": tables, "shards": [shard.unit for shard in shards]}
    inputs = tuple(shard.path(table) for table in tables for shard in shards)
    return [Unit(STAGE.name, f"generation-{generation}", generation, inputs, parameters)]


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    shards = [Shard(*name.split("/")) for name in cast("list[str]", unit.parameters["shards"])]
    tables = cast("dict[str, list[str]]", unit.parameters["tables"])
    columns = (read_columns(shelf, shard, tables) for shard in shards)
    with bounded_connection(shelf.root) as connection:
        found = document_order(connection, columns, str(unit.parameters["order"]))
    for shard, places in zip(shards, found, strict=True):
        write_order(shelf.temporary(f"{FOLDER}/{shard.unit}.arrow"), places, unit.generation)
    rows = sum(map(len, found))
    return Outcome(rows, rows, {}, 0)


STAGE = Stage("dedup-order", 2, (FOLDER,), _plan, _work)
