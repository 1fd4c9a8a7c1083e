"""Annotate: every number about a document, measured once. A group of signals is a stage of its own."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa

import signals
from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.errors import RecipeError
from pipelines.group_kernels import GroupKernels, compile_once
from pipelines.recipe_signals import group_resources
from pipelines.sources.text_column import total_bytes
from signals.catalogue import GROUPS, group_named
from signals.resources import sha256
from signals.segmentation import BUILTIN, identify

if TYPE_CHECKING:
    from pipelines.corpus import Json

TABLE = "signals"

_LANGUAGE = "language"
_DOCUMENT_COLUMNS = {"languages": "lang", "urls": "url", "metas": "meta"}


def annotation_stage(group: str) -> Stage:
    """Return the stage that computes a group of signals."""
    name = f"annotate-{group}"
    return Stage(name, 2, (f"{TABLE}/{group}",), functools.partial(_plan, name, group), functools.partial(_work, group))


def _plan(stage: str, name: str, plan: Plan, generation: int) -> Sequence[Unit]:
    """Plan a group. All but `language` itself read the concluded language: stop words and models depend on it."""
    annotate = plan.recipe.annotate
    if name not in annotate.all_groups():
        return []
    group = group_named(name)
    resources = group_resources(annotate, group, plan.recipe_directory)
    parameters: dict[str, Json] = {
        "signals": {signal.name: signal.version for signal in group.declare(resources)},
        "resources": {name: sha256(path) for name, path in resources.items()},
    }
    if group.segments:
        parameters["segmentation"] = identify(annotate.segmentation)
    tables = ("documents",) if name == _LANGUAGE else ("documents", f"{TABLE}/{_LANGUAGE}")
    return [
        Unit(
            stage,
            f"{name}/{shard.unit}",
            generation,
            tuple(shard.path(table) for table in tables),
            parameters,
            tuple(str(path) for path in resources.values()),
        )
        for shard in plan.document_shards(generation)
    ]


def _work(name: str, unit: Unit, shelf: Shelf) -> Outcome:
    """Write a shard of signals: the same documents in the same order."""
    names = cast("dict[str, str]", unit.parameters["resources"])
    resources = {name: Path(path) for name, path in zip(sorted(names), unit.externals, strict=True)}
    segmentation = str(unit.parameters.get("segmentation", BUILTIN))
    compile_once(GroupKernels(name, resources, segmentation))
    columns = group_named(name).columns
    documents = shelf.read(unit.inputs[0], ["id", "text", *(_DOCUMENT_COLUMNS[column] for column in columns)])
    languages = documents["lang"] if name == _LANGUAGE else shelf.read(unit.inputs[1], ["language"])["language"]
    inputs = signals.Inputs(
        documents["text"],
        languages,
        documents["url"] if "urls" in columns else None,
        documents["meta"] if "metas" in columns else None,
        segmentation,
    )
    found = _computed(name, inputs, resources, unit.inputs[0])
    shelf.write(Shard.of(unit.inputs[0]).path(f"{TABLE}/{name}"), found.add_column(0, "id", documents["id"]))
    return Outcome(documents.num_rows, found.num_rows, {}, total_bytes(documents["text"]))


def _computed(name: str, inputs: signals.Inputs, resources: signals.Resources, path: str) -> pa.Table:
    """Return the signals of a group; what is wrong with a file that the recipe gives it is the recipe's fault."""
    try:
        return signals.compute_group(name, inputs, resources)
    except ValueError as error:
        if not resources or isinstance(error, pa.ArrowInvalid | UnicodeError):  # no such file's fault
            raise
        raise RecipeError(f"annotate: group {name}: {error} (met at {path})") from error


LANGUAGE = annotation_stage(_LANGUAGE)
CORE = annotation_stage("core")
AFTER_LANGUAGE = (CORE, *(annotation_stage(group.name) for group in GROUPS if group.name not in (_LANGUAGE, "core")))
