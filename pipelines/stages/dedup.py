"""Dedup: which documents say the same, and which one speaks for the cluster."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import DUPLICATES
from pipelines.corpus.sql import bounded_connection
from pipelines.dedup.keep_order import keep_order_sql
from pipelines.rules.columns import Columns, planned_columns

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe import Recipe

TABLE = "duplicates"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit over all documents of a generation; translations are held against generation 0 too."""
    shards = plan.document_shards(generation)
    if not shards:
        return []
    frozen = plan.document_shards(0) if generation == 1 else []
    section = plan.recipe.dedup
    known = planned_columns(plan)
    order, columns = keep_order(plan.recipe, known)
    tables = known.by_table(columns | {"license_declared", "text_hash", "byte_count"})
    parameters: dict[str, Json] = {
        "exact": None if section.exact is None else list(section.exact.on),
        "order": order,
        "tables": tables,
        "shards": [shard.unit for shard in shards],
        "frozen": [shard.unit for shard in frozen],
    }
    inputs = tuple(shard.path(table) for shard in (*shards, *frozen) for table in tables)
    return [Unit(STAGE.name, f"generation-{generation}", generation, inputs, parameters)]


def keep_order(recipe: "Recipe", columns: Columns) -> tuple[str, frozenset[str]]:
    """Return the recipe's order of preference as an ORDER BY clause, and the columns that it reads.

    Raises:
        RuleError: An expression in it cannot be used.
    """
    return keep_order_sql(recipe.dedup.keep, columns)


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    shards = [Shard(*name.split("/")) for name in cast("list[str]", unit.parameters["shards"])]
    found = {} if unit.parameters["exact"] is None else _exact_duplicates(unit, shelf, shards)
    rows = bytes_in = 0
    for shard in shards:
        counts = shelf.read(shard.path("signals/core"), ["byte_count"])
        rows += counts.num_rows
        bytes_in += int(pc.sum(counts["byte_count"]).as_py() or 0)
        shelf.write(shard.path(TABLE), found.get(shard, DUPLICATES.empty_table()))
    return Outcome(rows, rows, {}, bytes_in)


def _exact_duplicates(unit: Unit, shelf: Shelf, shards: Sequence[Shard]) -> dict[Shard, pa.Table]:
    """Return the rows of `duplicates` for each shard that has any, in the order of its documents."""
    frozen = [Shard(*name.split("/")) for name in cast("list[str]", unit.parameters["frozen"])]
    found: dict[Shard, list[pa.Table]] = {}
    with bounded_connection(shelf.root) as connection:
        connection.execute("CREATE TABLE shards (number INTEGER, documents VARCHAR, frozen BOOLEAN)")
        rows = [(shard, False) for shard in shards] + [(shard, True) for shard in frozen]
        connection.executemany(
            "INSERT INTO shards VALUES (?, ?, ?)",
            [
                (number, str(shelf.root / shard.path("documents")), is_frozen)
                for number, (shard, is_frozen) in enumerate(rows)
            ],
        )
        everything = [shard for shard, _ in rows]
        paths = {
            table: [str(shelf.root / shard.path(table)) for shard in everything]
            for table in cast("dict[str, list[str]]", unit.parameters["tables"])
        }
        query = _cluster_query(unit, paths)
        for batch in connection.sql(query).to_arrow_reader(8192):
            for shard, part in _by_shard(batch, shards):
                found.setdefault(shard, []).append(part)
    return {shard: pa.concat_tables(parts) for shard, parts in found.items()}


def _by_shard(batch: pa.RecordBatch, shards: Sequence[Shard]) -> Iterator[tuple[Shard, pa.Table]]:
    table = pa.Table.from_batches([batch])
    for number in np.unique(table["number"].to_numpy()):
        part = table.filter(pc.equal(table["number"], pa.scalar(int(number), pa.int32())))
        yield shards[number], part.select(DUPLICATES.names).cast(DUPLICATES)


def _cluster_query(unit: Unit, paths: dict[str, list[str]]) -> str:
    """Return the query that clusters documents by the hash of their normalised text.

    Only hashes that occur twice are followed further, so what is sorted is the duplicates and not the corpus.
    """
    tables = cast("dict[str, list[str]]", unit.parameters["tables"])
    joins, selected = [], [f"documents.{name}" for name in tables["documents"]]
    for table, files in paths.items():
        wanted = [name for name in tables[table] if name not in ("text_hash", "byte_count")]
        if wanted and table != "documents":
            alias = table.replace("/", "_")
            joins.append(f"JOIN read_parquet({_list(files)}) AS {alias} USING (id)")
            selected += [f"{alias}.{name}" for name in wanted]
    order = unit.parameters["order"]
    return f"""
        WITH hashes AS (SELECT id, text_hash FROM read_parquet({_list(paths["signals/core"])})),
        repeated AS (
            SELECT text_hash FROM hashes WHERE text_hash IS NOT NULL GROUP BY text_hash HAVING count(*) > 1
        ),
        candidates AS (
            SELECT id, text_hash, shards.number, shards.frozen, documents.file_row_number AS position,
                   {", ".join(selected)}
            FROM hashes
            SEMI JOIN repeated USING (text_hash)
            JOIN read_parquet({_list(paths["documents"])}, filename = true, file_row_number = true) AS documents
                USING (id)
            JOIN shards ON shards.documents = documents.filename
            {" ".join(joins)}
        ),
        clusters AS (
            SELECT id, number, frozen, position,
                   first_value(id) OVER (PARTITION BY text_hash ORDER BY frozen DESC, {order}) AS cluster,
                   count(*) OVER (PARTITION BY text_hash) AS cluster_size,
                   list_sort(list_distinct(list(license_declared) FILTER (license_declared IS NOT NULL)
                       OVER (PARTITION BY text_hash))) AS cluster_licenses
            FROM candidates
        )
        SELECT number, id, cluster, id = cluster AS representative, 1.0::DOUBLE AS similarity, cluster_size,
               'exact' AS match, coalesce(cluster_licenses, []) AS cluster_licenses
        FROM clusters WHERE NOT frozen ORDER BY number, position
    """  # noqa: S608 -- paths of this corpus and checked expressions


def _list(paths: Sequence[str]) -> str:
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"[{quoted}]"


STAGE = Stage("dedup", 1, (TABLE,), _plan, _work)
