"""Card: what a reader, a lawyer and a trainer need to know of the published documents, from one manifest.

The root of a release is `card/` with `data/` beside its files: README.md names its tables relative to that root.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from datacards import Manifest
from datacards.licences import licence_ids, licence_url
from datacards.pictures.gallery import library_versions, pictures
from pipelines.corpus import Json, Outcome, Stage, Unit
from pipelines.corpus.merkle import stage_root
from pipelines.errors import LoamError
from pipelines.licensing import spdx
from pipelines.stages import license as license_stage
from pipelines.stages import mix, publish, publish_signals, tokenize
from pipelines.stages.card_counts import COUNTED_TABLES
from pipelines.stages.card_manifest import build_manifest, described_columns
from pipelines.stages.card_measures import measured
from pipelines.stages.card_own_terms import inputs_of_terms, metadata_license
from pipelines.stages.card_recipe import told_recipe
from pipelines.stages.card_texts import card_texts
from pipelines.stages.train_tokenizer import VOCABULARY_FILE
from pipelines.tokens import provenance
from pipelines.translation_counts import count_segments

if TYPE_CHECKING:
    from pipelines.corpus import Plan, Shelf

FOLDER = "card"
DISTRIBUTION = "loam-curation"

# The stages that pass documents on, in the order of the way.
_FLOW = ("ingest", "choose-translations", "translate", "dedup", "license", "select", "encode", "publish")


_ATTRIBUTED = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("title", pa.string()),
        pa.field("url", pa.string()),
        pa.field("source", pa.string()),
        pa.field("license", pa.string()),
        pa.field("license_urls", pa.list_(pa.string())),
        pa.field("creators", pa.list_(pa.string())),
        pa.field("notices", pa.list_(pa.string())),
        pa.field("changes", pa.list_(pa.string())),
    ]
)


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit over the whole corpus: it follows all generations, so it is planned once, with 0."""
    if generation > 0 or plan.recipe.licensing is None:
        return []
    shards = plan.document_shards()
    published = plan.outputs(publish.STAGE.name, publish.FOLDER)
    sequences = [
        path for path in plan.outputs(tokenize.STAGE.name, provenance.FOLDER) if path.endswith(provenance.SUFFIX)
    ]
    once = [path for path in (VOCABULARY_FILE, mix.TABLE_FILE) if plan.stands(path)]
    counted = (shard.path(table) for shard in shards for table in COUNTED_TABLES)
    measures, drawn = measured(plan, shards)
    signals = plan.outputs(publish_signals.STAGE.name, publish_signals.FOLDER)
    inputs = tuple(dict.fromkeys((*counted, *drawn, *published, *signals, *sequences, *once, *inputs_of_terms(plan))))
    externals, previous = previous_release(plan)
    parameters = {**_parameters(plan, published), **measures, "previous": previous}
    return [Unit(STAGE.name, FOLDER, 0, inputs, parameters, externals)]


def _parameters(plan: "Plan", published: Sequence[str]) -> dict[str, Json]:
    recipe = plan.recipe
    return {
        "recipe": told_recipe(recipe.resolved(), plan.recipe_directory),
        "recipe_sha256": recipe.digest(),
        "software": _software(),
        "spdx_list": spdx.list_version(),
        "reviews": _reviews(plan),
        "roots": list(_roots(plan)),
        "metadata_license": metadata_license(recipe),
        "pictures": library_versions(),
        "flows": list(_flows(plan)),
        **_translated_segments(plan),
        "files": [_file(plan, path, path) for path in published],
        **_signals(plan),
    }


def _file(plan: "Plan", path: str, place: str) -> dict[str, Json]:
    """Return a published table: where it lies in the release, and what its receipt says of it."""
    output = plan.output(path)
    return {"path": place, "rows": output.rows, "bytes": output.bytes, "sha256": output.sha256}


def _signals(plan: "Plan") -> dict[str, Json]:
    """Return the published signals, and their columns; nothing where none are."""
    paths = plan.outputs(publish_signals.STAGE.name, publish_signals.FOLDER)
    if not paths:
        return {}
    return {
        "signal_columns": described_columns(publish_signals.published_schema(plan)),
        "signal_files": [_file(plan, path, path.removeprefix(f"{FOLDER}/")) for path in paths],
    }


