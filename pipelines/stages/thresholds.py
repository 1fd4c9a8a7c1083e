"""Thresholds: the figures by language that packs judge by, as published or derived from the corpus itself.

Those that were derived before documents were removed are pinned: they stay, and all other decisions with them.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.corpus import Json, Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import THRESHOLDS
from pipelines.corpus.sql import bounded_connection
from pipelines.removals.pins import DERIVED_BY, PINNED, find_pin
from pipelines.rules.columns import planned_columns, read_columns
from pipelines.rules.packs.pack import Derivation, load_pack
from pipelines.rules.packs.thresholds import published_digest, published_thresholds, threshold_table

MOST_DOCUMENTS = 20_000_000  # a larger corpus is sampled by id: one column of numbers fits the memory of a step
FEWEST_DOCUMENTS = 100  # a language with fewer keeps the published figures
DECIMALS = 3  # as FineWeb-2 publishes its own

_HIGHEST = 0xFFFFFFFF  # of what the first eight digits of an id may say


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    """Return one unit for each pack with figures; translations are judged by those of generation 0."""
    if generation > 0:
        return []
    section = plan.recipe.select
    packs = [pack for pack in section.use if load_pack(pack).thresholds]
    return [_unit(plan, pack, derived=section.thresholds.get(pack) == "derived") for pack in packs]


def _unit(plan: Plan, pack: str, *, derived: bool) -> Unit:
    parameters: dict[str, Json] = {"published": published_digest(pack)}
    if not derived:
        return Unit(STAGE.name, pack, 0, (), parameters)
    shards = plan.document_shards(0)
    derivations = {name: found for name, found in load_pack(pack).thresholds.items() if found is not None}
    tables = planned_columns(plan).by_table({"language", *(found.of for found in derivations.values())})
    parameters |= {
        "derivations": {name: [found.of, found.sql] for name, found in derivations.items()},
        "tables": tables,
        "shards": [shard.unit for shard in shards],
        "share": min(1.0, MOST_DOCUMENTS / max(1, sum(_rows(plan, shard) for shard in shards))),
    }
    pin = find_pin(plan.root, f"{STAGE.name}/{pack}", parameters, DERIVED_BY)
    if pin is not None:
        pinned = {**{name: parameters[name] for name in DERIVED_BY}, PINNED: pin.sha256}
        return Unit(STAGE.name, pack, 0, (), pinned, (str(plan.root / pin.path),))
    inputs = tuple(shard.path(table) for shard in shards for table in ("documents", *tables))
    return Unit(STAGE.name, pack, 0, inputs, parameters)


def _rows(plan: Plan, shard: Shard) -> int:
    return plan.output(shard.path("documents")).rows or 0


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    if unit.externals:
        figures = pq.read_table(unit.externals[0], partitioning=None)
        shelf.write(f"{threshold_table(unit.name)}.parquet", figures)
        return Outcome(figures.num_rows, figures.num_rows, {}, 0)
    figures = published_thresholds(unit.name)
    derivations = cast("Mapping[str, Sequence[str]]", unit.parameters.get("derivations", {}))
    for name, (of, sql) in derivations.items():
        figures = _replaced(figures, name, _by_language(unit, shelf, Derivation(of, sql)))
    shelf.write(f"{threshold_table(unit.name)}.parquet", figures)
    return Outcome(figures.num_rows, figures.num_rows, {}, 0)


def _by_language(unit: Unit, shelf: Shelf, derivation: Derivation) -> pa.Table:
    """Return what follows from the documents of each language with enough of them: columns `language`, `figure`."""
    tables = cast("Mapping[str, Sequence[str]]", unit.parameters["tables"])
    wanted = {table: [name for name in names if name in (derivation.of, "language")] for table, names in tables.items()}
    wanted = {table: names for table, names in wanted.items() if names}
    shards = [Shard(*name.split("/")) for name in cast("list[str]", unit.parameters["shards"])]
    last = f"{int(cast('float', unit.parameters['share']) * _HIGHEST):08x}"
    parts = []
    for shard in shards:
        rows = read_columns(shelf, shard, wanted)
        sampled = rows.filter(pc.less_equal(pc.utf8_slice_codeunits(rows["id"], 0, 8), pa.scalar(last)))
        parts.append(pa.table({"language": sampled["language"], "value": sampled[derivation.of].cast(pa.float64())}))
    with bounded_connection(shelf.root) as connection:
        connection.register("documents", pa.concat_tables(parts))
        found: pa.Table = connection.sql(
            f"SELECT language, round({derivation.sql}, {DECIMALS}) AS figure FROM documents WHERE value IS NOT NULL "  # noqa: S608 -- a pack's own words
            f"GROUP BY language HAVING count(*) >= {FEWEST_DOCUMENTS} ORDER BY language"
        ).to_arrow_table()
    return found


def _replaced(figures: pa.Table, name: str, derived: pa.Table) -> pa.Table:
    """Return the figures with those of one column replaced where there are others; languages without a row get one."""
    new = derived.filter(pc.invert(pc.is_in(derived["language"], value_set=figures["language"].combine_chunks())))
    if new.num_rows:
        anyone = figures.slice(0, 1)  # the figures of any language
        rows = anyone.take(pa.array([0] * new.num_rows)).set_column(0, "language", new["language"])
        figures = pa.concat_tables([figures, rows])
    found = pc.index_in(figures["language"], value_set=derived["language"].combine_chunks())
    column = pc.coalesce(derived["figure"].take(found), figures[name])
    return figures.set_column(figures.schema.get_field_index(name), name, column)


STAGE = Stage("thresholds", 1, (THRESHOLDS,), _plan, _work)
