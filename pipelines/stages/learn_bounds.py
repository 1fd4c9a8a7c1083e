"""Learn, before all else is translated, how long an engine's translations into a language are.

Learnt is from the first answers to segments of some documents of some shards, both taken by hashes of their names: the
same from any number of workers, and seldom others when files are added. The answers go into the logs of these shards'
journal, where the translation of the shards finds them. What was learnt before documents were removed is pinned.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from pipelines.corpus import Outcome, Shard, Stage, Unit
from pipelines.edits.edited import edit_paths
from pipelines.removals.pins import LEARNT_BY, PINNED, find_pin
from pipelines.stages import choose_translations
from pipelines.stages.open_engines import engines_at_work, engines_of
from pipelines.stages.translate import answer_parameters, engines_into, engines_memory
from pipelines.stages.translation_bounds import FOLDER, bounds_path, given_bounds, write_bounds
from pipelines.stages.translation_engines import engines_told, places_of
from pipelines.stages.translation_source import JOURNAL, choice_of, known_answers, parents, segments_of, translation_of
from pipelines.tokens.order import Column, order_keys
from translate.answers import Answers
from translate.checks import learn_bounds
from translate.engines import EngineSpec, engine_gpus
from translate.journal_log import JournalLog
from translate.ladder import Ladder
from translate.learning import first_answers
from translate.segmentation import sentence_splitter

if TYPE_CHECKING:
    from pipelines.corpus import Json, Plan, Shelf

# So many segments tell the median of lengths to a hundredth; they are waited for before all else is begun.
SEGMENTS = 400
REJECTED = "rejected"
_SHARDS, _DOCUMENTS = 8, 256
_SALT = "learn-bounds"


def _plan(plan: "Plan", generation: int) -> Sequence[Unit]:
    """Return one unit for each target language whose lengths the recipe does not give."""
    section = plan.recipe.translate
    chosen = plan.outputs(choose_translations.STAGE.name, choose_translations.FOLDER, generation)
    if section is None or generation != 1 or not chosen:
        return []
    shards = sorted(sorted(map(Shard.of, chosen), key=_key)[:_SHARDS])
    units = []
    for target in section.to:
        if given_bounds(section, target) is not None:
            continue
        key = engines_into(plan, section, target)[0]
        name = f"{section.source.lang}-to-{target}"
        parameters: dict[str, Json] = {
            **answer_parameters([key], section.source.lang, target),
            "segments": SEGMENTS,
        }
        pin = find_pin(plan.root, f"{STAGE.name}/{name}", parameters, LEARNT_BY)
        if pin is not None:
            pinned = {**{setting: parameters[setting] for setting in LEARNT_BY}, PINNED: pin.sha256}
            units.append(Unit(STAGE.name, name, generation, (), pinned, (str(plan.root / pin.path),)))
            continue
        inputs = tuple(
            path
            for shard in shards
            for path in (
                *(shard.path(table) for table in ("documents", "licences", choose_translations.FOLDER)),
                *edit_paths(plan, shard),
            )
        )
        gpus = engine_gpus(EngineSpec.of_key(key))
        units.append(
            Unit(STAGE.name, name, generation, inputs, parameters, (key, *places_of(section, target, 1)), gpus)
        )
    return units


def _key(shard: Shard) -> bytes:
    return hashlib.blake2b(shard.unit.encode(), digest_size=16, person=_SALT.encode()).digest()


def _work(unit: Unit, shelf: "Shelf") -> Outcome:
    """Write what is usual between two languages.

    Raises:
        LoamError: The engine cannot be opened, or died; or the process was told to end. Answers so far are kept.
    """
    source, target = str(unit.parameters["from"]), str(unit.parameters["to"])
    if PINNED in unit.parameters:
        shelf.write(bounds_path(source, target), pq.read_table(unit.externals[0], partitioning=None))
        return Outcome(1, 1, {}, 0)
    shards = [Shard.of(path) for path in unit.inputs if path.startswith("documents/")]
    answers = [answer for shard in shards for answer in _of_shard(unit, shelf, shard, -(-SEGMENTS // len(shards)))]
    accepted = [(text, answer) for text, answer in answers if answer is not None]
    learnt = write_bounds(shelf, source, target, learn_bounds(accepted))
    counts = {
        "centre_thousandths": round(1000 * learnt.centre),
        "spread_thousandths": round(1000 * learnt.spread),
        "learnt_from": learnt.learnt_from,
    }
    failed = len(answers) - len(accepted)
    return Outcome(len(answers), len(accepted), {REJECTED: failed} if failed else {}, 0, counts)


def _of_shard(unit: Unit, shelf: "Shelf", shard: Shard, most: int) -> list[tuple[str, str | None]]:
    """Return segments of a shard beside the engine's first answers to them; None for one that is rejected."""
    source, target = str(unit.parameters["from"]), str(unit.parameters["to"])
    part = shelf.root / translation_of(shard, target).path(JOURNAL)
    split = sentence_splitter(source)
    with engines_at_work(unit.name) as stopping, JournalLog(part) as log:
        (engine,) = engines_of(*engines_told(unit))
        ladder = Ladder(Answers(engine, source, target, known_answers(part), log.append), split)
        sampled = _sample(choice_of(shelf, shard, target, engine.identity.output_license).bearing)
        texts = {str(parent.row["id"]): str(parent.row["text"]) for parent in parents(unit, shelf, shard, sampled)}
        segments = (
            segment.text for id_ in map(str, sampled.to_pylist()) for segment in segments_of(texts[id_], ladder, split)
        )
        return first_answers(ladder, filter(None, segments), most, stopping)


def _sample(ids: Column) -> Column:
    least = np.argsort(order_keys(ids, _SALT), kind="stable")[:_DOCUMENTS]
    sampled: Column = ids.take(least)
    return sampled


def _memory(plan: "Plan", unit: Unit) -> int:
    return 1 if PINNED in unit.parameters else engines_memory(plan, unit)


STAGE = Stage("learn-bounds", 1, (FOLDER,), _plan, _work, _memory)
