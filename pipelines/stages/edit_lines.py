"""Edit lines: rules about lines, as C4 and RefinedWeb have them, propose edits and tell what they would leave."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pyarrow as pa

import signals
from pipelines.corpus import Json, Outcome, Plan, Shard, Shelf, Stage, Unit
from pipelines.corpus.schemas import EDITS
from pipelines.rules.columns import LANGUAGES
from pipelines.rules.expressions import Expression
from pipelines.rules.line_rules import LINE_RULES, LineRules, chosen_line_rules, judge_lines, left_schema
from pipelines.rules.packs.pack import Phrase
from pipelines.sources.text_column import total_bytes
from signals.segmentation import identify

_EDITS = f"edits/{LINE_RULES}"
_LEFT = f"signals/{LINE_RULES}"


def _plan(plan: Plan, generation: int) -> Sequence[Unit]:
    sets = chosen_line_rules(plan.recipe.annotate.edits.lines)
    if not sets:
        return []
    versions = {signal.name: signal.version for signal in signals.declared_signals() if signal.by_line}
    parameters: dict[str, Json] = {
        "sets": [_as_json(rules) for rules in sets],
        "signals": versions,
        "segmentation": identify(plan.recipe.annotate.segmentation),
    }
    return [
        Unit(STAGE.name, shard.unit, generation, (shard.path("documents"), shard.path(LANGUAGES)), parameters)
        for shard in plan.document_shards(generation)
    ]


def _as_json(rules: LineRules) -> Json:
    return {
        "name": rules.name,
        "rules": [_expression_as_json(rule) for rule in rules.rules],
        "phrases": [
            {"pattern": rules.phrases[name].pattern, **_expression_as_json(where)}
            for name, where in rules.conditions.items()
        ],
    }


def _expression_as_json(expression: Expression) -> dict[str, Json]:
    return {"name": expression.name, "sql": expression.sql, "columns": sorted(expression.columns)}


def _from_json(found: Mapping[str, Any]) -> LineRules:
    conditions = {phrase["name"]: _expression(phrase) for phrase in found["phrases"]}
    phrases = {phrase["name"]: Phrase(phrase["pattern"], phrase["sql"]) for phrase in found["phrases"]}
    return LineRules(found["name"], tuple(map(_expression, found["rules"])), phrases, conditions)


def _expression(found: Mapping[str, Any]) -> Expression:
    return Expression(found["name"], found["sql"], frozenset(found["columns"]))


def _work(unit: Unit, shelf: Shelf) -> Outcome:
    """Write the edits of a shard, and what each set of rules leaves of its documents; rows are lines."""
    sets = [_from_json(found) for found in cast("Sequence[Mapping[str, Any]]", unit.parameters["sets"])]
    shard = Shard.of(unit.inputs[0])
    segmentation = str(unit.parameters["segmentation"])
    languages = shelf.read(unit.inputs[1], ["language"])["language"]
    left = pa.schema([pa.field("id", pa.string()), *left_schema([rules.name for rules in sets])])
    lines = text_bytes = row = 0
    dropped = Counter[str]()
    with shelf.open_writer(shard.path(_EDITS), EDITS) as edits, shelf.open_writer(shard.path(_LEFT), left) as counts:
        for batch in shelf.batches(unit.inputs[0], ["id", "text"]):
            of_batch = languages.slice(row, batch.num_rows).combine_chunks()
            found = judge_lines(batch["id"], batch["text"], of_batch, sets, segmentation)
            edits.write(found.edits)
            counts.write(found.documents)
            dropped.update(rule for rule in found.removed.to_pylist() if rule is not None)
            lines += len(found.removed)
            text_bytes += total_bytes(pa.chunked_array([batch["text"]]))
            row += batch.num_rows
    return Outcome(lines, lines - dropped.total(), dict(sorted(dropped.items())), text_bytes)


STAGE = Stage("edit-lines", 1, (_EDITS, _LEFT), _plan, _work)
