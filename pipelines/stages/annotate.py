"""Annotate: every number about a document, measured once. A group of signals is a stage of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

import signals
from pipelines.corpus import Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.sources.text_column import total_bytes
from signals import models

if TYPE_CHECKING:
    from pipelines.corpus import Json

TABLE = "signals"


def _plan_language(plan: Plan, generation: int) -> Sequence[Unit]:
    reference = plan.recipe.annotate.models.lid
    path = models.resolve(reference)
    parameters: dict[str, Json] = {**_versions("language"), "models": {"lid": models.sha256(path)}}
    return [
        Unit(LANGUAGE.name, f"language/{shard.unit}", generation, (shard.path("documents"),), parameters, (str(path),))
        for shard in plan.document_shards(generation)
    ]


def _plan_core(plan: Plan, generation: int) -> Sequence[Unit]:
    """Plan the core group, which reads the concluded language: stop words depend on it."""
    return [
        Unit(
            CORE.name,
            f"core/{shard.unit}",
            generation,
            (shard.path("documents"), shard.path(f"{TABLE}/language")),
            _versions("core"),
        )
        for shard in plan.document_shards(generation)
    ]


def _versions(group: str) -> "dict[str, Json]":
    """Return the declared version of each signal of a group: a new one makes the group's shards due."""
    return {"signals": {signal.name: signal.version for signal in signals.declared_signals() if signal.group == group}}


def _work_language(unit: Unit, shelf: Shelf) -> Outcome:
    documents = shelf.read(unit.inputs[0], ["id", "text", "lang"])
    models_read = {"lid": Path(unit.externals[0])}
    found = signals.compute_group("language", documents["text"], documents["lang"], models_read)
    return _write(unit, shelf, "language", documents, found)


def _work_core(unit: Unit, shelf: Shelf) -> Outcome:
    documents = shelf.read(unit.inputs[0], ["id", "text"])
    languages = shelf.read(unit.inputs[1], ["language"])["language"]
    found = signals.compute_group("core", documents["text"], languages, {})
    return _write(unit, shelf, "core", documents, found)


def _write(unit: Unit, shelf: Shelf, group: str, documents: pa.Table, found: pa.Table) -> Outcome:
    """Write a shard of signals: the same documents in the same order."""
    shelf.write(Shard.of(unit.inputs[0]).path(f"{TABLE}/{group}"), found.add_column(0, "id", documents["id"]))
    return Outcome(documents.num_rows, found.num_rows, {}, total_bytes(documents["text"]))


LANGUAGE = Stage("annotate-language", 1, (f"{TABLE}/language",), _plan_language, _work_language)
CORE = Stage("annotate-core", 1, (f"{TABLE}/core",), _plan_core, _work_core)