def _translated_segments(plan: "Plan") -> dict[str, Json]:
    segments = count_segments(plan.receipts("translate", 1))
    return {"translated_segments": segments} if segments else {}


def _reviews(plan: "Plan") -> list[Json]:
    """Return the recipe's reviews, and whether each has expired."""
    counted, expired = license_stage.recipe_reviews(plan)
    return [{**review.as_json(), "expired": review in expired} for review in (*counted, *expired)]


def _roots(plan: "Plan") -> Iterator[Json]:
    """Yield one hash for all that each stage before this one wrote, by the name of the stage."""
    for stage in sorted({receipt.stage for receipt in plan.all_receipts()} - {STAGE.name}):
        receipts = plan.receipts(stage)
        yield {"stage": stage, "units": len(receipts), "sha256": stage_root(receipts)}


def previous_release(plan: "Plan") -> tuple[tuple[str, ...], str | None]:
    """Return where the manifest of the release before lies, if the recipe names one, and its SHA-256.

    Raises:
        LoamError: It cannot be read, or is no manifest.
    """
    named = plan.recipe.publish.previous if plan.recipe.publish else None
    if named is None:
        return (), None
    path = plan.recipe_directory / named
    try:
        text = path.read_text(encoding="utf-8")
        Manifest.from_json(text)
    except (OSError, ValueError) as error:
        raise LoamError(
            f"publish.previous: {path}: {error}; name the card/manifest.json of the release before"
        ) from None
    return (str(path.resolve()),), hashlib.sha256(text.encode()).hexdigest()


def _software() -> str:
    try:
        return f"{DISTRIBUTION} {metadata.version(DISTRIBUTION)}"
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return DISTRIBUTION


def _flows(plan: "Plan") -> Iterator[Json]:
    """Yield the rows through each stage, as its receipts sum them up."""
    for generation in (0, 1):
        for stage in _FLOW:
            outcomes = [receipt.outcome for receipt in plan.receipts(stage, generation)]
            dropped: dict[str, int] = {}
            for outcome in outcomes:
                for reason, rows in outcome.dropped.items():
                    dropped[reason] = dropped.get(reason, 0) + rows
            if outcomes:
                yield {
                    "stage": stage,
                    "generation": generation,
                    "rows_in": sum(outcome.rows_in for outcome in outcomes),
                    "rows_out": sum(outcome.rows_out for outcome in outcomes),
                    "dropped": dict(sorted(dropped.items())),
                }


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    manifest = build_manifest(unit, shelf)
    drawn = pictures(manifest) if unit.parameters["pictures"] else None
    before = Path(unit.externals[0]).read_text(encoding="utf-8") if unit.externals else None
    for name, text in card_texts(manifest, before, drawn).items():
        shelf.temporary(f"{FOLDER}/{name}").write_text(text, encoding="utf-8")
    attributed = _write_attributions(unit, shelf)
    return Outcome(attributed, attributed, {}, 0)


def _write_attributions(unit: Unit, shelf: "Shelf") -> int:
    """Write one notice for each published document; return how many."""
    files = [str(file["path"]) for file in cast("list[Mapping[str, Any]]", unit.parameters["files"])]
    with shelf.open_writer(f"{FOLDER}/ATTRIBUTION.parquet", _ATTRIBUTED) as writer:
        for path in files:
            for batch in shelf.batches(path, ["id", "title", "url", "source", "license", "attribution"]):
                notices = [_notice(row) for row in batch.to_pylist()]
                writer.write(pa.Table.from_pylist(notices, _ATTRIBUTED))
    return sum(int(file["rows"]) for file in cast("list[Mapping[str, Any]]", unit.parameters["files"]))


def _notice(row: Mapping[str, Any]) -> dict[str, Any]:
    stated = json.loads(row["attribution"]) if row["attribution"] else {}
    return {
        "id": row["id"],
        "title": row["title"],
        "url": row["url"],
        "source": row["source"],
        "license": row["license"],
        "license_urls": [url for name in licence_ids(row["license"]) if (url := licence_url(name)) is not None],
        **{name: [str(item) for item in _listed(stated.get(name))] for name in ("creators", "notices", "changes")},
    }


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


STAGE = Stage(name="card", version=16, tables=(FOLDER,), plan=_plan, work=_work)
