"""License: which licence is concluded for each document, and what the recipe's profile lets be done with it.

Every document gets a row; none is dropped here, for `select` drops. Documents of generation 0 are decided for
redistribution in a collection, translations as translations, so that terms that forbid those refuse them again.
Without a `licensing` section the conclusion is recorded, and status, obligations and profile are null.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Stage, Unit
from pipelines.corpus.schemas import DUPLICATES
from pipelines.licensing.documents import license_documents, rules_digest
from pipelines.licensing.profiles import Operation, load_profile

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf

FOLDER = "licences"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    licensing = plan.recipe.licensing
    profile = None if licensing is None else licensing.profile
    rules = rules_digest()
    units = []
    for shard in plan.document_shards(generation):
        duplicates = shard.path("duplicates")
        inputs = (shard.path("documents"), *([duplicates] if plan.stands(duplicates) else []))
        parameters = {"profile": profile, "rules": rules, "output": shard.path(FOLDER)}
        units.append(Unit(STAGE.name, shard.unit, generation, inputs, parameters))
    return units


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    documents = shelf.read(unit.inputs[0], ["id", "license_declared", "license_evidence"])
    cluster_licenses = _cluster_licenses(documents, unit.inputs[1:], shelf)
    profile_name = unit.parameters["profile"]
    profile = None if profile_name is None else load_profile(str(profile_name))
    operation = Operation.REDISTRIBUTE if unit.generation == 0 else Operation.TRANSLATE
    licences = license_documents(documents, cluster_licenses, operation, profile)
    shelf.write(str(unit.parameters["output"]), licences)
    return Outcome(documents.num_rows, licences.num_rows, {}, 0)


def _cluster_licenses(documents: pa.Table, duplicates: Sequence[str], shelf: "Shelf") -> "pa.ChunkedArray[Any]":
    """Return for each document what its exact copies declare; null for a document without copies."""
    if not duplicates:
        return pa.chunked_array([pa.nulls(documents.num_rows, DUPLICATES.field("cluster_licenses").type)])
    table = shelf.read(duplicates[0], ["id", "cluster_licenses"])
    positions = pc.index_in(documents["id"], value_set=table["id"])
    return table["cluster_licenses"].take(positions)


STAGE = Stage(name="license", version=1, tables=(FOLDER,), plan=_plan, work=_work)
