"""License: which licence is concluded for each document, and what the recipe's profile lets be done with it.

Every document gets a row; none is dropped here, for `select` drops. The status says whether a document
may be kept: one of generation 0 whole, a translation as one, so that terms that forbid those refuse it again; what
else may be done with it stands in `operations`. Without a `licensing` section the conclusion alone is recorded, and
that a text is under no-derivatives terms, which bind whether somebody asks or not.
"""

import functools
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Stage, Unit
from pipelines.corpus.schemas import DUPLICATES
from pipelines.errors import RecipeError
from pipelines.licensing.documents import held_back, license_documents, rules_digest
from pipelines.licensing.laundering import suspicions
from pipelines.licensing.profiles import Operation, load_profile, profile_reference
from pipelines.licensing.review_files import load_reviews
from pipelines.licensing.reviews import Review, Scope, from_json, in_force
from pipelines.licensing.unalterable import cut_off, kept_verbatim

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf

FOLDER = "licences"

_LOG = logging.getLogger(__name__)

_READ = [
    *("id", "text", "url", "source", "source_id", "title"),
    *("license_declared", "license_evidence", "attribution", "preferences"),
]


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    licensing = plan.recipe.licensing
    directories = (plan.recipe_directory, Path.cwd())
    profile = None if licensing is None else profile_reference(licensing.profile, directories)
    reviews, expired = recipe_reviews(plan)
    for review in expired:
        _say_expired(review)
    rules = rules_digest()
    units = []
    for shard in plan.document_shards(generation):
        duplicates = shard.path("duplicates")
        inputs = (shard.path("documents"), *([duplicates] if plan.stands(duplicates) else []))
        parameters: dict[str, Json] = {"profile": profile, "rules": rules, "output": shard.path(FOLDER)}
        about: list[Json] = [dict(r.as_json()) for r in reviews if _may_concern(r, shard.source, generation)]
        if about:  # others' parameters stay as they were, so that a new review makes only its own shards due again
            parameters["reviews"] = about
        units.append(Unit(STAGE.name, shard.unit, generation, inputs, parameters))
    return units


def recipe_reviews(plan: "Plan") -> tuple[list[Review], list[Review]]:
    """Return the recipe's reviews that count on its `build_date`, and those that have expired.

    Raises:
        RecipeError: A file of reviews cannot be read, or a review expires and the recipe has no date.
    """
    licensing = plan.recipe.licensing
    named = () if licensing is None else licensing.reviews
    reviews = load_reviews(named, (plan.recipe_directory, Path.cwd()))
    try:
        return in_force(reviews, plan.recipe.build_date)
    except ValueError as error:
        raise RecipeError(f"licensing.reviews: {error}") from None


@functools.cache
def _say_expired(review: Review) -> None:
    """Warn of an expired review, once: a run plans more often."""
    _LOG.warning("licensing.reviews: %s: expired on %s, not counted", review.place, review.expires)


def _may_concern(review: Review, source: str, generation: int) -> bool:
    """Tell whether a review may be about documents of a shard.

    Translations are under what was concluded for their parents, where reviews have counted; only their own ids are
    asked for.
    """
    if generation > 0:
        return review.scope is Scope.ID
    return review.scope is not Scope.SOURCE or review.about == source


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    documents = shelf.read(unit.inputs[0], _READ)
    cluster_licenses = _cluster_licenses(documents, unit.inputs[1:], shelf)
    given = unit.parameters["profile"]
    profile = None if given is None else load_profile(cast("str | Mapping[str, Any]", given))
    operation = Operation.KEEP_WHOLE if unit.generation == 0 else Operation.TRANSLATE
    reviews = [from_json(review) for review in cast("list[Mapping[str, Any]]", unit.parameters.get("reviews", []))]
    licences = license_documents(documents, cluster_licenses, operation, profile, reviews)
    if profile is not None:
        licences = held_back(licences, suspicions(documents, licences))
        verbatim = kept_verbatim(licences["operations"])
        if pc.any(verbatim).as_py():
            licences = held_back(licences, cut_off(verbatim, shelf.read(unit.inputs[0], ["meta"])["meta"]))
    shelf.write(str(unit.parameters["output"]), licences)
    return Outcome(documents.num_rows, licences.num_rows, {}, 0)


def _cluster_licenses(documents: pa.Table, duplicates: Sequence[str], shelf: "Shelf") -> "pa.ChunkedArray[Any]":
    """Return for each document what its exact copies declare; null for a document without copies."""
    if not duplicates:
        return pa.chunked_array([pa.nulls(documents.num_rows, DUPLICATES.field("cluster_licenses").type)])
    table = shelf.read(duplicates[0], ["id", "cluster_licenses"])
    positions = pc.index_in(documents["id"], value_set=table["id"])
    return table["cluster_licenses"].take(positions)


STAGE = Stage(name="license", version=7, tables=(FOLDER,), plan=_plan, work=_work)
