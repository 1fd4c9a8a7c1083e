"""Publish: every kept document whose licence lets it be passed on, with what its notice needs; a folder a language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.corpus.schemas import DECISIONS, DOCUMENTS, LICENCES
from pipelines.edits.edited import edit_paths, edited_texts, read_edits
from pipelines.errors import LoamError
from pipelines.licensing.attribution import with_change
from pipelines.licensing.decide import decide
from pipelines.licensing.documents import rules_digest
from pipelines.licensing.obligations import Obligation
from pipelines.licensing.permitted import permits
from pipelines.licensing.profiles import Operation, Profile, load_profile, profile_reference
from pipelines.licensing.statuses import Status
from pipelines.sources.text_column import total_bytes
from pipelines.tokens.order import Column, aligned

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf

FOLDER = "data"
UNDETERMINED = "und_Zyyy"
NEEDS_LICENSING = (
    "not published: the recipe has no `licensing` section, so nothing may leave the corpus; "
    "add `licensing: {profile: open}`"
)
WITHHELD = "license_withholds"
MAY_BE_PASSED_ON = (Status.ALLOW.value, Status.ALLOW_WITH_OBLIGATIONS.value)

PUBLISHED = pa.schema(
    [
        DOCUMENTS.field("id"),
        DOCUMENTS.field("text"),
        DECISIONS.field("lang"),
        *(DOCUMENTS.field(name) for name in ("source", "url", "title", "created")),
        *(LICENCES.field(name) for name in ("license", "obligations")),
        *(DOCUMENTS.field(name) for name in ("attribution", "derived_from", "generation")),
    ]
)
_OF_DOCUMENTS = tuple(name for name in PUBLISHED.names if name in DOCUMENTS.names and name != "lang")


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    if plan.recipe.licensing is None:  # nothing may leave the corpus: NEEDS_LICENSING says so to the user
        return []
    shards = plan.document_shards(generation)
    _check_file_names(shards)
    profile = profile_reference(plan.recipe.licensing.profile, (plan.recipe_directory, Path.cwd()))
    parameters: dict[str, Json] = {"profile": profile, "licensing_rules": rules_digest()}
    return [
        Unit(
            STAGE.name,
            shard.unit,
            generation,
            (*map(shard.path, ("documents", "decisions", "licences")), *edit_paths(plan, shard)),
            parameters,
        )
        for shard in shards
    ]


def _check_file_names(shards: Sequence[Shard]) -> None:
    taken: dict[str, Shard] = {}
    for shard in shards:
        other = taken.setdefault(file_name(shard), shard)
        if other != shard:
            raise LoamError(
                f"publish: {other.unit} and {shard.unit} would both be published as {file_name(shard)}; "
                f"rename source {shard.source!r}"
            )


def file_name(shard: Shard) -> str:
    """Return what a published table of a shard is called."""
    return f"{shard.source}-{shard.name}.parquet"


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    """Write the published documents of one shard, a file a language."""
    documents, decisions, licences, *_ = unit.inputs
    decided = shelf.read(decisions, ["id", "kept", "lang"])
    kept = decided.filter(decided["kept"])
    concluded = shelf.read(licences, ["id", "license", "status", "obligations", "operations"])
    rows = shelf.read(documents, _OF_DOCUMENTS)
    chosen = rows.filter(pc.is_in(rows["id"], value_set=kept["id"]))
    published = _published(chosen, kept, concluded)
    edits = read_edits(shelf, unit.inputs)
    if edits.num_rows:
        published = _edited(published, edits, load_profile(cast("str | Mapping[str, Any]", unit.parameters["profile"])))
    # Stable: in each language the documents keep their order.
    by_language = published.take(pc.sort_indices(published, [("lang", "ascending")]))
    first = 0
    for lang, count in zip(*_runs(by_language["lang"]), strict=True):
        shelf.write(f"{FOLDER}/{lang}/{file_name(Shard.of(documents))}", by_language.slice(first, count))
        first += count
    withheld = chosen.num_rows - published.num_rows
    return Outcome(
        chosen.num_rows, published.num_rows, {WITHHELD: withheld} if withheld else {}, total_bytes(chosen["text"])
    )


def _runs(values: Column) -> tuple[list[str], list[int]]:
    """Return the distinct values of a sorted column, and how often each stands there."""
    counted: Any = pc.value_counts(values)
    return counted.field("values").to_pylist(), counted.field("counts").to_pylist()


def _published(documents: pa.Table, kept: pa.Table, concluded: pa.Table) -> pa.Table:
    """Return the rows to publish of some kept documents: those whose licence lets them be passed on."""
    ids = documents["id"]
    lang = aligned(kept, "lang", ids)
    columns: dict[str, Column] = {name: documents[name] for name in documents.schema.names}
    columns["lang"] = pc.if_else(pc.is_null(lang), UNDETERMINED, lang)
    columns |= {name: aligned(concluded, name, ids) for name in ("license", "obligations")}
    kept_for = pc.is_in(aligned(concluded, "status", ids), value_set=pa.array(MAY_BE_PASSED_ON))
    allowed = pc.and_(kept_for, permits(aligned(concluded, "operations", ids), Operation.REDISTRIBUTE))
    table = pa.Table.from_arrays([columns[name] for name in PUBLISHED.names], names=PUBLISHED.names)
    return table.filter(allowed).cast(PUBLISHED.remove_metadata())


def _edited(documents: pa.Table, edits: pa.Table, profile: Profile) -> pa.Table:
    """Return documents with their edits applied, and with what is owed for a changed text."""
    mask = pc.is_in(documents["id"], value_set=edits["id"])
    edited = documents.filter(mask)
    if edited.num_rows == 0:
        return documents
    rules = edits.group_by("id").aggregate([("rule", "distinct")])
    changes = [
        f"edited by {', '.join(sorted(names or ()))}"
        for names in aligned(rules, "rule_distinct", edited["id"]).to_pylist()
    ]
    attributions = [
        with_change(found, change) for found, change in zip(edited["attribution"].to_pylist(), changes, strict=True)
    ]
    owed = {
        license_: decide(str(license_), Operation.ALTER, profile).obligations
        for license_ in pc.unique(edited["license"]).to_pylist()
    }
    # What a model imposed on a translation, say, is owed whatever the licence asks for the change.
    obligations = [
        [str(duty) for duty in Obligation if duty in owed[license_] or duty in (stated or ())]
        for license_, stated in zip(edited["license"].to_pylist(), edited["obligations"].to_pylist(), strict=True)
    ]
    columns = {
        "text": edited_texts(edited["text"], edited["id"], edits),
        "attribution": pa.array(attributions, pa.string()),
        "obligations": pa.array(obligations, documents.schema.field("obligations").type),
    }
    for name, values in columns.items():
        edited = edited.set_column(edited.schema.get_field_index(name), edited.schema.field(name), values)
    both = pa.concat_tables([documents.filter(pc.invert(mask)), edited])
    return both.take(pc.index_in(documents["id"], value_set=both["id"]))


STAGE = Stage(name="publish", version=4, tables=(FOLDER,), plan=_plan, work=_work)
