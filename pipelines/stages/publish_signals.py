"""Publish signals: what was measured of every document, and what was decided; no text, title or address."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.corpus.schemas import DECISIONS, DOCUMENTS, LICENCES
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation
from pipelines.recipe.publish import PublishSection
from pipelines.recipe_signals import group_schemas
from pipelines.rules.columns import planned_columns, read_columns
from pipelines.stages import publish
from signals.own import OWN

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf

FOLDER = "card/signals"
WITHHELD = "license_withholds_statistics"

_DECIDED = (
    DOCUMENTS.field("id"),
    DOCUMENTS.field("source"),
    DOCUMENTS.field("generation"),
    *(DECISIONS.field(name) for name in ("lang", "kept", "rule")),
    *(LICENCES.field(name) for name in ("license", "status")),
)


def is_asked_for(plan: "Plan") -> bool:
    """Tell whether a recipe has signals published."""
    return plan.recipe.licensing is not None and (plan.recipe.publish or PublishSection()).signals


def published_schema(plan: "Plan") -> pa.Schema:
    """Return the columns of the tables, each with what it says: what was decided, then the signals.

    Lists are left out, and of a recipe's own signals strings: they might be parts of a text.
    """
    fields = {field.name: field for field in _DECIDED}
    for group, schema in group_schemas(plan.recipe.annotate, plan.recipe_directory).items():
        for field in schema:
            if field.name not in fields and _is_published(group, field.type):
                fields[field.name] = pa.field(field.name, field.type, metadata={"comment": _meaning(field)})
    return pa.schema(list(fields.values()))


def _is_published(group: str, type_: pa.DataType) -> bool:
    if pa.types.is_string(type_):
        return group != OWN
    return pa.types.is_boolean(type_) or pa.types.is_integer(type_) or pa.types.is_floating(type_)


def _meaning(field: "pa.Field[Any]") -> str:
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    unit = f" ({told['unit']})" if told.get("unit") else ""
    return f"{told.get('description', '').rstrip('.')}{unit}"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    if not is_asked_for(plan):
        return []
    schema, known = published_schema(plan), planned_columns(plan)
    tables = known.by_table(set(schema.names) - {field.name for field in _DECIDED})
    parameters: dict[str, Json] = {
        "columns": [{"name": field.name, "type": str(field.type)} for field in schema],
        "tables": tables,
    }
    return [
        Unit(
            STAGE.name,
            shard.unit,
            generation,
            tuple(shard.path(table) for table in ("documents", "decisions", "licences", *tables)),
            parameters,
        )
        for shard in plan.document_shards(generation)
    ]


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    parameters = cast("Mapping[str, Any]", unit.parameters)
    shard = Shard.of(unit.inputs[0])
    rows = read_columns(shelf, shard, {**parameters["tables"], "documents": ["source", "generation"]})
    decisions = shelf.read(shard.path("decisions"), ["lang", "kept", "rule"])
    licences = shelf.read(shard.path("licences"), ["license", "status", "operations"])
    for table in (decisions, licences):
        for field in table.schema:
            rows = rows.append_column(field, table[field.name])
    permitted: Any = permits(rows["operations"], Operation.PUBLISH_STATISTICS)
    allowed: Any = pc.fill_null(permitted, False)
    published = rows.filter(allowed).select([column["name"] for column in parameters["columns"]])
    if published.num_rows:
        shelf.write(f"{FOLDER}/{publish.file_name(shard)}", published)
    withheld = rows.num_rows - published.num_rows
    return Outcome(rows.num_rows, published.num_rows, {WITHHELD: withheld} if withheld else {}, 0)


STAGE = Stage(name="publish-signals", version=1, tables=(FOLDER,), plan=_plan, work=_work)
