"""Annotate, datatrove: what its filters say of every document, as columns that rules read like any signal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.datatrove.filters import GROUP, column_of, datatrove_version, filters_schema, open_filter, verdicts
from pipelines.sources.text_column import total_bytes

if TYPE_CHECKING:
    from pipelines.corpus import Json
    from pipelines.recipe import Recipe

_TABLE = f"signals/{GROUP}"
_LANGUAGE = "signals/language"


def check_filters(recipe: "Recipe") -> None:
    """Check that the filters that a recipe names can be made.

    Raises:
        RecipeError: One cannot; the message names it.
    """
    for name, section in recipe.annotate.datatrove.items():
        open_filter(name, section.filter, section.args)


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    chosen = plan.recipe.annotate.datatrove
    if not chosen:
        return []
    filters: list[Json] = [
        {"name": name, "filter": section.filter, "args": dict(section.args)} for name, section in chosen.items()
    ]
    parameters: dict[str, Json] = {"filters": filters, "datatrove": datatrove_version()}
    return [
        Unit(STAGE.name, shard.unit, generation, (shard.path("documents"), shard.path(_LANGUAGE)), parameters)
        for shard in plan.document_shards(generation)
    ]


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    described = cast("list[dict[str, Any]]", unit.parameters["filters"])
    filters = {each["name"]: open_filter(each["name"], each["filter"], each["args"]) for each in described}
    schema = filters_schema({each["name"]: each["filter"] for each in described})
    languages = shelf.read(unit.inputs[1], ["language"])["language"].to_pylist()
    rows = text_bytes = 0
    with shelf.open_writer(Shard.of(unit.inputs[0]).path(_TABLE), schema.insert(0, pa.field("id", pa.string()))) as out:
        for batch in shelf.batches(unit.inputs[0], ["id", "text", "url"]):
            of_batch = languages[rows : rows + batch.num_rows]
            columns = {column_of(name): verdicts(each, batch, of_batch) for name, each in filters.items()}
            out.write(pa.table({"id": batch["id"], **columns}))
            rows += batch.num_rows
            text_bytes += total_bytes(pa.chunked_array([batch["text"]]))
    return Outcome(rows, rows, {}, text_bytes)


STAGE = Stage("annotate-datatrove", 1, (_TABLE,), _plan, _work)
