"""Joint order: the numbers of all documents where other corpora take part, by this recipe's order of preference."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.other import OtherShard
from pipelines.corpus.sql import bounded_connection
from pipelines.dedup.document_order import document_order
from pipelines.dedup.keep_order import keep_order_sql
from pipelines.dedup.numbering import write_numbers
from pipelines.rules.columns import (
    TRANSFORM_DROPPED,
    TRANSFORM_DROPS,
    TRANSFORMED,
    Tables,
    planned_columns,
    read_columns,
)
from pipelines.stages.against import check_alike, shards_with_drops
from pipelines.stages.dedup_pass import JOINT_ORDER, pass_of, planned_pass

if TYPE_CHECKING:
    from pipelines.corpus import Json

_CORPUS = "number_of_corpus"  # a document may stand in several corpora under one id


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit over all documents of all corpora."""
    planned = planned_pass(plan, generation)
    if planned is None or planned.against is None:
        return []
    known = planned_columns(plan)
    dropping = shards_with_drops(plan, planned.all_shards)
    if dropping:  # of another corpus too, whatever this recipe's sources do
        known = known.beside({TRANSFORM_DROPS: pa.schema([TRANSFORMED.field(TRANSFORM_DROPPED)])})
    order, columns = keep_order_sql(plan.recipe.dedup.keep, known)
    tables: dict[str, list[str]] = {"documents": [], **known.by_table(columns)}
    check_alike(plan, None if planned.profile is None else planned.profile.shingling.signal, tables)
    parameters: dict[str, Json] = {"order": order, "tables": tables}
    inputs = tuple(
        shard.path(table)
        for table in tables
        for shard in planned.all_shards
        if table != TRANSFORM_DROPS or shard.unit in dropping
    )
    if dropping:
        parameters["dropping"] = sorted(dropping)
    return [planned.unit(STAGE.name, "all", inputs, **parameters)]


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    planned = pass_of(unit)
    tables = cast("dict[str, list[str]]", unit.parameters["tables"])
    dropping = frozenset(cast("list[str]", unit.parameters.get("dropping", [])))
    order = f"{unit.parameters['order']}, {_CORPUS}"
    paths = iter(planned.order_paths())
    begin = 0
    for shards in filter(None, (planned.frozen, (*planned.joined, *planned.shards))):
        with bounded_connection(shelf.root) as connection:
            columns = (_of_corpus(shard, _columns(shelf, shard, tables, dropping)) for shard in shards)
            found = document_order(connection, columns, order)
        for places in found:
            write_numbers(shelf.temporary(next(paths)), places + begin)
        begin += sum(map(len, found))
    return Outcome(begin, begin, {}, 0)


def _columns(shelf: Shelf, shard: Shard, tables: Tables, dropping: Collection[str]) -> pa.Table:
    """Return what the order reads of a shard; where no operation of a source drops documents, none is dropped."""
    if TRANSFORM_DROPS not in tables or shard.unit in dropping:
        return read_columns(shelf, shard, tables)
    rows = read_columns(shelf, shard, {table: names for table, names in tables.items() if table != TRANSFORM_DROPS})
    return rows.append_column(TRANSFORM_DROPPED, pa.nulls(rows.num_rows, pa.string()))


def _of_corpus(shard: Shard, rows: pa.Table) -> pa.Table:
    number = shard.number if isinstance(shard, OtherShard) else np.iinfo(np.int32).max
    return rows.append_column(_CORPUS, pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows))


STAGE = Stage("dedup-joint-order", 2, (JOINT_ORDER,), _plan, _work)
