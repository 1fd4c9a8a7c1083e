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
ROWS_AT_A_TIME = 2048


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
    shard = Shard.of(unit.inputs[0])
    bytes_in = rows = 0
    with shelf.open_writer(shard.path(f"{TABLE}/language"), _schema("language")) as writer:
        for batch in shelf.batches(unit.inputs[0], ["id", "text", "lang"], ROWS_AT_A_TIME):
            found = signals.compute_group("language", batch["text"], batch["lang"], {"lid": Path(unit.externals[0])})
            writer.write(found.add_column(0, "id", batch["id"]))
            rows += batch.num_rows
            bytes_in += _text_bytes(batch)
    return Outcome(rows, rows, {}, bytes_in)


def _work_core(unit: Unit, shelf: Shelf) -> Outcome:
    shard = Shard.of(unit.inputs[0])
    languages = shelf.read(unit.inputs[1], ["language"])["language"].combine_chunks()
    bytes_in = rows = 0
    with shelf.open_writer(shard.path(f"{TABLE}/core"), _schema("core")) as writer:
        for batch in shelf.batches(unit.inputs[0], ["id", "text"], ROWS_AT_A_TIME):
            found = signals.compute_group("core", batch["text"], languages.slice(rows, batch.num_rows), {})
            writer.write(found.add_column(0, "id", batch["id"]))
            rows += batch.num_rows
            bytes_in += _text_bytes(batch)
    return Outcome(rows, rows, {}, bytes_in)


def _schema(group: str) -> pa.Schema:
    return pa.schema([pa.field("id", pa.string()), *signals.schema(group)])


def _text_bytes(batch: pa.RecordBatch) -> int:
    return total_bytes(batch["text"])


LANGUAGE = Stage("annotate-language", 1, (f"{TABLE}/language",), _plan_language, _work_language)
CORE = Stage("annotate-core", 1, (f"{TABLE}/core",), _plan_core, _work_core)
