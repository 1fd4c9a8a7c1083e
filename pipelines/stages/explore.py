"""Explore: what the card's page reads to search documents, move thresholds and answer SQL; and its own files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from datacards.explorer import assets
from datacards.explorer.choice import documents_to_read
from datacards.explorer.columns import SUFFIX, column_file, sql_type
from datacards.explorer.documents import SUFFIX as DOCUMENTS_SUFFIX
from datacards.explorer.documents import Reading, documents_file
from datacards.explorer.index import ColumnFile, DecisionFile, Index
from datacards.languages import language_name
from pipelines.corpus import Json, Outcome, Shard, Stage, Unit
from pipelines.corpus.schemas import DOCUMENTS, DUPLICATES, LICENCES
from pipelines.edits.edited import edit_paths, is_edits
from pipelines.recipe.publish import ExplorerSection, PublishSection
from pipelines.recipe_signals import group_schemas
from pipelines.rules.columns import planned_columns, table_path
from pipelines.rules.expressions import Expression
from pipelines.stages import select
from pipelines.stages.explore_documents import readings
from pipelines.stages.explore_rows import VERDICT_PREFIX, decision_comments, sampled_rows, shown_columns
from pipelines.stages.explore_rules import explorer_rules

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf
    from pipelines.recipe import Recipe

CARD = "card"
CHARACTERS = 8000  # of a text are shown
NEEDS_LIBRARIES = "the card has no explorer: its libraries are not built; `make explorer` does that (needs npm)"

_FOLDER = f"{CARD}/{assets.FOLDER}"
_INDEX = "index.json"
_TABLE = "corpus.parquet"
_NOT_DRAWN = "not_in_the_sample"


def lacks_libraries(recipe: "Recipe") -> bool:
    """Tell whether a recipe asks for an explorer whose libraries are not built."""
    return _is_asked_for(recipe) and assets.assets() is None


def _is_asked_for(recipe: "Recipe") -> bool:
    return recipe.licensing is not None and section_of(recipe).rows > 0


def section_of(recipe: "Recipe") -> ExplorerSection:
    """Return what a recipe says of the explorer, or what is so where it says nothing."""
    return (recipe.publish or PublishSection()).explorer


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit over the whole corpus; none where nothing may leave it, or the libraries are not built."""
    section, files = section_of(plan.recipe), assets.assets()
    shards = plan.document_shards()
    if generation > 0 or files is None or not shards or not _is_asked_for(plan.recipe):
        return []
    known = select.rule_columns(plan.recipe, planned_columns(plan))
    rules = select.checked_rules(plan.recipe, known)
    shown = shown_columns(known, list(rules.values()))
    tables = known.by_table(frozenset(shown).union(*(rule.columns for rule in rules.values())))
    comments = _comments(plan)
    parameters: dict[str, Json] = {
        "corpus": plan.recipe.name,
        "total": sum(plan.output(shard.path("documents")).rows or 0 for shard in shards),
        "documents": section.documents,
        "rows": section.rows,
        "characters": CHARACTERS,
        "columns": [{"name": name, "comment": comments.get(name, "")} for name in (*shown, *decision_comments())],
        "tables": tables,
        "rules": [{"name": name, "sql": rule.sql, "columns": sorted(rule.columns)} for name, rule in rules.items()],
        "files": assets.digests(files),
    }
    read = sorted({"documents", "decisions", "licences", "duplicates", *tables})
    inputs = [path for shard in shards for path in (*(table_path(shard, t) for t in read), *edit_paths(plan, shard))]
    return [Unit(STAGE.name, assets.FOLDER, 0, tuple(dict.fromkeys(inputs)), parameters)]


def _comments(plan: "Plan") -> dict[str, str]:
    """Return what each column says, by name."""
    comments = decision_comments()
    for schema in (
        DOCUMENTS,
        LICENCES,
        DUPLICATES,
        *group_schemas(plan.recipe.annotate, plan.recipe_directory).values(),
    ):
        for field in schema:
            told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
            unit = f" ({told['unit']})" if told.get("unit") else ""
            comments.setdefault(field.name, told.get("comment") or f"{told.get('description', '').rstrip('.')}{unit}")
    return comments


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    parameters = cast("Mapping[str, Any]", unit.parameters)
    edits: defaultdict[Shard, list[str]] = defaultdict(list)
    for path in filter(is_edits, unit.inputs):
        edits[Shard.of(path)].append(path)
    shards = {Shard.of(path): edits[Shard.of(path)] for path in unit.inputs if path.startswith("documents/")}
    rows = sampled_rows(unit, shelf, list(shards), parameters["rows"])
    shelf.write(f"{_FOLDER}/{_TABLE}", rows)
    chosen = documents_to_read(rows.select(["id", "rule", "language"]), parameters["documents"])
    shown = readings(shelf, shards, rows, chosen, parameters["characters"])
    rules = [Expression(rule["name"], rule["sql"], frozenset(rule["columns"])) for rule in parameters["rules"]]
    documents = int(parameters["total"])
    index = Index(
        corpus=parameters["corpus"],
        documents=documents,
        rows=rows.num_rows,
        characters=parameters["characters"],
        table=_TABLE,
        columns=tuple(_write_columns(shelf, rows, _all_comments(parameters))),
        rules=explorer_rules(rules, rows.schema),
        decisions=tuple(_write_documents(shelf, rows, shown)),
        languages={
            label: language_name(label) for label in sorted(filter(None, pc.unique(rows["language"]).to_pylist()))
        },
    )
    shelf.temporary(f"{_FOLDER}/{_INDEX}").write_text(index.to_json(), encoding="utf-8")
    for name, file in (assets.assets() or {}).items():
        shelf.temporary(f"{_FOLDER}/{name}").write_bytes(file.read_bytes())
    left = documents - rows.num_rows
    return Outcome(documents, rows.num_rows, {_NOT_DRAWN: left} if left else {}, 0)


def _all_comments(parameters: Mapping[str, Any]) -> dict[str, str]:
    comments = {column["name"]: column["comment"] for column in parameters["columns"]}
    for rule in parameters["rules"]:
        comments[f"{VERDICT_PREFIX}{rule['name']}"] = f"whether it meets {rule['sql']}; null where that has no value"
    return comments


def _write_columns(shelf: "Shelf", rows: pa.Table, comments: Mapping[str, str]) -> Iterator[ColumnFile]:
    for field in rows.schema:
        file = f"columns/{field.name}{SUFFIX}"
        content = column_file(field.name, rows[field.name])
        shelf.temporary(f"{_FOLDER}/{file}").write_bytes(content)
        yield ColumnFile(field.name, sql_type(field.type) or "", comments[field.name], file, len(content))


def _write_documents(shelf: "Shelf", rows: pa.Table, shown: Sequence[Reading]) -> Iterator[DecisionFile]:
    """Write the documents to read, a file for each decision, those kept first, then the commonest reason."""
    counted: Any = pc.value_counts(rows["rule"])
    counts = {row["values"]: row["counts"] for row in counted.to_pylist()}
    for number, rule in enumerate(sorted(counts, key=lambda rule: (rule is not None, -counts[rule], rule or ""))):
        documents = [document for document in shown if document.rule == rule]
        file = f"documents/{number}{DOCUMENTS_SUFFIX}"
        content = documents_file(documents)
        shelf.temporary(f"{_FOLDER}/{file}").write_bytes(content)
        yield DecisionFile(rule, counts[rule], len(documents), file, len(content))


STAGE = Stage(name="explore", version=3, tables=(_FOLDER,), plan=_plan, work=_work)
